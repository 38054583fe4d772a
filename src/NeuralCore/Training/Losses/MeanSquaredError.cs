using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The mean, over an item's numbers, of (prediction - target)^2.</summary>
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_squared_error";

    /// <inheritdoc/>
    public override T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target) => ElementLossReference.Forward<SquaredError, T>(0, prediction, target).Loss;

    /// <inheritdoc/>
    public override void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction) =>
        ElementLossReference.Backward<SquaredError, T>(0, 1, prediction, target, dPrediction);

    internal override LossValues Build(Value prediction, bool weighted = false)
    {
        Value targets = NewTargets(prediction);
        Value? weights = NewWeights(weighted);
        var node = new ElementLossNode(new ElementLossShape(ElementLoss.SquaredError, prediction.Shape.Count), prediction, targets, weights);
        return new LossValues(targets, node.Losses, null, weights);
    }
}
