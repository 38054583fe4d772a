using System.Numerics.Tensors;

namespace NeuralCore;

/// <summary>What a model gives for each item: of a classification the probability of each class.</summary>
public sealed class Predictions
{
    private readonly float[] _probabilities;

    internal Predictions(int count, int classes, float[] probabilities)
    {
        (Count, Classes, _probabilities) = (count, classes, probabilities);
    }

    /// <summary>What the model gives for all items, one item's numbers after the other's.</summary>
    internal ReadOnlyMemory<float> Values => _probabilities;

    /// <summary>The number of items.</summary>
    public int Count { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>What the model gives for one item: of a classification one probability a class, which sum to 1.</summary>
    public ReadOnlySpan<float> this[int item] => _probabilities.AsSpan(item * Classes, Classes);

    /// <summary>The most probable class of one item; the first of equals.</summary>
    public int Class(int item) => TensorPrimitives.IndexOfMax(this[item]);

    /// <summary>The probability of the most probable class of one item.</summary>
    public float Probability(int item) => this[item][Class(item)];
}

/// <summary>How well a model does on items with targets.</summary>
/// <param name="Loss">The mean loss; of a cross-entropy in nats.</param>
/// <param name="Accuracy">The fraction that is right, in [0, 1]; NaN where the loss knows nothing of the kind.</param>
/// <param name="Predictions">What the model said of each item.</param>
/// <param name="Confusion">What was taken for what; without classes where targets are numbers.</param>
/// <param name="ImagesPerSecond">The throughput, reading included.</param>
public sealed record Evaluation(double Loss, double Accuracy, Predictions Predictions, ConfusionMatrix Confusion, double ImagesPerSecond)
{
    /// <summary>The means of the metrics that the model was compiled with, by their names.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
