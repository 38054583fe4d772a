using System.Diagnostics;
using NeuralCore.Threading;
using Xunit;

namespace NeuralCore.Tests.Threading;

/// <summary>The threads that run an op: every chunk exactly once, however many threads there are and however they sleep.</summary>
public sealed unsafe class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void Every_chunk_of_every_job_runs_once_and_is_done_when_Run_returns(int threads)
    {
        using var pool = new WorkerPool(threads);
        Assert.Equal(threads, pool.Threads);
        int[] runs = new int[1000];
        int* workers = stackalloc int[threads];
        fixed (int* counts = runs)
        {
            for (int job = 1; job <= 500; job++)
            {
                // From fewer chunks than threads to many more.
                int chunks = 1 + (job * 37 % runs.Length);
                Array.Clear(runs);
                pool.Run(new CountingJob(counts, workers, threads), chunks);
                Assert.Equal(-1, runs.AsSpan(0, chunks).IndexOfAnyExcept(1));
                Assert.Equal(-1, runs.AsSpan(chunks).IndexOfAnyExcept(0));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Each_thread_does_its_own_chunks_in_ascending_order_before_it_helps_others(int threads)
    {
        const int Chunks = 100;
        using var pool = new WorkerPool(threads);
        int* last = stackalloc int[threads];
        int broken = 0;
        for (int job = 0; job < 200; job++)
        {
            new Span<int>(last, threads).Fill(-1);
            pool.Run(new OrderedJob(last, &broken, threads, Chunks), Chunks);
        }

        Assert.Equal(0, broken);
    }

    /// <summary>What a thread wrote is near it the next time.</summary>
    [Fact]
    public void Threads_that_take_equally_long_have_the_same_chunks_each_time()
    {
        const int Chunks = 8;
        using var pool = new WorkerPool(2);
        int* done = stackalloc int[2];
        int strange = 0;
        for (int job = 0; job < 50; job++)
        {
            new Span<int>(done, 2).Clear();
            pool.Run(new LockstepJob(done, &strange, Chunks), Chunks);
        }

        Assert.Equal(0, strange);
    }

    [Fact]
    public void Sleeping_threads_wake_for_the_next_job()
    {
        using var pool = new WorkerPool(4);
        int[] runs = new int[64];
        int* workers = stackalloc int[4];
        fixed (int* counts = runs)
        {
            for (int job = 1; job <= 20; job++)
            {
                Thread.Sleep(5);
                pool.Run(new CountingJob(counts, workers, 4), runs.Length);
                Assert.Equal(-1, runs.AsSpan().IndexOfAnyExcept(job));
            }
        }
    }

    [Fact]
    public void Giving_a_pool_back_ends_its_threads_promptly()
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 20; i++)
        {
            using var pool = new WorkerPool(16);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void There_is_at_least_one_thread() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    /// <summary>Counts the chunks that a thread does of its own after one of a higher number, or after one of another's.</summary>
    private readonly struct OrderedJob(int* last, int* broken, int threads, int chunks) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            bool own = chunk * threads / chunks == worker;
            if (own && chunk < last[worker])
            {
                Interlocked.Increment(ref *broken);
            }

            last[worker] = own ? chunk : int.MaxValue;
            Thread.SpinWait(20);
        }
    }

    /// <summary>
    /// Counts the chunks that a thread does of the other's, of two that wait for each other. It takes milliseconds, so that nobody tries whether
    /// one thread is enough.
    /// </summary>
    private readonly struct LockstepJob(int* done, int* strange, int chunks) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            if (chunk * 2 / chunks != worker)
            {
                Interlocked.Increment(ref *strange);
            }

            Thread.Sleep(1);
            int mine = Interlocked.Increment(ref done[worker]);
            var wait = default(SpinWait);
            while (Volatile.Read(ref done[1 - worker]) < mine && mine <= chunks / 2)
            {
                wait.SpinOnce();
            }
        }
    }

    /// <summary>Counts the runs of each chunk, and marks a chunk whose worker number another thread was using.</summary>
    private readonly struct CountingJob(int* runs, int* workers, int threads) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            Interlocked.Increment(ref runs[chunk]);
            if ((uint)worker >= (uint)threads || Interlocked.Exchange(ref workers[worker], 1) != 0)
            {
                // Two threads under one number would write to the same scratch memory.
                Interlocked.Add(ref runs[chunk], 1000);
            }

            Thread.SpinWait(20);
            Interlocked.Exchange(ref workers[worker], 0);
        }
    }
}
