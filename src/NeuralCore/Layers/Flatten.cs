namespace NeuralCore;

/// <summary>height x width x channels as one flat axis, in memory order (row, column, channel), as Keras flattens. It moves nothing.</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => new(input.Count);

    /// <inheritdoc/>
    public override Value Build(Value input) => new IdentityNode(input, Kind, new Shape(input.Shape.Count)).Output;
}
