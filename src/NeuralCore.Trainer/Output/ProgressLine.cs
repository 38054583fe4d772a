namespace NeuralCore.Trainer.Output;

/// <summary>
/// The line that shows where a running epoch stands. It always fits: what is least interesting is left out first, and the bar
/// takes what is left.
/// </summary>
/// <param name="Before">The text left of the bar.</param>
/// <param name="Filled">The columns of the bar that are done.</param>
/// <param name="Empty">The columns of the bar that are not.</param>
/// <param name="After">The text right of the bar.</param>
internal readonly record struct ProgressLine(string Before, int Filled, int Empty, string After)
{
    private const int ShortestBar = 5;
    private const int LongestBar = 30;

    // The cursor's column, and room for the ^C that terminals write: a line that runs over could not be taken back.
    private const int FreeColumns = 3;

    /// <summary>All columns of the line.</summary>
    public int Length => Before.Length + Filled + Empty + After.Length;

    /// <summary>Lays out the line of a reading of pictures.</summary>
    /// <param name="done">How many are read.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="width">The columns of the screen; the last three of them stay free.</param>
    public static ProgressLine OfReading(int done, int total, int width)
    {
        string before = width >= 60 ? "Reading pictures " : "", after = $" {done:N0} of {total:N0}";
        int bar = Math.Clamp(width - FreeColumns - before.Length - after.Length, 0, LongestBar);
        int filled = (int)((long)bar * done / total);
        return new ProgressLine(before, filled, bar - filled, after);
    }

    /// <summary>Lays out the line of an epoch.</summary>
    /// <param name="progress">Where the epoch stands.</param>
    /// <param name="epochs">How many epochs there are.</param>
    /// <param name="secondsLeft">How long the whole training will take from now; null if it is not known yet.</param>
    /// <param name="validating">Whether the epoch's validation is running.</param>
    /// <param name="width">The columns of the screen; the last three of them stay free.</param>
    public static ProgressLine Layout(in StepProgress progress, int epochs, double? secondsLeft, bool validating, int width)
    {
        double done = (double)progress.Step / progress.Steps;
        string before = $"{(width >= 60 ? "Epoch " : "")}{progress.Epoch}/{epochs} ";
        int room = width - FreeColumns - before.Length - ShortestBar;

        // In the order in which they are shown; the rank says which are the first to get a place.
        (int Rank, string Text)[] parts =
        [
            (0, validating ? " validating" : $" {done,4:0%}"),
            (3, $"  loss {progress.Loss:0.0000}"),
            (2, $"  acc {progress.Accuracy:0.0000}"),
            (4, $"  {progress.Images / Math.Max(progress.Elapsed.TotalSeconds, 1e-9):N0} img/s"),
            (1, secondsLeft is { } seconds ? $"  {EpochLine.Clock(seconds)} to the end" : ""),
        ];
        var shown = new bool[parts.Length];
        foreach (int part in Enumerable.Range(0, parts.Length).OrderBy(i => parts[i].Rank))
        {
            shown[part] = parts[part].Text.Length <= room;
            room -= shown[part] ? parts[part].Text.Length : 0;
        }

        string after = string.Concat(parts.Where((_, i) => shown[i]).Select(part => part.Text));
        int bar = Math.Clamp(ShortestBar + room, 0, LongestBar);
        int filled = (int)(bar * done);
        return new ProgressLine(before, filled, bar - filled, after);
    }
}
