namespace NeuralCore;

/// <summary>The cross-entropy of a network's probabilities and targets of one number a class, which should sum to 1: loss = -sum of t[i] log p[i], in nats.</summary>
/// <param name="fromLogits">Whether the network gives what would go into a softmax, and not probabilities.</param>
/// <param name="labelSmoothing">What is taken from the targets and shared out to all classes, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">The smoothing is out of its range.</exception>
public sealed class CategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0) : CategoricalLoss(fromLogits, labelSmoothing)
{
    /// <inheritdoc/>
    public override string Name => "categorical_crossentropy";
}
