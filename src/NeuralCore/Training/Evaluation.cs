using System.Numerics.Tensors;

namespace NeuralCore;

/// <summary>The probabilities a model gives to each class of each item.</summary>
public sealed class Predictions
{
    private readonly float[] _probabilities;

    internal Predictions(int count, int classes, float[] probabilities)
    {
        (Count, Classes, _probabilities) = (count, classes, probabilities);
    }

    /// <summary>The number of items.</summary>
    public int Count { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The probabilities of one item, one a class; they sum to 1.</summary>
    public ReadOnlySpan<float> this[int item] => _probabilities.AsSpan(item * Classes, Classes);

    /// <summary>The most probable class of one item; the first of equals.</summary>
    public int Class(int item) => TensorPrimitives.IndexOfMax(this[item]);

    /// <summary>The probability of the most probable class of one item.</summary>
    public float Probability(int item) => this[item][Class(item)];
}

/// <summary>How well a model does on labelled items.</summary>
/// <param name="Loss">The mean loss, in nats.</param>
/// <param name="Accuracy">The fraction that is right, in [0, 1].</param>
/// <param name="Predictions">What the model said of each item.</param>
/// <param name="Confusion">What was taken for what.</param>
/// <param name="ImagesPerSecond">The throughput, reading included.</param>
public sealed record Evaluation(double Loss, double Accuracy, Predictions Predictions, ConfusionMatrix Confusion, double ImagesPerSecond);
