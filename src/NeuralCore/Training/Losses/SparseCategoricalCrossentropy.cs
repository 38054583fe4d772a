using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The cross-entropy of a network's probabilities and one class an item: loss = -log p[label], in nats.</summary>
/// <param name="fromLogits">Whether the network gives what would go into a softmax, and not probabilities.</param>
public sealed class SparseCategoricalCrossentropy(bool fromLogits = false) : Loss
{
    /// <summary>Whether the network gives what would go into a softmax, and not probabilities.</summary>
    public bool FromLogits => fromLogits;

    /// <inheritdoc/>
    public override string Name => "sparse_categorical_crossentropy";

    internal override LossValues Build(Value prediction)
    {
        if (prediction.Shape.Rank != 1)
        {
            throw new ArgumentException($"The loss {Name} takes one number a class, not an output of {prediction.Shape}.");
        }

        if (!fromLogits && !IsSoftmax(prediction))
        {
            throw new ArgumentException($"The loss {Name} takes probabilities: end the network in a softmax, or make the loss with {nameof(fromLogits)}.");
        }

        var labels = new Value("labels", default, ElementKind.Label);
        var node = new CrossEntropyNode(fromLogits ? new SoftmaxNode(prediction).Output : prediction, labels);
        return new LossValues(labels, node.Losses, node.Hits);
    }

    private static bool IsSoftmax(Value value) => value.Maker is SoftmaxNode || (value.Maker is IdentityNode same && IsSoftmax(same.Input));
}
