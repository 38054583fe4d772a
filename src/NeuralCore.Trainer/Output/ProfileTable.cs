using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>Where the time of a training went, step by step, against what the processor can do at most.</summary>
internal static class ProfileTable
{
    private const double Giga = 1e9;

    /// <summary>Longer names go on in the next line, so that the table fits a terminal of 80 columns.</summary>
    private const int StepWidth = 36;

    /// <summary>Writes a row for each pass of a step: milliseconds a training step, share, and for arithmetic the rate and its part of the peak.</summary>
    public static void Write(Screen screen, MeasuredProfile measured)
    {
        TrainingProfile profile = measured.Profile;
        double total = profile.Rows.Sum(row => row.Seconds);
        screen.WriteLine($"Profile of {profile.Steps:N0} steps; the FMA peak at the start was {measured.PeakGflops:N0} GFLOP/s on {Threads(measured.Threads)}");
        Table table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn("step").Width(StepWidth));
        foreach (string title in (string[])["pass", "ms", "share", "GFLOP/s", "of peak"])
        {
            TableColumn column = new TableColumn(title).NoWrap();
            table.AddColumn(title == "pass" ? column : column.RightAligned());
        }

        foreach (ProfileRow row in profile.Rows)
        {
            AddPass(row.Name, row.BackwardSeconds > 0 ? "forward" : "", row.ForwardSeconds, row.ForwardFlop);
            if (row.BackwardSeconds > 0)
            {
                AddPass("", "backward", row.BackwardSeconds, row.BackwardFlop);
            }
        }

        AddPass("sum", "", total, 0);
        screen.Console.Write(table);
        screen.WriteLine(
            $"{1000 * total / profile.Steps:0.000} ms of {1000 * profile.WallSeconds / profile.Steps:0.000} ms a step on the wall clock, {total / profile.WallSeconds:0.0%}. "
            + "Rates count the multiply-adds of dense arithmetic, so they exceed the peak where zeros are skipped or Winograd's filtering saves multiplications.");

        void AddPass(string name, string pass, double seconds, double flop)
        {
            double rate = flop / seconds / Giga;
            table.AddRow(
                Markup.Escape(name), pass, $"{1000 * seconds / profile.Steps:0.000}", $"{seconds / total:0.0%}",
                flop == 0 ? "" : $"{rate:0}", flop == 0 ? "" : $"{rate / measured.PeakGflops:0%}");
        }
    }

    private static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}

/// <summary>A profile and what it is held against.</summary>
/// <param name="Profile">The times.</param>
/// <param name="PeakGflops">The machine's multiply-adds on registers, in GFLOP/s, measured before the training.</param>
/// <param name="Threads">The threads that the training and the peak ran on.</param>
internal sealed record MeasuredProfile(TrainingProfile Profile, double PeakGflops, int Threads);
