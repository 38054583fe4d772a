using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A cross-entropy of a distribution over classes: loss = -sum of t[i] log p[i], in nats; <see cref="CrossEntropyShape"/> says what t is.</summary>
public abstract class CategoricalLoss : Loss
{
    private protected CategoricalLoss(bool fromLogits, double labelSmoothing) =>
        (FromLogits, LabelSmoothing) = (fromLogits, RequireSmoothing(labelSmoothing));

    /// <summary>Whether the network gives what would go into a softmax, and not probabilities.</summary>
    public bool FromLogits { get; }

    /// <summary>What is taken from the target and shared out to all classes.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    public override T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target)
    {
        Span<T> loss = stackalloc T[1], hit = stackalloc T[1];
        CrossEntropyTargets<T> targets = TargetsOf(prediction.Length, target, stackalloc int[1]);
        if (FromLogits)
        {
            SoftmaxCrossEntropyReference.Forward(prediction.Length, prediction, targets, new T[prediction.Length], loss, hit);
        }
        else
        {
            CrossEntropyReference.Forward(prediction.Length, prediction, targets, loss, hit);
        }

        return loss[0];
    }

    /// <inheritdoc/>
    public override void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction)
    {
        CrossEntropyTargets<T> targets = TargetsOf(prediction.Length, target, stackalloc int[1]);
        if (FromLogits)
        {
            var probabilities = new T[prediction.Length];
            SoftmaxCrossEntropyReference.Softmax(1, prediction.Length, prediction, probabilities);
            SoftmaxCrossEntropyReference.Backward(1, prediction.Length, probabilities, targets, dPrediction);
        }
        else
        {
            CrossEntropyReference.Backward(1, prediction.Length, prediction, targets, dPrediction);
        }
    }

    internal override LossValues Build(Value prediction, bool weighted = false)
    {
        if (prediction.Shape.Rank != 1)
        {
            throw new ArgumentException($"The loss {Name} takes one number a class, not an output of {prediction.Shape}.");
        }

        if (!FromLogits && !IsSoftmax(prediction))
        {
            throw new ArgumentException($"The loss {Name} takes probabilities: end the network in a softmax, or make the loss with {nameof(FromLogits)}.");
        }

        Value targets = NewTargets(prediction);
        Value? weights = NewWeights(weighted);
        var node = new CrossEntropyNode(ShapeOf(prediction.Shape.Count), FromLogits ? new SoftmaxNode(prediction).Output : prediction, targets, weights);
        return new LossValues(targets, node.Losses, node.Hits, weights);
    }

    private static bool IsSoftmax(Value value) => value.Maker is SoftmaxNode || (value.Maker is IdentityNode same && IsSoftmax(same.Input));

    private CrossEntropyShape ShapeOf(int classes) => new(classes, LabelSmoothing, Targets == TargetKind.Numbers);

    private CrossEntropyTargets<T> TargetsOf<T>(int classes, ReadOnlySpan<T> target, Span<int> label)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        if (Targets == TargetKind.Numbers)
        {
            return new CrossEntropyTargets<T>(ShapeOf(classes), target);
        }

        label[0] = int.CreateChecked(target[0]);
        return new CrossEntropyTargets<T>(ShapeOf(classes), label);
    }
}
