namespace NeuralCore;

/// <summary>The fraction of items whose class is among the k with the greatest numbers: fewer than k others are greater than its own.</summary>
/// <param name="k">How many count, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">k is below 1.</exception>
public sealed class TopKAccuracy(int k = 5) : Metric
{
    /// <summary>How many count.</summary>
    public int K { get; } = k >= 1 ? k : throw new ArgumentOutOfRangeException(nameof(k), k, "A top-k accuracy counts at least one class.");

    /// <inheritdoc/>
    public override string Name => $"top_{K}_accuracy";

    /// <inheritdoc/>
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        float own = prediction[Accuracy.ClassOf(target)];
        int greater = 0;
        foreach (float other in prediction)
        {
            greater += other > own ? 1 : 0;
        }

        // What is not a number is not among the greatest.
        return float.IsNaN(own) || greater >= K ? 0 : 1;
    }

    internal override void RequireFit(Shape prediction, Loss loss)
    {
        if (K > prediction.Count)
        {
            throw new ArgumentException($"The metric {Name} counts {K} classes, and the model knows {prediction.Count}.");
        }
    }
}
