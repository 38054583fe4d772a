using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Softmax over the last axis as a layer of its own: y_i = exp(x_i) / sum_j exp(x_j).</summary>
public sealed class Softmax : Layer
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => new SoftmaxNode(input).Output;
}
