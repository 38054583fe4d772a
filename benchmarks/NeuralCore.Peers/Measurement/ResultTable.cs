using NeuralCore.Benchmarks.Measurement;

namespace NeuralCore.Peers.Measurement;

/// <summary>The rows as a Markdown table, and below it what they were measured on.</summary>
internal static class ResultTable
{
    /// <summary>Prints it.</summary>
    public static void Write(IReadOnlyList<Row> rows, Rounds rounds, int roundCount, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("| | threads | NeuralCore | libtorch 2.10 | ONNX Runtime 1.31 | to the better of them, median (range) |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (Row row in rows)
        {
            string[] cells =
            [
                row.Job, $"{row.Threads}", row.MedianOf("NeuralCore"), row.MedianOf("libtorch"), row.MedianOf("ONNX"),
                $"{Median.Of(row.Ratios):F2} ({row.Ratios.Min():F2} to {row.Ratios.Max():F2})",
            ];
            output.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        output.WriteLine();
        output.WriteLine($"Measured on {Machine.Describe()}; medians of {roundCount} rounds of turns. FMA peak in the same rounds:");
        foreach ((int threads, List<double> peaks) in rounds.Peaks)
        {
            output.WriteLine($"{Median.Of(peaks):F0} GFLOP/s with {threads} {(threads == 1 ? "thread" : "threads")} ({peaks.Min():F0} to {peaks.Max():F0}).");
        }
    }
}
