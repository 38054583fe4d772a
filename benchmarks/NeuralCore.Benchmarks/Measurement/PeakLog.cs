using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Measurement;

/// <summary>
/// The FMA peaks that were measured just before and just after each benchmark. Benchmarks run in this process, so the
/// columns of the result table find them here.
/// </summary>
internal static class PeakLog
{
    private const int Repetitions = 3;

    private static readonly Dictionary<(int Threads, SimdWidth Simd, string Op), List<double>> Peaks = [];

    /// <summary>Measures the peak of a thread count and a width, for one op.</summary>
    public static void Measure(int threads, SimdWidth simd, string op)
    {
        if (!Peaks.TryGetValue((threads, simd, op), out List<double>? peaks))
        {
            Peaks.Add((threads, simd, op), peaks = []);
        }

        for (int i = 0; i < Repetitions; i++)
        {
            peaks.Add(FmaPeak.Measure(threads, simd));
        }
    }

    /// <summary>The median peak around an op in GFLOP/s; null if it did not run.</summary>
    public static double? Find(int threads, SimdWidth simd, string op) =>
        Peaks.TryGetValue((threads, simd, op), out List<double>? peaks) ? Median.Of(peaks) : null;
}
