namespace NeuralCore.Trainer.Commands;

/// <summary>One network of a training: most often the only one.</summary>
/// <param name="Seed">The key of its random numbers.</param>
/// <param name="Path">Where it is saved.</param>
/// <param name="Checkpoints">The folder of its checkpoints; null where none are wanted.</param>
/// <param name="Report">The folder of its report; null where none is wanted.</param>
/// <param name="Run">The folder that keeps the training; null where none is wanted.</param>
internal sealed record TrainingJob(ulong Seed, string Path, string? Checkpoints, string? Report, string? Run)
{
    /// <summary>The same for each network of an ensemble: seeds that follow one another, and names with the number of the network.</summary>
    /// <param name="count">The number of networks; 1 changes nothing.</param>
    public IReadOnlyList<TrainingJob> Times(int count) => count == 1 ? [this] : [.. Enumerable.Range(1, count).Select(Member)];

    private TrainingJob Member(int number)
    {
        string? run = InFolder(Run);
        return new TrainingJob(
            unchecked(Seed + (ulong)(number - 1)),
            run is null ? System.IO.Path.ChangeExtension(Path, $".{number}{System.IO.Path.GetExtension(Path)}") : System.IO.Path.Combine(run, System.IO.Path.GetFileName(Path)),
            InFolder(Checkpoints), run is null ? InFolder(Report) : System.IO.Path.Combine(run, RunFolder.ReportName), run);

        string? InFolder(string? folder) => folder is null ? null : System.IO.Path.Combine(folder, $"{number}");
    }
}
