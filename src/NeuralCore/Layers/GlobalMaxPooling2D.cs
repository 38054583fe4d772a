using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The maximum of each channel over a whole image of height x width x channels.</summary>
public sealed class GlobalMaxPooling2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="keepDims">Whether an output item is 1 x 1 x channels, and not channels alone.</param>
    public GlobalMaxPooling2D(bool keepDims = false) => KeepDims = keepDims;

    /// <summary>Whether an output item is 1 x 1 x channels, and not channels alone.</summary>
    public bool KeepDims { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => ImageWindow.Pooled(input, KeepDims);

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        Shape output = OutputShape(input.Shape);
        return new GlobalMaxPool2DNode(new GlobalPool2DShape(input.Shape.Count / output.Count, output.Count), input, output).Output;
    }
}
