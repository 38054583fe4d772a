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
        string? busy = null;
        output.WriteLine($"Measured on {Machine.Describe()}; medians of {roundCount} rounds of turns. FMA peak in the same rounds:");
        foreach ((int threads, List<double> peaks) in rounds.Peaks)
        {
            busy ??= Busy.OfPeaks(peaks);
            output.WriteLine($"{Median.Of(peaks):F0} GFLOP/s with {threads} {(threads == 1 ? "thread" : "threads")} ({peaks.Min():F0} to {peaks.Max():F0}).");
        }

        busy ??= rounds.Peaks.Count < 2 ? null : Busy.OfThreads(Median.Of(rounds.Peaks.Last().Value) / Median.Of(rounds.Peaks.First().Value), rounds.Peaks.Last().Key);
        if (busy is not null)
        {
            output.WriteLine(busy);
        }
    }

    /// <summary>Notes a row for each job and contestant, for other programs to read.</summary>
    public static void Note(IReadOnlyList<Row> rows, Results results)
    {
        foreach (Row row in rows)
        {
            for (int i = 0; i < row.Names.Count; i++)
            {
                string[] parts = row.Job.Split(": ", 2);
                results.Add(
                    ("network", parts[0]), ("job", parts[^1]), ("threads", row.Threads), ("contestant", row.Names[i]), ("median", Median.Of(row.Figures[i])), ("least", row.Figures[i].Min()),
                    ("most", row.Figures[i].Max()));
            }
        }
    }
}
