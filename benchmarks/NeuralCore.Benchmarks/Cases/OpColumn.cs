using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Cases;

/// <summary>A column of BenchmarkDotNet's table that follows from an op's work and its median time.</summary>
/// <param name="name">The heading.</param>
/// <param name="legend">What it means.</param>
/// <param name="value">The number from the op, its median time in seconds and the FMA peak around it in GFLOP/s; null leaves it empty.</param>
internal sealed class OpColumn(string name, string legend, Func<OpCase, double, double, double?> value) : IColumn
{
    /// <summary>All columns of this kind.</summary>
    public static IColumn[] All { get; } =
    [
        new OpColumn("GFLOP/s", "A multiply and an add counted as two, of dense arithmetic", (op, seconds, _) =>
            op.Gflops(seconds)),
        new OpColumn("FMA peak", "GFLOP/s of multiply-adds on registers, same threads and width, just before and after", (op, _, peak) =>
            op.Flop > 0 ? peak : null),
        new OpColumn("% of peak", "GFLOP/s against that peak", (op, seconds, peak) =>
            100 * op.Gflops(seconds) / peak),
        new OpColumn("GB/s", "Bytes that have to be read and written", (op, seconds, _) =>
            op.GigabytesPerSecond(seconds)),
    ];

    /// <inheritdoc/>
    public string Id => name;

    /// <inheritdoc/>
    public string ColumnName => name;

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Custom;

    /// <inheritdoc/>
    public int PriorityInCategory => Array.IndexOf(All, this);

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => legend;

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => true;

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        string op = (string)benchmarkCase.Parameters[nameof(OpBenchmarks.Op)];
        int threads = (int)benchmarkCase.Parameters[nameof(OpBenchmarks.Threads)];
        var simd = (SimdWidth)benchmarkCase.Parameters[nameof(OpBenchmarks.Simd)];
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics || PeakLog.Find(threads, simd, op) is not { } peak)
        {
            return "?";
        }

        double? number = value(OpCatalogue.Find(op), statistics.Median / 1e9, peak);
        return number?.ToString("F1", CultureInfo.InvariantCulture) ?? "";
    }

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
