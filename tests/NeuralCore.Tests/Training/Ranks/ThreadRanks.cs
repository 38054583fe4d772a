using System.Collections.Concurrent;

namespace NeuralCore.Tests.Training.Ranks;

/// <summary>Ranks that are threads of this process: what they compute together does not depend on what carries their bytes.</summary>
internal sealed class ThreadRanks
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(int From, int To), BlockingCollection<byte[]>> _ways = new();
    private readonly int _size;

    private ThreadRanks(int size) => _size = size;

    /// <summary>Does the same on some ranks at once.</summary>
    /// <returns>What each came to, by rank.</returns>
    public static TResult[] Run<TResult>(int size, Func<Communicator, TResult> work)
    {
        var all = new ThreadRanks(size);
        var results = new TResult[size];
        var failures = new ConcurrentQueue<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new Of(all, rank));
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failures.IsEmpty ? results : throw new AggregateException(failures);
    }

    private BlockingCollection<byte[]> Way(int from, int to) => _ways.GetOrAdd((from, to), _ => []);

    private sealed class Of(ThreadRanks all, int rank) : Communicator
    {
        public override int Rank => rank;

        public override int Size => all._size;

        public override void Dispose()
        {
        }

        internal override unsafe void Exchange(ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives)
        {
            foreach (RankMessage send in sends)
            {
                if (send.Bytes > 0)
                {
                    all.Way(rank, send.Rank).Add(new ReadOnlySpan<byte>((void*)send.Address, (int)send.Bytes).ToArray());
                }
            }

            foreach (RankMessage receive in receives)
            {
                if (receive.Bytes > 0)
                {
                    if (!all.Way(receive.Rank, rank).TryTake(out byte[]? bytes, Longest))
                    {
                        throw new RankException($"Rank {receive.Rank} does not answer.");
                    }

                    if (bytes.Length != receive.Bytes)
                    {
                        throw new InvalidOperationException($"Rank {rank} waits for {receive.Bytes} bytes of rank {receive.Rank}, which sent {bytes.Length}.");
                    }

                    bytes.CopyTo(new Span<byte>((void*)receive.Address, bytes.Length));
                }
            }
        }
    }
}
