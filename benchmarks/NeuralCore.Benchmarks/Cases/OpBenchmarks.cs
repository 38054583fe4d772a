using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Cases;

/// <summary>Every op of the seed network, on one thread and on all, at every vector width of this machine.</summary>
public class OpBenchmarks
{
    private IBackend<float>? _backend;
    private PreparedOp? _op;
    private Action _run = () => throw new InvalidOperationException($"Call {nameof(SetUp)} first.");

    /// <summary>The names of all ops and directions.</summary>
    public static IEnumerable<string> Ops => OpCatalogue.All.Select(c => c.Name);

    /// <summary>One thread, and all that there are.</summary>
    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    /// <summary>The widths that this machine accelerates.</summary>
    public static IEnumerable<SimdWidth> Widths => SimdWidths.Supported;

    /// <summary>What runs.</summary>
    [ParamsSource(nameof(Ops))]
    public string Op { get; set; } = "";

    /// <summary>The threads that work on it.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    /// <summary>The vectors it uses.</summary>
    [ParamsSource(nameof(Widths))]
    public SimdWidth Simd { get; set; }

    /// <summary>Takes the memory, and measures the peak just before the op.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _backend = CpuBackend.Create(Threads, Simd);
        _op = OpCatalogue.Find(Op).On(_backend);
        _run = _op.Run;
        PeakLog.Measure(Threads, Simd, Op);
    }

    /// <summary>Runs the op once over a batch of 128.</summary>
    [Benchmark]
    public void Run() => _run();

    /// <summary>Measures the peak just after the op, and gives the memory back.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        PeakLog.Measure(Threads, Simd, Op);
        _op?.Dispose();
        _backend?.Dispose();
    }

    /// <summary>Runs all of them, or those that BenchmarkDotNet's options choose; --json FILE and --csv FILE save what the table says.</summary>
    /// <returns>Whether all of them ran.</returns>
    public static bool RunAll(string[] args)
    {
        var own = new List<string>();
        var rest = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] is "--json" or "--csv" && i + 1 < args.Length)
            {
                own.AddRange([args[i], args[++i]]);
            }
            else
            {
                rest.Add(args[i]);
            }
        }

        var options = new Options(own.ToArray());
        options.Done();
        string[] chosen = rest.Contains("--filter") ? [.. rest] : ["--filter", "*", .. rest];
        Summary[] summaries = [.. BenchmarkSwitcher.FromTypes([typeof(OpBenchmarks)]).Run(chosen, OpConfig.Measured())];
        foreach (BenchmarkReport report in summaries.SelectMany(summary => summary.Reports).Where(report => report.ResultStatistics is not null))
        {
            var (name, threads, simd) = ((string)report.BenchmarkCase.Parameters[nameof(Op)], (int)report.BenchmarkCase.Parameters[nameof(Threads)], (SimdWidth)report.BenchmarkCase.Parameters[nameof(Simd)]);
            OpCase op = OpCatalogue.Find(name);
            double seconds = report.ResultStatistics!.Median / 1e9;
            double? gflops = op.Gflops(seconds), peak = PeakLog.Find(threads, simd, name);
            options.Results.Add(
                ("op", op.Op), ("direction", op.Direction), ("threads", threads), ("simd", $"{simd}"), ("ms", 1e3 * seconds), ("best_ms", report.ResultStatistics.Min / 1e6),
                ("gflops", gflops), ("percent_of_peak", 100 * gflops / peak), ("gb_per_s", op.GigabytesPerSecond(seconds)), ("peak_gflops", peak));
        }

        options.Results.Save("all ops");
        return summaries.All(OpConfig.AllRan);
    }
}
