using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralCore.Simd;

/// <summary>
/// What the machine can do at most: multiply-adds on registers alone, with enough independent sums that the latency of one
/// never holds up the next. Kernels are held against this, measured in the same minutes, and not against a data sheet: a
/// processor's clock depends on its load, its temperature and its neighbours.
/// </summary>
public static unsafe class FmaPeak
{
    /// <summary>One attempt takes about this long: long against the wait for the other threads, short against a drift of the clock.</summary>
    private const double SecondsWanted = 0.004;

    private const int Attempts = 3;

    private static readonly Dictionary<SimdWidth, int> RoundsOfWidth = [];

    /// <summary>Runs multiply-adds on every thread at once.</summary>
    /// <param name="threads">The threads, at least 1.</param>
    /// <param name="simd">The vectors.</param>
    /// <returns>GFLOP/s of all threads together, a multiply and an add counted as two.</returns>
    public static double Measure(int threads, SimdWidth simd) => SimdWidths.Resolve(simd) switch
    {
        SimdWidth.Bits512 => Measure<Simd512, Vector512<float>>(threads, SimdWidth.Bits512),
        SimdWidth.Bits256 => Measure<Simd256, Vector256<float>>(threads, SimdWidth.Bits256),
        SimdWidth.Bits128 when OperatingSystem.IsBrowser() => Measure<SimdWasm, Vector128<float>>(threads, SimdWidth.Bits128),
        SimdWidth.Bits128 => Measure<Simd128, Vector128<float>>(threads, SimdWidth.Bits128),
        _ => Measure<SimdPortable, Vector<float>>(threads, SimdWidth.Portable),
    };

    private static double Measure<TSimd, TVec>(int threads, SimdWidth simd)
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged
    {
        if (!RoundsOfWidth.TryGetValue(simd, out int rounds))
        {
            rounds = RoundsOfWidth[simd] = Calibrate<TSimd, TVec>();
        }

        return threads * Gflop<TSimd, TVec>(rounds) / TimeTogether(threads, () => Run<TSimd, TVec>(rounds));
    }

    private static int Calibrate<TSimd, TVec>()
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged
    {
        int rounds = 1024;
        double seconds;
        while ((seconds = TimeTogether(1, () => Run<TSimd, TVec>(rounds))) < SecondsWanted / 4)
        {
            rounds *= 2;
        }

        return (int)Math.Clamp(rounds * SecondsWanted / seconds, 1, int.MaxValue / 2);
    }

    private static double Gflop<TSimd, TVec>(int rounds)
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged => 2.0 * SumCount<TSimd, TVec>() * TSimd.Width * rounds / 1e9;

    /// <summary>
    /// Enough sums to hide a latency of 4 or 5 cycles on two units, and on machines with 32 registers on four; no more than
    /// leave room for the two factors, since a sum that is spilt to memory is no peak.
    /// </summary>
    private static int SumCount<TSimd, TVec>()
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged => TSimd.HasManyRegisters ? 24 : 12;

    /// <summary>
    /// The least time of three attempts from the first thread's beginning to the last one's end, in seconds. Threads that have
    /// just started often share a core until the system has moved one of them (measured on two cores: half the peak), and
    /// the workers of a backend spin for a moment after their last op; the first attempt is there to take that.
    /// </summary>
    private static double TimeTogether(int threads, Action work)
    {
        long[,] begins = new long[Attempts, threads];
        long[,] ends = new long[Attempts, threads];
        int arrivals = 0;
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(index => new Thread(() => RunOne(index)))];
        Array.ForEach(others, thread => thread.Start());
        RunOne(0);
        Array.ForEach(others, thread => thread.Join());
        return Enumerable.Range(0, Attempts).Min(attempt => Stopwatch.GetElapsedTime(
            Enumerable.Range(0, threads).Min(index => begins[attempt, index]),
            Enumerable.Range(0, threads).Max(index => ends[attempt, index])).TotalSeconds);

        void RunOne(int index)
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                // Every thread waits awake: one that has to be woken comes late, and to any core.
                Interlocked.Increment(ref arrivals);
                var wait = default(SpinWait);
                while (Volatile.Read(ref arrivals) < (attempt + 1) * threads)
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                begins[attempt, index] = Stopwatch.GetTimestamp();
                work();
                ends[attempt, index] = Stopwatch.GetTimestamp();
            }
        }
    }

    private static void Run<TSimd, TVec>(int rounds)
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged
    {
        // The sums leave the loop through memory, so the compiler cannot remove them as unused.
        float* sink = stackalloc float[Vector512<float>.Count];
        if (TSimd.HasManyRegisters)
        {
            Sums24<TSimd, TVec>(rounds, 1.0001f, 0.9999f, sink);
        }
        else
        {
            Sums12<TSimd, TVec>(rounds, 1.0001f, 0.9999f, sink);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sums12<TSimd, TVec>(int rounds, float factor, float other, float* sink)
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged
    {
        TVec x = TSimd.Create(factor), y = TSimd.Create(other);
        TVec a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero;
        TVec b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero;
        TVec c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero;
        for (int round = 0; round < rounds; round++)
        {
            a0 = TSimd.MultiplyAdd(x, y, a0);
            a1 = TSimd.MultiplyAdd(x, y, a1);
            a2 = TSimd.MultiplyAdd(x, y, a2);
            a3 = TSimd.MultiplyAdd(x, y, a3);
            b0 = TSimd.MultiplyAdd(x, y, b0);
            b1 = TSimd.MultiplyAdd(x, y, b1);
            b2 = TSimd.MultiplyAdd(x, y, b2);
            b3 = TSimd.MultiplyAdd(x, y, b3);
            c0 = TSimd.MultiplyAdd(x, y, c0);
            c1 = TSimd.MultiplyAdd(x, y, c1);
            c2 = TSimd.MultiplyAdd(x, y, c2);
            c3 = TSimd.MultiplyAdd(x, y, c3);
        }

        TVec a = TSimd.Add(TSimd.Add(a0, a1), TSimd.Add(a2, a3));
        TVec b = TSimd.Add(TSimd.Add(b0, b1), TSimd.Add(b2, b3));
        TVec c = TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3));
        TSimd.Store(sink, TSimd.Add(TSimd.Add(a, b), c));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sums24<TSimd, TVec>(int rounds, float factor, float other, float* sink)
        where TSimd : struct, ISimd<TVec>
        where TVec : unmanaged
    {
        TVec x = TSimd.Create(factor), y = TSimd.Create(other);
        TVec a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero;
        TVec b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero;
        TVec c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero;
        TVec d0 = TSimd.Zero, d1 = TSimd.Zero, d2 = TSimd.Zero, d3 = TSimd.Zero;
        TVec e0 = TSimd.Zero, e1 = TSimd.Zero, e2 = TSimd.Zero, e3 = TSimd.Zero;
        TVec f0 = TSimd.Zero, f1 = TSimd.Zero, f2 = TSimd.Zero, f3 = TSimd.Zero;
        for (int round = 0; round < rounds; round++)
        {
            a0 = TSimd.MultiplyAdd(x, y, a0);
            a1 = TSimd.MultiplyAdd(x, y, a1);
            a2 = TSimd.MultiplyAdd(x, y, a2);
            a3 = TSimd.MultiplyAdd(x, y, a3);
            b0 = TSimd.MultiplyAdd(x, y, b0);
            b1 = TSimd.MultiplyAdd(x, y, b1);
            b2 = TSimd.MultiplyAdd(x, y, b2);
            b3 = TSimd.MultiplyAdd(x, y, b3);
            c0 = TSimd.MultiplyAdd(x, y, c0);
            c1 = TSimd.MultiplyAdd(x, y, c1);
            c2 = TSimd.MultiplyAdd(x, y, c2);
            c3 = TSimd.MultiplyAdd(x, y, c3);
            d0 = TSimd.MultiplyAdd(x, y, d0);
            d1 = TSimd.MultiplyAdd(x, y, d1);
            d2 = TSimd.MultiplyAdd(x, y, d2);
            d3 = TSimd.MultiplyAdd(x, y, d3);
            e0 = TSimd.MultiplyAdd(x, y, e0);
            e1 = TSimd.MultiplyAdd(x, y, e1);
            e2 = TSimd.MultiplyAdd(x, y, e2);
            e3 = TSimd.MultiplyAdd(x, y, e3);
            f0 = TSimd.MultiplyAdd(x, y, f0);
            f1 = TSimd.MultiplyAdd(x, y, f1);
            f2 = TSimd.MultiplyAdd(x, y, f2);
            f3 = TSimd.MultiplyAdd(x, y, f3);
        }

        TVec a = TSimd.Add(TSimd.Add(a0, a1), TSimd.Add(a2, a3));
        TVec b = TSimd.Add(TSimd.Add(b0, b1), TSimd.Add(b2, b3));
        TVec c = TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3));
        TVec d = TSimd.Add(TSimd.Add(d0, d1), TSimd.Add(d2, d3));
        TVec e = TSimd.Add(TSimd.Add(e0, e1), TSimd.Add(e2, e3));
        TVec f = TSimd.Add(TSimd.Add(f0, f1), TSimd.Add(f2, f3));
        TSimd.Store(sink, TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(e, f)));
    }
}
