using NeuralCore.Training;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>Where the time of a training went, step by step, against what the processor can do at most.</summary>
internal static class ProfileTable
{
    private const double Giga = 1e9;

    /// <summary>Writes a row for each step: milliseconds a training step, share, and for arithmetic the rate and its part of the peak.</summary>
    public static void Write(Screen screen, MeasuredProfile measured)
    {
        TrainingProfile profile = measured.Profile;
        double total = profile.Rows.Sum(row => row.Seconds);
        screen.WriteLine($"Profile of {profile.Steps:N0} steps; the FMA peak at the start was {measured.PeakGflops:N0} GFLOP/s on {Threads(measured.Threads)}");
        Table table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn("step").NoWrap());
        foreach (string title in (string[])["forward ms", "backward ms", "share", "GFLOP/s", "of peak", "GFLOP/s back", "of peak"])
        {
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        }

        foreach (ProfileRow row in profile.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), Milliseconds(row.ForwardSeconds), Milliseconds(row.BackwardSeconds), $"{row.Seconds / total:0.0%}",
                Rate(row.ForwardFlop, row.ForwardSeconds), Part(row.ForwardFlop, row.ForwardSeconds),
                Rate(row.BackwardFlop, row.BackwardSeconds), Part(row.BackwardFlop, row.BackwardSeconds));
        }

        table.AddRow("sum", Milliseconds(profile.Rows.Sum(r => r.ForwardSeconds)), Milliseconds(profile.Rows.Sum(r => r.BackwardSeconds)), "100.0%");
        screen.Console.Write(table);
        screen.WriteLine(
            $"{1000 * total / profile.Steps:0.000} ms of {1000 * profile.WallSeconds / profile.Steps:0.000} ms a step on the wall clock, {total / profile.WallSeconds:0.0%}. "
            + "Rates count every multiply-add of dense arithmetic: where zeros are skipped they exceed the peak.");

        string Milliseconds(double seconds) => seconds == 0 ? "" : $"{1000 * seconds / profile.Steps:0.000}";
        string Rate(double flop, double seconds) => flop == 0 ? "" : $"{flop / seconds / Giga:0}";
        string Part(double flop, double seconds) => flop == 0 ? "" : $"{flop / seconds / Giga / measured.PeakGflops:0%}";
    }

    private static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}

/// <summary>A profile and what it is held against.</summary>
/// <param name="Profile">The times.</param>
/// <param name="PeakGflops">The machine's multiply-adds on registers, in GFLOP/s, measured before the training.</param>
/// <param name="Threads">The threads that the training and the peak ran on.</param>
internal sealed record MeasuredProfile(TrainingProfile Profile, double PeakGflops, int Threads);
