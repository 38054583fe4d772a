using System.Text.Json;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>plots</c>: measures on one thread and draws GFLOP/s of each op at each vector width, and the time of a product or convolution over its size; and, from the results of
/// NeuralCore.Peers, images/s of each network beside the peers.
/// </summary>
internal static class Plots
{
    public const int SizeBatch = 32;

    /// <summary>Measures, and writes the pictures.</summary>
    public static void Run(Options options, TextWriter output)
    {
        string folder = options.Text("--folder", Path.Combine("benchmarks", "plots"));
        string peers = options.Text("--peers", Path.Combine(folder, "peers.json"));
        int rounds = options.Int("--rounds", 9, minimum: 1);
        double sampleSeconds = options.Int("--sample-ms", 20) / 1000.0;
        options.Done();
        Directory.CreateDirectory(folder);
        (List<KernelFigure> kernels, Dictionary<SimdWidth, double> kernelPeaks) = Kernels(rounds, sampleSeconds, options.Results, output);
        Save(PlotDrawing.Kernels(kernels, kernelPeaks, Processor.Name));
        (List<SizeFigure> sizes, double peak) = Sizes(rounds, sampleSeconds, options.Results, output);
        Save(PlotDrawing.Sizes(sizes, peak, Processor.Name));
        if (File.Exists(peers))
        {
            (string processor, IReadOnlyList<PeerFigure> figures) = ReadPeers(peers);
            foreach (var job in figures.GroupBy(figure => (figure.Job, figure.Threads)).Where(job => job.Key.Job.Contains("images/s", StringComparison.Ordinal)))
            {
                Save(PlotDrawing.Peers(job.Key.Job, job.Key.Threads, [.. job], processor));
            }
        }
        else
        {
            output.WriteLine($"There is no '{peers}', so nothing is drawn beside the peers: make it with 'benchmarks/NeuralCore.Peers/run.sh networks --json {peers}'.");
        }

        void Save(Imaging.Report.Chart chart)
        {
            Imaging.Report.ReportFile svg = chart.ToSvgFile();
            string file = Path.Combine(folder, svg.Name);
            File.WriteAllBytes(file, svg.Content);
            output.WriteLine($"Written: {file}");
        }
    }

    /// <summary>Every op that computes, on one thread at each width, and the FMA peak of each width in GFLOP/s.</summary>
    private static (List<KernelFigure> Figures, Dictionary<SimdWidth, double> Peaks) Kernels(int rounds, double sampleSeconds, Results results, TextWriter output)
    {
        var figures = new List<KernelFigure>();
        var peaksOfWidths = new Dictionary<SimdWidth, double>();
        foreach (SimdWidth width in SimdWidths.Supported)
        {
            using IBackend<float> backend = CpuBackend.Create(1, width);
            var peaks = new List<double> { FmaPeak.Measure(1, width) };
            foreach (OpCase op in OpCatalogue.All.Where(op => op.Flop > 0))
            {
                using PreparedOp prepared = op.On(backend);
                double seconds = Median.Of(Enumerable.Range(0, rounds).Select(_ => Sample.Of(prepared.Run, sampleSeconds)));
                double gflops = op.Flop / seconds / 1e9;
                peaks.Add(FmaPeak.Measure(1, width));
                figures.Add(new KernelFigure(op.Name, width, gflops));
                results.Add(("plot", "kernels"), ("op", op.Op), ("direction", op.Direction), ("simd", $"{width}"), ("gflops", gflops), ("ms", 1e3 * seconds), ("peak_gflops", Median.Of(peaks)));
            }

            peaksOfWidths[width] = Median.Of(peaks);
            Say(Busy.OfPeaks(peaks), output);
        }

        return (figures, peaksOfWidths);
    }

    /// <summary>Dense layers of n to n units and convolutions of n to n channels, n doubling, and the FMA peak in GFLOP/s.</summary>
    private static (List<SizeFigure> Figures, double Peak) Sizes(int rounds, double sampleSeconds, Results results, TextWriter output)
    {
        var figures = new List<SizeFigure>();
        using IBackend<float> backend = CpuBackend.Create(1);
        var peaks = new List<double>();
        foreach ((string name, int size, OpCase op) in Enumerable.Range(4, 8).Select(i => 1 << i).SelectMany(n => OpCatalogue.OfSize(n, SizeBatch)))
        {
            using PreparedOp prepared = op.On(backend);
            peaks.Add(FmaPeak.Measure(1, SimdWidth.Auto));
            double seconds = Median.Of(Enumerable.Range(0, rounds).Select(_ => Sample.Of(prepared.Run, sampleSeconds)));
            figures.Add(new SizeFigure(name, op.Flop, seconds));
            results.Add(("plot", "sizes"), ("op", name), ("size", size), ("batch", SizeBatch), ("mflop", op.Flop / 1e6), ("ms", 1e3 * seconds), ("gflops", op.Flop / seconds / 1e9));
        }

        Say(Busy.OfPeaks(peaks), output);
        return (figures, Median.Of(peaks));
    }

    private static void Say(string? busy, TextWriter output)
    {
        if (busy is not null)
        {
            output.WriteLine(busy);
        }
    }

    private static (string Processor, IReadOnlyList<PeerFigure> Figures) ReadPeers(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            return (document.RootElement.GetProperty("processor").GetString()!,
            [
                .. document.RootElement.GetProperty("rows").EnumerateArray().Select(row => new PeerFigure(
                    row.GetProperty("network").GetString()!, row.GetProperty("job").GetString()!, row.GetProperty("threads").GetInt32(), row.GetProperty("contestant").GetString()!.Split(',')[0],
                    row.GetProperty("median").GetDouble())),
            ]);
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DataFileException(file, $"The file '{file}' holds no results of NeuralCore.Peers; make it anew, or name another one with --peers.", damaged);
        }
    }
}

/// <summary>The speed of an op at a vector width.</summary>
/// <param name="Op">The op and its direction.</param>
/// <param name="Width">The width.</param>
/// <param name="Gflops">GFLOP/s.</param>
internal sealed record KernelFigure(string Op, SimdWidth Width, double Gflops);

/// <summary>The time of an op of a size.</summary>
/// <param name="Op">The op and its direction.</param>
/// <param name="Flop">Its floating-point operations.</param>
/// <param name="Seconds">The time of one run.</param>
internal sealed record SizeFigure(string Op, double Flop, double Seconds);

/// <summary>The speed of a network in a contestant.</summary>
/// <param name="Network">The network.</param>
/// <param name="Job">The job and its unit.</param>
/// <param name="Threads">The threads.</param>
/// <param name="Contestant">The library.</param>
/// <param name="Median">Its median.</param>
internal sealed record PeerFigure(string Network, string Job, int Threads, string Contestant, double Median);
