using System.Text.Json;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Files;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>--smoke</c>: everything once and as little of it as there can be, so that a benchmark which no longer runs is found by
/// the next build and not by the next person who wants a number. Times are not looked at.
/// </summary>
internal static class Smoke
{
    /// <summary>Runs it all.</summary>
    /// <returns>Whether every benchmark ran; programs that fail throw.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        options.Done();
        var log = new AccumulationLogger();
        Summary summary = BenchmarkRunner.Run<OpBenchmarks>(OpConfig.Smoke(log));
        bool ran = OpConfig.AllRan(summary);
        output.WriteLine($"benchmarks: {summary.Reports.Count(report => report.Success)} of {summary.Reports.Length} ran");
        if (!ran)
        {
            output.WriteLine(log.GetLog());
        }

        PeakTable.Run(new Options([]), output);
        KernelTable.Run(new Options(["--rounds", "1", "--sample-ms", "0"]), output);
        Choices.Run(new Options(["--rounds", "1", "--sample-ms", "0", "--batch", "8", "--filter", "14x14x16"]), output);
        TryFiles(output);
        Throughput.Train(new Options(["--steps", "1", "--test-images", "16"]), output);
        GpuTable.Run(new Options(["--rounds", "1", "--sample-ms", "0", "--steps", "1", "--batches", "16", "--filter", "relu", "--cpu", "false"]), output);
        Throughput.Scaling(new Options(["--pairs", "1", "--steps", "1", "--warm-up", "1"]), output);
        CheckpointCost.Run(new Options(["--saves", "1", "--steps", "1"]), output);
        Loading.Run(new Options(["--megabytes", "1", "--rounds", "1"]), output);
        TryRobustness(output);
        TransferTable.Run(new Options(["--seeds", "1", "--epochs", "1", "--images", "20", "--source-epochs", "1", "--seen", "1", "--few", "2", "--augment", "false"]), output);
        return EngineCheck.Run(new Options(["--seeds", "1", "--images", "300", "--test-images", "16"]), output) && ran;
    }

    /// <summary>The plots and the files of results, in a folder of their own.</summary>
    private static void TryFiles(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("neuralcore-smoke-").FullName;
        try
        {
            string json = Path.Combine(folder, "results.json");
            var options = new Options(["--rounds", "1", "--sample-ms", "0", "--folder", folder, "--json", json, "--csv", Path.ChangeExtension(json, ".csv")]);
            Plots.Run(options, output);
            options.Results.Save("plots");
            using var read = JsonDocument.Parse(File.ReadAllBytes(json));
            int rows = read.RootElement.GetProperty("rows").GetArrayLength(), lines = File.ReadAllLines(Path.ChangeExtension(json, ".csv")).Length;
            if (rows == 0 || lines != rows + 1)
            {
                throw new InvalidOperationException($"The results have {rows} rows as JSON and {lines} lines as CSV.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void TryRobustness(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("neuralcore-smoke-").FullName;
        try
        {
            string file = Path.Combine(folder, "untrained.safetensors");
            using (Model model = SeedNetwork.Compile(1, SimdWidth.Auto))
            {
                ModelFile.Save(model, file);
            }

            Robustness.Run(new Options(["--plain", file, "--augmented", file, "--images", "16"]), output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
