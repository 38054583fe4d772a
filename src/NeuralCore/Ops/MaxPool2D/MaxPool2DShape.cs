namespace NeuralCore;

/// <summary>
/// The sizes of a two-dimensional max-pooling: input N x Height x Width x Channels, output N x OutHeight x OutWidth x Channels.
/// Padding counts as minus infinity: it never wins.
/// </summary>
internal readonly record struct MaxPool2DShape
{
    /// <summary>Makes the sizes of a pooling.</summary>
    /// <param name="window">The window and how it slides over the image; without dilation.</param>
    /// <param name="channels">The channels of a pixel.</param>
    /// <exception cref="ArgumentException">A size is not positive, a window could lie wholly in the padding, has gaps, or more than 255 elements.</exception>
    public MaxPool2DShape(in Window2D window, int channels)
    {
        if (channels < 1)
        {
            throw new ArgumentException($"A pooling takes at least one channel, not {channels}.");
        }

        if (window.Dilation != 1)
        {
            throw new ArgumentException("The elements of a pooling window are neighbours: it has no dilation.");
        }

        if ((long)window.Kernel.Height * window.Kernel.Width > 255)
        {
            throw new ArgumentException($"A {window.Kernel} pooling window has more than the 255 elements that one byte can tell apart.");
        }

        Border border = window.Border;
        if (Math.Max(border.Top, border.Bottom) >= window.Kernel.Height || Math.Max(border.Left, border.Right) >= window.Kernel.Width)
        {
            throw new ArgumentException($"The padding of a pooling, here {border}, is smaller than its window, here {window.Kernel}.");
        }

        (Window, Channels) = (window, channels);
    }

    /// <summary>Makes the sizes of a pooling without padding.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or the window does not fit into the image or has more than 255 elements.</exception>
    public MaxPool2DShape(int height, int width, int channels, int poolHeight, int poolWidth, int strideY, int strideX)
        : this(new Window2D((height, width), (poolHeight, poolWidth), (strideY, strideX)), channels)
    {
    }

    /// <summary>The window and how it slides over the image.</summary>
    public Window2D Window { get; }

    /// <summary>The channels of a pixel, pooled one by one.</summary>
    public int Channels { get; }

    /// <summary>The height of an input image in pixels.</summary>
    public int Height => Window.Image.Height;

    /// <summary>The width of an input image in pixels.</summary>
    public int Width => Window.Image.Width;

    /// <summary>The rows of a window.</summary>
    public int PoolHeight => Window.Kernel.Height;

    /// <summary>The columns of a window.</summary>
    public int PoolWidth => Window.Kernel.Width;

    /// <summary>Input rows from one window to the next.</summary>
    public int StrideY => Window.Strides.Height;

    /// <summary>Input columns from one window to the next.</summary>
    public int StrideX => Window.Strides.Width;

    /// <summary>Rows of padding above the image.</summary>
    public int PadTop => Window.Border.Top;

    /// <summary>Columns of padding left of the image.</summary>
    public int PadLeft => Window.Border.Left;

    /// <summary>Whether there is padding on any side.</summary>
    public bool IsPadded => !Window.Border.IsEmpty;

    /// <summary>The height of an output image.</summary>
    public int OutHeight => Window.Output.Height;

    /// <summary>The width of an output image.</summary>
    public int OutWidth => Window.Output.Width;

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Height * Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => OutHeight * OutWidth * Channels;
}
