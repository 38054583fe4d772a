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
