using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Two-dimensional max-pooling, channel by channel; <see cref="MaxPool2DReference"/> states the formula.</summary>
public sealed class MaxPooling2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="poolSize">The rows and columns of a window: <c>3</c>, or <c>(3, 1)</c>; 2 unless said.</param>
    /// <param name="strides">Pixels from one window to the next, down and across; unless said the window's size, so that windows tile the image.</param>
    /// <param name="padding">How windows meet the border. Pixels that fill no window are left out, as in Keras.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid)
    {
        PoolSize = ImageWindow.AtLeastOne(poolSize ?? 2, "pool size", Kind);
        Strides = ImageWindow.AtLeastOne(strides ?? PoolSize, "stride", Kind);
        Padding = padding;
    }

    /// <summary>The rows and columns of a window.</summary>
    public Size2D PoolSize { get; }

    /// <summary>Pixels from one window to the next.</summary>
    public Size2D Strides { get; }

    /// <summary>How windows meet the border.</summary>
    public Padding Padding { get; }

    /// <summary>Padding that is not what <see cref="Padding"/> gives, as a network from elsewhere may have it; null where it is.</summary>
    public Border? ExplicitPadding { get; init; }

    /// <inheritdoc/>
    public override string Kind => "max_pooling2d";

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is not height x width x channels, or too small for the window.</exception>
    internal MaxPool2DShape OpShape(Shape input) => new(ImageWindow.Over(input, PoolSize, Strides, 1, Padding, ExplicitPadding), input[2]);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        MaxPool2DShape shape = OpShape(input);
        return new Shape(shape.OutHeight, shape.OutWidth, input[2]);
    }

    /// <inheritdoc/>
    public override Value Build(Value input) => new MaxPool2DNode(OpShape(input.Shape), input).Output;
}
