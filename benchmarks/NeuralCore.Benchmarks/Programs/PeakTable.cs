using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary><c>peak</c>: the FMA peak of every width this machine has, on one thread and on all.</summary>
internal static class PeakTable
{
    /// <summary>Measures and prints.</summary>
    public static void Run(Options options, TextWriter output)
    {
        int rounds = options.Int("--rounds", 9, minimum: 1);
        options.Done();
        int[] threads = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        output.WriteLine("FMA peak in GFLOP/s, " + string.Join(" and ", threads) + " threads");
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            output.WriteLine($"{simd,-10}" + string.Concat(threads.Select(count =>
                $"{Median.Of(Enumerable.Range(0, rounds).Select(_ => FmaPeak.Measure(count, simd))),10:F1}")));
        }
    }
}
