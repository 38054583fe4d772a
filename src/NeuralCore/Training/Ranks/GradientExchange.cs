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
    private readonly Slot[] _own;
    private readonly Slot?[] _sums;
    private readonly MemoryBlock? _received;
    private readonly RankMessage[] _sends;
    private readonly RankMessage[] _receives;

    /// <summary>Takes the memory.</summary>
    /// <param name="backend">What adds.</param>
    /// <param name="ranks">The ranks; null where there is one.</param>
    /// <param name="cut">Who has which shards.</param>
    /// <param name="count">The numbers of a gradient.</param>
    /// <param name="own">The gradients of this rank's shards, at least one; the first receives the sum.</param>
    public GradientExchange(IBackend<float> backend, Communicator? ranks, ShardCut cut, int count, Slot[] own)
    {
        (_backend, _ranks, _cut, _count, _own) = (backend, ranks, cut, count, own);
        _sums = new Slot?[cut.Shards];
        _received = ranks is null ? null : backend.Allocate(Math.Max(Slot.Alignment, Enumerable.Range(1, cut.Shards).Max(ForeignRoots) * SliceBytes(cut.Rank)));
        int most = ranks is null ? 0 : cut.Shards * cut.Ranks;
        (_sends, _receives) = (new RankMessage[most], new RankMessage[most]);
    }

    /// <summary>Sums the gradients of a batch of so many items.</summary>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public void Sum(int items)
    {
        int used = _cut.Used(items), first = Math.Min(_cut.First, used), end = Math.Min(_cut.First + _cut.Count, used);
        SumTree.Add(first, end, used, new OfOwn(this));
        if (_ranks is not null)
        {
            ReduceScatter(used, first, end);
            AllGather();
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _received?.Dispose();

    private static long Address(Slot slot, long offset)
    {
        unsafe
        {
            return (long)(NativeBlock.Pointer<byte>(slot) + offset);
        }
    }

    /// <summary>Brings this rank's slice to its sum.</summary>
    private void ReduceScatter(int used, int first, int end)
    {
        (int sends, int receives) = (0, 0);
        for (int k = 1; k < _cut.Ranks; k++)
        {
            int to = (_cut.Rank + k) % _cut.Ranks;
            for (int shard = first; shard < end; shard++)
            {
                if (SumTree.IsRoot(shard, first, end, used))
                {
                    _sends[sends++] = Message(to, _own[shard - _cut.First], FirstBytes(to), SliceBytes(to));
                }
            }
        }

        long bytes = SliceBytes(_cut.Rank);
        for (int shard = 0; shard < used; shard++)
        {
            int rank = _cut.RankOf(shard);
            _sums[shard] = null;
            if (IsRoot(shard, used))
            {
                _sums[shard] = rank == _cut.Rank ? Part(_own[shard - _cut.First], FirstBytes(rank), bytes) : _received!.Slot(receives * bytes, bytes);
                if (rank != _cut.Rank)
                {
                    _receives[receives++] = Message(rank, _sums[shard]!.Value, 0, bytes);
                }
            }
        }

        _ranks!.Exchange(_sends.AsSpan(0, sends), _receives.AsSpan(0, receives));
        SumTree.Add(0, used, used, new OfSlice(this));
        Slot sum = Part(_own[0], FirstBytes(_cut.Rank), bytes);
        if (_sums[0] is { } result && result != sum)
        {
            _backend.Copy((int)(bytes / sizeof(float)), result, sum);
        }
    }

    /// <summary>Gives each rank the slices of all.</summary>
    private void AllGather()
    {
        int messages = 0;
        for (int k = 1; k < _cut.Ranks; k++, messages++)
        {
            int to = (_cut.Rank + k) % _cut.Ranks, from = (_cut.Rank + _cut.Ranks - k) % _cut.Ranks;
            _sends[messages] = Message(to, _own[0], FirstBytes(_cut.Rank), SliceBytes(_cut.Rank));
            _receives[messages] = Message(from, _own[0], FirstBytes(from), SliceBytes(from));
        }

        _ranks!.Exchange(_sends.AsSpan(0, messages), _receives.AsSpan(0, messages));
    }

    /// <summary>Whether the rank that has a shard sends a sum that begins there.</summary>
    private bool IsRoot(int shard, int used)
    {
        int rank = _cut.RankOf(shard);
        return SumTree.IsRoot(shard, _cut.FirstOf(rank), Math.Min(_cut.FirstOf(rank + 1), used), used);
    }

    private int ForeignRoots(int used) => Enumerable.Range(0, used).Count(shard => _cut.RankOf(shard) != _cut.Rank && IsRoot(shard, used));

    private static RankMessage Message(int rank, Slot of, long offset, long bytes) => new(rank, (nint)Address(of, offset), bytes);

    private static Slot Part(Slot of, long offset, long bytes) => of.Block.Slot(of.Offset + offset, bytes);

    /// <summary>Where the slice of a rank begins: at a cache line.</summary>
    private long FirstBytes(int rank)
    {
        long lines = ((long)_count * sizeof(float)) / Slot.Alignment;
        return rank == _cut.Ranks ? (long)_count * sizeof(float) : rank * lines / _cut.Ranks * Slot.Alignment;
    }

    private long SliceBytes(int rank) => FirstBytes(rank + 1) - FirstBytes(rank);

    private readonly struct OfOwn(GradientExchange all) : IAdder
    {
        public void Add(int first, int second) => all._backend.AddTo(all._count, all._own[first - all._cut.First], all._own[second - all._cut.First]);
    }

    private readonly struct OfSlice(GradientExchange all) : IAdder
    {
        public void Add(int first, int second)
        {
            // Where one rank has both, it has added them already.
            if (all._sums[first] is { } sum && all._sums[second] is { } other)
            {
                all._backend.AddTo((int)(sum.Bytes / sizeof(float)), sum, other);
            }
        }
    }
}
