using NeuralCore.Benchmarks.Measurement;

namespace NeuralCore.Peers.Measurement;

/// <summary>What a job came to.</summary>
/// <param name="Job">The job and its unit.</param>
/// <param name="Threads">The threads of each contestant.</param>
/// <param name="MoreIsBetter">Whether the figures are rates, and not times.</param>
/// <param name="Names">The contestants, NeuralCore first.</param>
/// <param name="Figures">A figure for each contestant and round.</param>
internal sealed record Row(string Job, int Threads, bool MoreIsBetter, IReadOnlyList<string> Names, IReadOnlyList<double[]> Figures)
{
    /// <summary>The better of the others, by its median.</summary>
    public int Rival => Enumerable.Range(1, Names.Count - 1).MaxBy(i => MoreIsBetter ? Median.Of(Figures[i]) : -Median.Of(Figures[i]));

    /// <summary>NeuralCore's figure over the rival's, round by round.</summary>
    public double[] Ratios => [.. Figures[0].Zip(Figures[Rival], (ours, theirs) => ours / theirs)];

    /// <summary>The median of a contestant whose name begins so; nothing if it did not take part.</summary>
    public string MedianOf(string name)
    {
        int index = Names.ToList().FindIndex(n => n.StartsWith(name, StringComparison.Ordinal));
        return index < 0 ? "" : $"{Median.Of(Figures[index]):N0}";
    }
}
