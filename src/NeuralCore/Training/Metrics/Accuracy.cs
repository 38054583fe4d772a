using System.Numerics.Tensors;

namespace NeuralCore;

/// <summary>
/// The fraction of items that are right. Where the network gives several numbers, whether the greatest of them, the first of equals, is that of the class, or where
/// the target is greatest; where it gives one, whether that and the target are on the same side of one half.
/// </summary>
public class Accuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        if (prediction.Length == 1)
        {
            return (prediction[0] > 0.5f) == (target[0] > 0.5f) ? 1 : 0;
        }

        return TensorPrimitives.IndexOfMax(prediction) == ClassOf(target) ? 1 : 0;
    }

    /// <summary>The class that a target means.</summary>
    internal static int ClassOf(ReadOnlySpan<float> target) => target.Length == 1 ? (int)target[0] : TensorPrimitives.IndexOfMax(target);
}

/// <summary>The fraction of items whose greatest number, the first of equals, is that of their class.</summary>
public sealed class SparseCategoricalAccuracy : Accuracy
{
    /// <inheritdoc/>
    public override string Name => "sparse_categorical_accuracy";
}

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

    internal override void RequireFit(Shape prediction)
    {
        if (K > prediction.Count)
        {
            throw new ArgumentException($"The metric {Name} counts {K} classes, and the model knows {prediction.Count}.");
        }
    }
}

/// <summary>The fraction of an item's numbers that are on their target's side of a threshold.</summary>
/// <param name="threshold">The threshold: one half for probabilities, 0 for logits. Targets are compared with one half.</param>
public sealed class BinaryAccuracy(double threshold = 0.5) : Metric
{
    /// <summary>The threshold.</summary>
    public double Threshold => threshold;

    /// <inheritdoc/>
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        int right = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            right += (prediction[i] > threshold) == (target[i] > 0.5f) ? 1 : 0;
        }

        return (double)right / prediction.Length;
    }
}

/// <summary>The mean, over an item's numbers, of |prediction - target|.</summary>
public sealed class MeanAbsoluteError : Metric
{
    /// <inheritdoc/>
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double sum = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            sum += Math.Abs((double)prediction[i] - target[i]);
        }

        return sum / prediction.Length;
    }
}
