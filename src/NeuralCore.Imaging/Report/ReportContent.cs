namespace NeuralCore.Imaging.Report;

/// <summary>Everything that a report shows, before it becomes a page and files. What is null does not exist for this model.</summary>
internal sealed record ReportContent(ReportSubject Subject, Calibration Calibration)
{
    /// <summary>A matrix of more classes than this cannot be read; the most frequent mistakes stand in for it.</summary>
    public const int MostClasses = 20;

    public Chart? Loss { get; init; }

    public Chart? Accuracy { get; init; }

    public Chart? LearningRate { get; init; }

    public Chart? Confusion { get; init; }

    public required Chart Reliability { get; init; }

    public Gallery? Recognised { get; init; }

    public Gallery? Mistakes { get; init; }

    public Gallery? Saliency { get; init; }

    public Gallery? Regions { get; init; }

    public Embedding? Embedding { get; init; }

    public Gallery? Filters { get; init; }

    public required IReadOnlyList<Gallery> FeatureMaps { get; init; }

    /// <summary>All charts.</summary>
    public IEnumerable<Chart> Charts => new[] { Loss, Accuracy, LearningRate, Confusion, Reliability, Embedding?.Chart }.OfType<Chart>();

    /// <summary>All galleries.</summary>
    public IEnumerable<Gallery> Galleries => new[] { Recognised, Mistakes, Saliency, Regions, Filters }.OfType<Gallery>().Concat(FeatureMaps);
}
