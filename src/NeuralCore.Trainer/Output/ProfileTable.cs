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
        screen.WriteLine($"Profile of {profile.Steps:N0} steps; the FMA peak was {measured.PeakBefore:N0} GFLOP/s before and {measured.PeakAfter:N0} after, on {Threads(measured.Threads)}");
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
        if (measured.IsDisturbed)
        {
            screen.WriteLine("The machine was busy: its peak before the training and after it are far apart, so times may be too long and shares of the peak wrong; measure again when it is quiet.");
        }

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

/// <summary>Where the time of a training went, and what it is held against.</summary>
/// <param name="Profile">The times.</param>
/// <param name="PeakBefore">The machine's multiply-adds on registers, in GFLOP/s, measured before the training.</param>
/// <param name="PeakAfter">The same, measured after it.</param>
/// <param name="Threads">The threads that the training and the peak ran on.</param>
internal sealed record MeasuredProfile(TrainingProfile Profile, double PeakBefore, double PeakAfter, int Threads) : RunEvent
{
    /// <summary>On a quiet machine the two peaks lie closer together than this.</summary>
    private const double LeastPeak = 0.75;

    /// <summary>The peak that shares are taken of: the larger one, since other programs can only make it smaller.</summary>
    public double PeakGflops => Math.Max(PeakBefore, PeakAfter);

    /// <summary>Whether the peaks show that other programs were using the machine.</summary>
    public bool IsDisturbed => Math.Min(PeakBefore, PeakAfter) < LeastPeak * PeakGflops;
}
