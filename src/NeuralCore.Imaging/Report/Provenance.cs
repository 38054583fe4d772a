namespace NeuralCore.Imaging.Report;

/// <summary>How a model was trained, as stated in its file. What the file does not state is null or empty.</summary>
public sealed record Provenance
{
    /// <summary>The command line of the training.</summary>
    public string? Command { get; init; }

    /// <summary>The key of every random number.</summary>
    public string? Seed { get; init; }

    /// <summary>Name and value of each setting.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>When the training began.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The time of the training, without the test.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What it ran on: processor or device, threads, width of the vectors.</summary>
    public string? Machine { get; init; }

    /// <summary>The version of NeuralCore.</summary>
    public string? Version { get; init; }

    /// <summary>The names of the classes, in their order.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }
}
