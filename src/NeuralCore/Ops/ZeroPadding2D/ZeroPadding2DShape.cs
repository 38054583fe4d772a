namespace NeuralCore;

/// <summary>The sizes of zeros around an image: input N x Height x Width x Channels, output N x OutHeight x OutWidth x Channels.</summary>
internal readonly record struct ZeroPadding2DShape
{
    /// <summary>Makes the sizes.</summary>
    /// <param name="image">The rows and columns of an input image.</param>
    /// <param name="channels">The channels of a pixel.</param>
    /// <param name="border">The zeros on each side.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the zeros on a side are fewer than none.</exception>
    public ZeroPadding2DShape(Size2D image, int channels, Border border)
    {
        if (channels < 1)
        {
            throw new ArgumentException($"An image has at least one channel, not {channels}.");
        }

        // The windows of a single pixel are the pixels of the padded image.
        (Border, Channels, Height, Width) = (border, channels, image.Height, image.Width);
        (OutHeight, OutWidth) = new Window2D(image, 1, border: border).Output;
    }

    /// <summary>The zeros on each side.</summary>
    public Border Border { get; }

    /// <summary>The height of an input image in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of an input image in pixels.</summary>
    public int Width { get; }

    /// <summary>The channels of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Rows of zeros above the image.</summary>
    public int Top => Border.Top;

    /// <summary>Columns of zeros left of it.</summary>
    public int Left => Border.Left;

    /// <summary>The height of an output image.</summary>
    public int OutHeight { get; }

    /// <summary>The width of an output image.</summary>
    public int OutWidth { get; }

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Height * Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => OutHeight * OutWidth * Channels;
}
