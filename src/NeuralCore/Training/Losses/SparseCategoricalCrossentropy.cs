namespace NeuralCore;

/// <summary>The cross-entropy of a network's probabilities and one class an item: loss = -log p[label], in nats.</summary>
/// <param name="fromLogits">Whether the network gives what would go into a softmax, and not probabilities.</param>
/// <param name="labelSmoothing">What is taken from the label and shared out to all classes, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">The smoothing is out of its range.</exception>
public sealed class SparseCategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0) : CategoricalLoss(fromLogits, labelSmoothing)
{
    /// <inheritdoc/>
    public override string Name => "sparse_categorical_crossentropy";

    /// <inheritdoc/>
    public override TargetKind Targets => TargetKind.Class;
}
