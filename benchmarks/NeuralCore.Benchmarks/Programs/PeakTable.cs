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
        string? busy = null;
        output.WriteLine("FMA peak in GFLOP/s, " + string.Join(" and ", threads) + " threads");
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            double[][] peaks = [.. threads.Select(count => Enumerable.Range(0, rounds).Select(_ => FmaPeak.Measure(count, simd)).ToArray())];
            output.WriteLine($"{simd,-10}" + string.Concat(peaks.Select(some => $"{Median.Of(some),10:F1}")));
            foreach ((int count, double[] some) in threads.Zip(peaks))
            {
                options.Results.Add(("simd", $"{simd}"), ("threads", count), ("gflops", Median.Of(some)), ("least_gflops", some.Min()), ("most_gflops", some.Max()));
                busy ??= Busy.OfPeaks(some);
            }

            busy ??= Busy.OfThreads(Median.Of(peaks[^1]) / Median.Of(peaks[0]), threads[^1]);
        }

        if (busy is not null)
        {
            output.WriteLine(busy);
        }
    }
}
