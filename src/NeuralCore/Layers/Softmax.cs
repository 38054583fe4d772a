using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Probabilities of the last axis: y = exp(x) / sum(exp(x)).</summary>
public sealed class Softmax : Layer
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => new SoftmaxNode(input).Output;
}
