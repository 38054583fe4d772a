namespace NeuralCore;

/// <summary>
/// The sizes of a two-dimensional average-pooling: input N x Height x Width x Channels, output N x OutHeight x OutWidth x Channels.
/// </summary>
internal readonly record struct AveragePool2DShape
{
    /// <summary>Makes the sizes of a pooling.</summary>
    /// <param name="window">The window and how it slides over the image; without dilation.</param>
    /// <param name="channels">The channels of a pixel.</param>
    /// <param name="countsPadding">Whether the padding counts as zeros, as in PyTorch unless it is told otherwise, or is left out of the average, as in Keras.</param>
    /// <exception cref="ArgumentException">There is no channel, the window has gaps, or could lie wholly in the padding.</exception>
    public AveragePool2DShape(in Window2D window, int channels, bool countsPadding = false)
    {
        if (channels < 1)
        {
            throw new ArgumentException($"A pooling takes at least one channel, not {channels}.");
        }

        if (window.Dilation != 1)
        {
            throw new ArgumentException("The elements of a pooling window are neighbours: it has no dilation.");
        }

        Border border = window.Border;
        if (Math.Max(border.Top, border.Bottom) >= window.Kernel.Height || Math.Max(border.Left, border.Right) >= window.Kernel.Width)
        {
            throw new ArgumentException($"The padding of a pooling, here {border}, is smaller than its window, here {window.Kernel}.");
        }

        (Window, Channels, CountsPadding) = (window, channels, countsPadding);
    }

    /// <summary>The window and how it slides over the image.</summary>
    public Window2D Window { get; }

    /// <summary>The channels of a pixel, pooled one by one.</summary>
    public int Channels { get; }

    /// <summary>Whether the padding counts as zeros, or is left out of the average.</summary>
    public bool CountsPadding { get; }

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Window.Image.Height * Window.Image.Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => Window.Output.Height * Window.Output.Width * Channels;

    /// <summary>The rows of the image under row <paramref name="i"/> of windows, and the columns under column <paramref name="j"/>.</summary>
    internal PooledPart Part(int i, int j)
    {
        int top = (i * Window.Strides.Height) - Window.Border.Top, left = (j * Window.Strides.Width) - Window.Border.Left;
        int first = Math.Max(top, 0), end = Math.Min(top + Window.Kernel.Height, Window.Image.Height);
        int firstColumn = Math.Max(left, 0), endColumn = Math.Min(left + Window.Kernel.Width, Window.Image.Width);
        return new PooledPart(first, end, firstColumn, endColumn, CountsPadding ? Window.Kernel.Height * Window.Kernel.Width : (end - first) * (endColumn - firstColumn));
    }
}

/// <summary>The pixels of an image under one window: rows and columns from the first to before the end, and what their sum is divided by.</summary>
internal readonly record struct PooledPart(int FirstRow, int EndRow, int FirstColumn, int EndColumn, int Divisor);
