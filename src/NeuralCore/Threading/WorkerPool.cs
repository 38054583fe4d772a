using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NeuralCore.Threading;

/// <summary>Work cut into numbered chunks that can run in any order on any thread.</summary>
internal interface IChunkedJob
{
    /// <summary>Does one chunk.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="worker">The number of the thread, below <see cref="WorkerPool.Threads"/>: names scratch memory.</param>
    void Execute(int chunk, int worker);
}

/// <summary>
/// Threads that live as long as their backend. A job is a struct on the caller's stack and chunks are taken from atomic
/// counters, so running a job allocates nothing. Each thread begins with a range of chunks of its own, the same one whenever the job runs, so that
/// what it wrote the last time is still near it, and then helps the others. It takes its own in ascending order, so that a job may ask memory for
/// the one that comes next. Which thread does a chunk is chance all the same; what a chunk computes must not depend on it, and where a sum is
/// cut is a function of the sizes alone: that is what makes results the same on any number of threads. A short job is done by the caller alone
/// where that is found to be faster.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>
    /// Rounds of waiting, of some 0.4 us each, before a thread without work goes to sleep, or the caller lets other programs have
    /// its processor: longer than the gaps between a step's ops. Yielding at once can cost a whole time slice wherever another
    /// program runs, and what is waited for is mostly done within microseconds.
    /// </summary>
    private const int IdleRounds = 2000;
    private const int SpinsPerRound = 10;

    /// <summary>The kinds of jobs whose trials are remembered: a training step has a dozen.</summary>
    private const int KindsKnown = 64;

    private readonly Thread[] _workers;
    private readonly ChunkRange[] _ranges;
    private readonly object _gate = new();
    private readonly Kind[] _kinds = new Kind[KindsKnown];
    private int _kindCount;
    private int _nextKind;
    private void* _job;
    private delegate*<void*, int, int, void> _execute;

    /// <summary>Upper half: the job's number. Lower half: its chunks not yet taken. One atomic word, so that no thread can take a
    /// chunk of one job for a chunk of the next.</summary>
    private long _ticket;
    private int _unfinished;
    private int _asleep;
    private int _taken;
    private volatile bool _stopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many work on a job, the caller included.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers = new Thread[threads - 1];
        _ranges = new ChunkRange[threads];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"NeuralCore worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>The threads that work on a job, the caller included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs chunks 0 to <paramref name="chunks"/> - 1 and returns when all are done. Several threads may call at once: one of them has the help of
    /// the pool, and each other one does its job alone meanwhile.
    /// </summary>
    public void Run<TJob>(TJob job, int chunks)
        where TJob : unmanaged, IChunkedJob
    {
        if (_workers.Length == 0 || chunks == 1 || Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
        {
            Alone(job, chunks);
            return;
        }

        try
        {
            RunHelped(job, chunks);
        }
        finally
        {
            Volatile.Write(ref _taken, 0);
        }
    }

    private void RunHelped<TJob>(TJob job, int chunks)
        where TJob : unmanaged, IChunkedJob
    {

        ref JobTrial trial = ref TrialOf<TJob>(chunks);
        long start = Stopwatch.GetTimestamp();
        if (trial.Alone)
        {
            Alone(job, chunks);
        }
        else
        {
            Together(job, chunks);
        }

        trial.Took(Stopwatch.GetTimestamp() - start);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread worker in _workers)
        {
            worker.Join();
        }
    }

    private static void Alone<TJob>(TJob job, int chunks)
        where TJob : unmanaged, IChunkedJob
    {
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            job.Execute(chunk, 0);
        }
    }

    /// <summary>The trial of a kind of job. A kind too many takes the place of the one that has been known the longest.</summary>
    private ref JobTrial TrialOf<TJob>(int chunks)
    {
        nint job = typeof(TJob).TypeHandle.Value;
        foreach (ref Kind known in _kinds.AsSpan(0, _kindCount))
        {
            if (known.Job == job && known.Chunks == chunks)
            {
                return ref known.Trial;
            }
        }

        ref Kind next = ref _kinds[_nextKind];
        _kindCount = Math.Max(_kindCount, _nextKind + 1);
        _nextKind = (_nextKind + 1) % KindsKnown;
        next = new Kind { Job = job, Chunks = chunks, Trial = new JobTrial() };
        return ref next.Trial;
    }

    private void Together<TJob>(TJob job, int chunks)
        where TJob : unmanaged, IChunkedJob
    {
        _job = &job;
        for (int worker = 0; worker < Threads; worker++)
        {
            _ranges[worker].Set(First(worker), First(worker + 1));
        }

        _execute = &Execute<TJob>;
        Volatile.Write(ref _unfinished, chunks);
        long number = (_ticket >> 32) + 1;
        Interlocked.Exchange(ref _ticket, (number << 32) | (uint)chunks);
        WakeSleepers();
        while (TryExecuteChunk(0))
        {
        }

        // With more threads than processors the last chunk may wait for the very processor that this thread is holding.
        int patience = Threads <= Environment.ProcessorCount ? IdleRounds : 0;
        while (Volatile.Read(ref _unfinished) != 0)
        {
            if (patience-- > 0)
            {
                Thread.SpinWait(SpinsPerRound);
            }
            else
            {
                Thread.Yield();
            }
        }

        int First(int worker) => (int)((((long)worker * chunks) + Threads - 1) / Threads);
    }

    private static void Execute<TJob>(void* job, int chunk, int worker)
        where TJob : unmanaged, IChunkedJob => Unsafe.AsRef<TJob>(job).Execute(chunk, worker);

    private bool TryExecuteChunk(int worker)
    {
        long ticket = Volatile.Read(ref _ticket);
        while ((uint)ticket != 0)
        {
            long seen = Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket);
            if (seen == ticket)
            {
                // The job cannot end before this chunk does, so its fields stay as they are.
                _execute(_job, Take(worker), worker);
                Interlocked.Decrement(ref _unfinished);
                return true;
            }

            ticket = seen;
        }

        return false;
    }

    /// <summary>A chunk for a thread that has taken the right to one, so that there is one: of its own, or else another's last.</summary>
    private int Take(int worker)
    {
        int chunk;
        for (int i = 0; !_ranges[(worker + i) % Threads].TryTake(fromBack: i > 0, out chunk); i++)
        {
        }

        return chunk;
    }

    private void Work(int worker)
    {
        int idle = 0;
        while (!_stopping)
        {
            if (TryExecuteChunk(worker))
            {
                idle = 0;
            }
            else if (++idle < IdleRounds)
            {
                Thread.SpinWait(SpinsPerRound);
            }
            else
            {
                Sleep();
                idle = 0;
            }
        }
    }

    private void Sleep()
    {
        lock (_gate)
        {
            // Count first, look second; the caller publishes first, counts second: one of the two always sees the other.
            Interlocked.Increment(ref _asleep);
            while ((uint)Volatile.Read(ref _ticket) == 0 && !_stopping)
            {
                Monitor.Wait(_gate);
            }

            Interlocked.Decrement(ref _asleep);
        }
    }

    private void WakeSleepers()
    {
        if (Volatile.Read(ref _asleep) > 0)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>A job that is run again and again: its type, and into how many chunks it is cut.</summary>
    private struct Kind
    {
        public nint Job;
        public int Chunks;
        public JobTrial Trial;
    }
}
