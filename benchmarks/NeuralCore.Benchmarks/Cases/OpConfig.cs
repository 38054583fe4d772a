using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace NeuralCore.Benchmarks.Cases;

/// <summary>
/// How BenchmarkDotNet runs the ops: in this process, so that the FMA peak beside them is measured by the same process
/// within the same second, and briefly, so that all of them take minutes.
/// </summary>
internal static class OpConfig
{
    /// <summary>Nine iterations of 60 ms each; the table gives their median.</summary>
    public static IConfig Measured() => Base(ConsoleLogger.Default)
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithUnrollFactor(1)
            .WithEvaluateOverhead(false)
            .WithWarmupCount(2)
            .WithIterationCount(9)
            .WithIterationTime(TimeInterval.FromMilliseconds(60)))
        .AddExporter(MarkdownExporter.GitHub);

    /// <summary>Everything once, to see that it runs.</summary>
    public static IConfig Smoke(ILogger logger) => Base(logger)
        .AddJob(Job.Dry.WithToolchain(InProcessEmitToolchain.Instance));

    /// <summary>Whether there were benchmarks, and every one of them ran.</summary>
    public static bool AllRan(Summary summary) =>
        !summary.HasCriticalValidationErrors && summary.Reports.Length > 0 && summary.Reports.All(report => report.Success);

    private static ManualConfig Base(ILogger logger) => ManualConfig.CreateEmpty()
        .AddLogger(logger)
        .AddColumnProvider(DefaultColumnProviders.Params)
        .AddColumn(StatisticColumn.Median, StatisticColumn.Min, StatisticColumn.Max)
        .AddColumn(OpColumn.All)
        .AddValidator(JitOptimizationsValidator.FailOnError)
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60))
        .WithOptions(ConfigOptions.DisableLogFile);
}
