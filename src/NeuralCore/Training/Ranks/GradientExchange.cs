namespace NeuralCore;

/// <summary>
/// Sums the gradients of all shards in the order of <see cref="SumTree"/>, and gives the sum to each rank. A rank adds what it can of its own shards. Then it is
/// the one that finishes the sum of one slice of all gradients, for which the others send it theirs, and sends that slice to all: each rank sends and receives
/// 2 (R - 1) / R times the bytes of the gradients, the least that there is (Patarasuk and Yuan 2009).
/// </summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly IBackend<float> _backend;
    private readonly Communicator? _ranks;
    private readonly ShardCut _cut;
    private readonly int _count;
    private readonly int[] _firsts;
    private readonly Slot[] _own;
    private readonly Slot?[] _sums;
    private readonly MemoryBlock? _received;
    private readonly RankMessage[] _sends;
    private readonly RankMessage[] _receives;

    /// <summary>Takes the memory.</summary>
    /// <param name="backend">What adds.</param>
    /// <param name="ranks">The ranks; null for a single process.</param>
    /// <param name="cut">Who has which shards.</param>
    /// <param name="count">The numbers of a gradient.</param>
    /// <param name="own">The gradients of this rank's shards, at least one; the first receives the sum.</param>
    public GradientExchange(IBackend<float> backend, Communicator? ranks, ShardCut cut, int count, Slot[] own)
    {
        (_backend, _ranks, _cut, _count, _own) = (backend, ranks, cut, count, own);

        // A slice begins at a cache line.
        const int Line = Slot.Alignment / sizeof(float);
        _firsts = [.. Enumerable.Range(0, cut.Ranks).Select(rank => (int)((long)rank * (count / Line) / cut.Ranks * Line)), count];
        _sums = new Slot?[cut.Shards];
        _received = ranks is null ? null : backend.Allocate(Math.Max(Slot.Alignment, Enumerable.Range(1, cut.Shards).Max(ForeignRoots) * SliceBytes(cut.Rank)));
        int most = ranks is null ? 0 : cut.Shards * cut.Ranks;
        (_sends, _receives) = (new RankMessage[most], new RankMessage[most]);
    }

    /// <summary>Sums the gradients of a batch.</summary>
    /// <param name="items">The items of the whole batch.</param>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public void Sum(int items)
    {
        int used = _cut.Used(items);
        SumTree.Add(_cut.First, EndOf(_cut.Rank, used), used, new GradientAdder(this));
        if (_ranks is not null)
        {
            ReduceScatter(used);
            _ranks.AllGather(_backend.HostValues(_own[0]), _firsts);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _received?.Dispose();

    /// <summary>Brings this rank's slice to its sum.</summary>
    private void ReduceScatter(int used)
    {
        (int sends, int receives) = (0, 0);
        for (int k = 1; k < _cut.Ranks; k++)
        {
            int to = (_cut.Rank + k) % _cut.Ranks;
            for (int shard = _cut.First; shard < EndOf(_cut.Rank, used); shard++)
            {
                if (IsRoot(shard, used))
                {
                    _sends[sends++] = Message(to, Slice(_own[shard - _cut.First], to));
                }
            }
        }

        long bytes = SliceBytes(_cut.Rank);
        for (int shard = 0; shard < used; shard++)
        {
            int rank = _cut.RankOf(shard);
            if (!IsRoot(shard, used))
            {
                _sums[shard] = null;
            }
            else if (rank == _cut.Rank)
            {
                _sums[shard] = Slice(_own[shard - _cut.First], rank);
            }
            else
            {
                Slot received = _received!.Slot(receives * bytes, bytes);
                _sums[shard] = received;
                _receives[receives++] = Message(rank, received);
            }
        }

        _ranks!.Exchange(_sends.AsSpan(0, sends), _receives.AsSpan(0, receives));
        SumTree.Add(0, used, used, new SliceAdder(this));
        Slot sum = Slice(_own[0], _cut.Rank);
        if (_sums[0] is { } result && result != sum)
        {
            _backend.Copy((int)(bytes / sizeof(float)), result, sum);
        }
    }

    /// <summary>Whether the rank that has a shard sends a sum that begins there.</summary>
    private bool IsRoot(int shard, int used)
    {
        int rank = _cut.RankOf(shard);
        return SumTree.IsRoot(shard, _cut.FirstOf(rank), EndOf(rank, used), used);
    }

    /// <summary>What follows the last shard of a rank that has items.</summary>
    private int EndOf(int rank, int used) => Math.Min(_cut.FirstOf(rank + 1), used);

    private int ForeignRoots(int used) => Enumerable.Range(0, used).Count(shard => _cut.RankOf(shard) != _cut.Rank && IsRoot(shard, used));

    private static unsafe RankMessage Message(int rank, Slot slice) => new(rank, (nint)NativeBlock.Pointer<byte>(slice), slice.Bytes);

    /// <summary>The part of a gradient whose sum a rank finishes.</summary>
    private Slot Slice(Slot gradient, int rank) => gradient.Block.Slot(gradient.Offset + ((long)_firsts[rank] * sizeof(float)), SliceBytes(rank));

    private long SliceBytes(int rank) => (long)(_firsts[rank + 1] - _firsts[rank]) * sizeof(float);

    private readonly struct GradientAdder(GradientExchange all) : IAdder
    {
        public void Add(int first, int second) => all._backend.AddTo(all._count, all._own[first - all._cut.First], all._own[second - all._cut.First]);
    }

    private readonly struct SliceAdder(GradientExchange all) : IAdder
    {
        public void Add(int first, int second)
        {
            // If one rank has both, it has added them already.
            if (all._sums[first] is { } sum && all._sums[second] is { } other)
            {
                all._backend.AddTo((int)(sum.Bytes / sizeof(float)), sum, other);
            }
        }
    }
}
