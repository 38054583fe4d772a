using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Rows and columns of zeros around an image of height x width x channels.</summary>
public sealed class ZeroPadding2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="padding">The zeros on each side: <c>2</c> for as many on all, or a <see cref="Border"/>; 1 unless said.</param>
    /// <exception cref="ArgumentException">There are fewer than none on a side.</exception>
    public ZeroPadding2D(Border? padding = null) => Padding = new ZeroPadding2DShape(1, 1, padding ?? 1).Border;

    /// <summary>The zeros on each side.</summary>
    public Border Padding { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ZeroPadding2DShape shape = OpShape(input);
        return new Shape(shape.OutHeight, shape.OutWidth, shape.Channels);
    }

    /// <inheritdoc/>
    public override Value Build(Value input) => new ZeroPadding2DNode(OpShape(input.Shape), input).Output;

    private ZeroPadding2DShape OpShape(Shape input) => new(ImageWindow.SizeOf(input), input[2], Padding);
}
