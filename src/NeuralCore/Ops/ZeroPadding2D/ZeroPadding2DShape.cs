namespace NeuralCore;

/// <summary>The sizes of zeros around an image: input N x Height x Width x Channels, output N x OutHeight x OutWidth x Channels.</summary>
public readonly record struct ZeroPadding2DShape
{
    /// <summary>Makes the sizes.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or a padding negative.</exception>
    public ZeroPadding2DShape(int height, int width, int channels, int top, int bottom, int left, int right)
    {
        if (Math.Min(Math.Min(height, width), channels) < 1)
        {
            throw new ArgumentException("Every size of an image is at least 1.");
        }

        if (Math.Min(Math.Min(top, bottom), Math.Min(left, right)) < 0)
        {
            throw new ArgumentException($"The zeros around an image are not fewer than none, and were {top}, {bottom}, {left} and {right}.");
        }

        (Height, Width, Channels, Top, Left) = (height, width, channels, top, left);
        (OutHeight, OutWidth) = (checked(top + height + bottom), checked(left + width + right));
    }

    /// <summary>The height of an input image in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of an input image in pixels.</summary>
    public int Width { get; }

    /// <summary>The channels of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Rows of zeros above the image.</summary>
    public int Top { get; }

    /// <summary>Columns of zeros left of it.</summary>
    public int Left { get; }

    /// <summary>The height of an output image.</summary>
    public int OutHeight { get; }

    /// <summary>The width of an output image.</summary>
    public int OutWidth { get; }

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Height * Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => OutHeight * OutWidth * Channels;
}
