using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The rectified linear unit as a layer of its own: y = max(x, 0).</summary>
public sealed class ReLU : Layer
{
    /// <inheritdoc/>
    public override string Kind => "re_lu";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => new ReLUNode(input).Output;
}
