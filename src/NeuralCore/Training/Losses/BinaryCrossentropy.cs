using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// The mean, over an item's numbers, of the cross-entropy of a probability and a target in [0, 1]: -t log p - (1 - t) log(1 - p), in nats. Where the network gives
/// one number, the data may have two classes instead: the target is then the class, 0 or 1.
/// </summary>
/// <param name="fromLogits">Whether the network gives what would go into a sigmoid, and not probabilities.</param>
/// <param name="labelSmoothing">Targets are taken as (1 - labelSmoothing) * t + labelSmoothing / 2; in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">The smoothing is out of its range.</exception>
public sealed class BinaryCrossentropy(bool fromLogits = false, double labelSmoothing = 0) : Loss
{
    /// <inheritdoc/>
    public override string Name => "binary_crossentropy";

    /// <summary>Whether the network gives what would go into a sigmoid, and not probabilities.</summary>
    public bool FromLogits => fromLogits;

    /// <summary>How far targets are moved to the middle.</summary>
    public double LabelSmoothing { get; } = RequireSmoothing(labelSmoothing);

    /// <inheritdoc/>
    public override T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target) => fromLogits
        ? ElementLossReference.Forward<BinaryCrossEntropyOfLogits, T>(LabelSmoothing, prediction, target).Loss
        : ElementLossReference.Forward<BinaryCrossEntropy, T>(LabelSmoothing, prediction, target).Loss;

    /// <inheritdoc/>
    public override void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction)
    {
        if (fromLogits)
        {
            ElementLossReference.Backward<BinaryCrossEntropyOfLogits, T>(LabelSmoothing, 1, prediction, target, dPrediction);
        }
        else
        {
            ElementLossReference.Backward<BinaryCrossEntropy, T>(LabelSmoothing, 1, prediction, target, dPrediction);
        }
    }

    internal override LossValues Build(Value prediction, bool weighted = false)
    {
        Value targets = NewTargets(prediction);
        Value? weights = NewWeights(weighted);
        ElementLoss loss = fromLogits ? ElementLoss.BinaryCrossEntropyOfLogits : ElementLoss.BinaryCrossEntropy;
        var node = new ElementLossNode(new ElementLossShape(loss, prediction.Shape.Count, LabelSmoothing), prediction, targets, weights);
        return new LossValues(targets, node.Losses, node.Hits, weights);
    }
}
