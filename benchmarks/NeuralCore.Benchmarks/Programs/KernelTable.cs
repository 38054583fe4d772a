using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>kernels</c>: every op in seconds instead of minutes, to work by. The ops take turns, round by round, so that a
/// disturbance falls on one sample of each and the medians do not see it; each sample lies between two measurements of the
/// FMA peak and is held against their mean.
/// </summary>
internal sealed class KernelTable
{
    private readonly IBackend<float> _backend;
    private readonly SimdWidth _simd;
    private readonly int _rounds;
    private readonly double _sampleSeconds;
    private readonly Results _results;

    private KernelTable(IBackend<float> backend, SimdWidth simd, int rounds, double sampleSeconds, Results results)
    {
        (_backend, _simd, _rounds, _sampleSeconds, _results) = (backend, simd, rounds, sampleSeconds, results);
    }

    /// <summary>Measures and prints.</summary>
    public static void Run(Options options, TextWriter output)
    {
        int threads = options.Threads();
        SimdWidth simd = options.Simd();
        ConvAlgorithm conv = options.Conv();
        string filter = options.Text("--filter", "");
        int rounds = options.Int("--rounds", 9, minimum: 1);
        double sampleSeconds = options.Int("--sample-ms", 20) / 1000.0;
        options.Done();
        using IBackend<float> backend = CpuBackend.Create(threads, simd, conv);
        new KernelTable(backend, simd, rounds, sampleSeconds, options.Results).Run(filter, output);
    }

    private void Run(string filter, TextWriter output)
    {
        List<Row> rows = [.. OpCatalogue.All
            .Where(op => op.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            .Select(op => new Row(op.On(_backend)))];
        var peaks = new List<double> { Peak() };
        for (int round = 0; round < _rounds; round++)
        {
            foreach (Row row in rows)
            {
                double seconds = Sample.Of(row.Op.Run, _sampleSeconds);
                peaks.Add(Peak());
                row.Seconds.Add(seconds);
                row.PartsOfPeak.Add(row.Op.Case.Flop / seconds / 1e9 / ((peaks[^2] + peaks[^1]) / 2));
            }
        }

        output.WriteLine(
            $"{_backend.Name}, simd {_backend.Simd}, {_backend.Threads} threads, batch 128; "
            + $"FMA peak {Median.Of(peaks):F1} GFLOP/s (median of {peaks.Count}, {peaks.Min():F0} to {peaks.Max():F0})");
        output.WriteLine($"{"op",-32}{"direction",-18}{"ms",9}{"best",9}{"GFLOP/s",10}{"% of peak",11}{"GB/s",8}");
        foreach (Row row in rows)
        {
            OpCase op = row.Op.Case;
            double seconds = Median.Of(row.Seconds);
            string rate = op.Gflops(seconds) is { } gflops ? $"{gflops,10:F1}{100 * Median.Of(row.PartsOfPeak),11:F1}" : $"{"",21}";
            string bandwidth = $"{op.GigabytesPerSecond(seconds),8:F1}";
            output.WriteLine($"{op.Op,-32}{op.Direction,-18}{seconds * 1e3,9:F3}{row.Seconds.Min() * 1e3,9:F3}{rate}{bandwidth}".TrimEnd());
            _results.Add(
                ("op", op.Op), ("direction", op.Direction), ("threads", _backend.Threads), ("simd", _backend.Simd), ("ms", seconds * 1e3), ("best_ms", row.Seconds.Min() * 1e3),
                ("gflops", op.Gflops(seconds)), ("percent_of_peak", op.Flop > 0 ? 100 * Median.Of(row.PartsOfPeak) : null),
                ("gb_per_s", op.GigabytesPerSecond(seconds)), ("peak_gflops", Median.Of(peaks)));
            row.Op.Dispose();
        }

        if (Busy.OfPeaks(peaks) is { } busy)
        {
            output.WriteLine(busy);
        }
    }

    private double Peak() => FmaPeak.Measure(_backend.Threads, _simd);

    private sealed record Row(PreparedOp Op)
    {
        public List<double> Seconds { get; } = [];

        public List<double> PartsOfPeak { get; } = [];
    }
}
