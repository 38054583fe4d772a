using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Rows and columns of zeros around an image of height x width x channels.</summary>
public sealed class ZeroPadding2D : Layer
{
    /// <summary>As many on every side.</summary>
    /// <param name="padding">Rows above and below, and columns left and right.</param>
    /// <exception cref="ArgumentException">It is negative.</exception>
    public ZeroPadding2D(int padding = 1)
        : this(padding, padding)
    {
    }

    /// <summary>As many on opposite sides.</summary>
    /// <param name="vertical">Rows above and below.</param>
    /// <param name="horizontal">Columns left and right.</param>
    /// <exception cref="ArgumentException">One is negative.</exception>
    public ZeroPadding2D(int vertical, int horizontal)
        : this(vertical, vertical, horizontal, horizontal)
    {
    }

    /// <summary>Each side by itself.</summary>
    /// <param name="top">Rows above.</param>
    /// <param name="bottom">Rows below.</param>
    /// <param name="left">Columns left.</param>
    /// <param name="right">Columns right.</param>
    /// <exception cref="ArgumentException">One is negative.</exception>
    public ZeroPadding2D(int top, int bottom, int left, int right)
    {
        _ = new ZeroPadding2DShape(1, 1, 1, top, bottom, left, right);
        (Top, Bottom, Left, Right) = (top, bottom, left, right);
    }

    /// <summary>Rows above the image.</summary>
    public int Top { get; }

    /// <summary>Rows below it.</summary>
    public int Bottom { get; }

    /// <summary>Columns left of it.</summary>
    public int Left { get; }

    /// <summary>Columns right of it.</summary>
    public int Right { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ZeroPadding2DShape shape = OpShape(input);
        return new Shape(shape.OutHeight, shape.OutWidth, shape.Channels);
    }

    /// <inheritdoc/>
    public override Value Build(Value input) => new ZeroPadding2DNode(OpShape(input.Shape), input).Output;

    private ZeroPadding2DShape OpShape(Shape input) => input.Rank == 3
        ? new ZeroPadding2DShape(input[0], input[1], input[2], Top, Bottom, Left, Right)
        : throw new ArgumentException($"The layer {Name ?? Kind} takes height x width x channels, not {input}.");
}
