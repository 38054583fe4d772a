using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Two-dimensional max-pooling, channel by channel.</summary>
public sealed class MaxPooling2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="poolSize">The rows and columns of a window.</param>
    /// <param name="stride">Pixels from one window to the next; 0 takes the window's size, so that windows tile the image.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public MaxPooling2D(int poolSize = 2, int stride = 0, Padding padding = Padding.Valid)
    {
        if (poolSize < 1 || stride < 0)
        {
            throw new ArgumentException("The size of a pooling window is at least 1, and its stride is not negative.");
        }

        (PoolSize, Stride, Padding) = (poolSize, stride == 0 ? poolSize : stride, padding);
    }

    /// <summary>The rows and columns of a window.</summary>
    public int PoolSize { get; }

    /// <summary>Pixels from one window to the next.</summary>
    public int Stride { get; }

    /// <summary>How windows meet the border.</summary>
    public Padding Padding { get; }

    /// <inheritdoc/>
    public override string Kind => "max_pooling2d";

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is not height x width x channels, or too small for the window.</exception>
    public MaxPool2DShape OpShape(Shape input)
    {
        if (input.Rank != 3)
        {
            throw new ArgumentException($"A pooling takes height x width x channels, not {input}.");
        }

        return Padding == Padding.Same
            ? MaxPool2DShape.Same(input[0], input[1], input[2], PoolSize, PoolSize, Stride, Stride)
            : new MaxPool2DShape(input[0], input[1], input[2], PoolSize, PoolSize, Stride, Stride);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        MaxPool2DShape shape = OpShape(input);
        return new Shape(shape.OutHeight, shape.OutWidth, input[2]);
    }

    /// <inheritdoc/>
    public override Value Build(Value input) => new MaxPool2DNode(OpShape(input.Shape), input).Output;
}
