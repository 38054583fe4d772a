using BenchmarkDotNet.Attributes;
using NeuralCore.Benchmarks.Measurement;
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
}
