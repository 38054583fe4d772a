namespace NeuralCore;

/// <summary>
/// The sizes of a two-dimensional max-pooling: input N x Height x Width x Channels, output N x OutHeight x OutWidth x Channels.
/// Padding counts as minus infinity: it never wins.
/// </summary>
public readonly record struct MaxPool2DShape
{
    /// <summary>Makes the sizes of a pooling with explicit padding.</summary>
    /// <exception cref="ArgumentException">A size is not positive, a window could lie wholly in the padding, does not fit the
    /// padded image, or has more than 255 elements.</exception>
    public MaxPool2DShape(
        int height, int width, int channels, int poolHeight, int poolWidth, int strideY, int strideX,
        int padTop = 0, int padBottom = 0, int padLeft = 0, int padRight = 0)
    {
        if (Math.Min(Math.Min(Math.Min(height, width), channels), Math.Min(Math.Min(poolHeight, poolWidth), Math.Min(strideY, strideX))) < 1)
        {
            throw new ArgumentException("Every size and stride of a pooling is at least 1.");
        }

        if ((long)poolHeight * poolWidth > 255)
        {
            throw new ArgumentException($"A {poolHeight}x{poolWidth} pooling window has more than the 255 elements that one byte can tell apart.");
        }

        if (Math.Min(Math.Min(padTop, padBottom), Math.Min(padLeft, padRight)) < 0 || Math.Max(padTop, padBottom) >= poolHeight || Math.Max(padLeft, padRight) >= poolWidth)
        {
            throw new ArgumentException("The padding of a pooling is not negative and smaller than the window.");
        }

        (Height, Width, Channels) = (height, width, channels);
        (PoolHeight, PoolWidth, StrideY, StrideX) = (poolHeight, poolWidth, strideY, strideX);
        (PadTop, PadBottom, PadLeft, PadRight) = (padTop, padBottom, padLeft, padRight);
        if (padTop + height + padBottom < poolHeight || padLeft + width + padRight < poolWidth)
        {
            throw new ArgumentException($"A {poolHeight}x{poolWidth} pooling window does not fit into a {height}x{width} image.");
        }

        OutHeight = ((padTop + height + padBottom - poolHeight) / strideY) + 1;
        OutWidth = ((padLeft + width + padRight - poolWidth) / strideX) + 1;
    }

    /// <summary>The height of an input image in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of an input image in pixels.</summary>
    public int Width { get; }

    /// <summary>The channels of a pixel, pooled one by one.</summary>
    public int Channels { get; }

    /// <summary>The rows of a window.</summary>
    public int PoolHeight { get; }

    /// <summary>The columns of a window.</summary>
    public int PoolWidth { get; }

    /// <summary>Input rows from one window to the next.</summary>
    public int StrideY { get; }

    /// <summary>Input columns from one window to the next.</summary>
    public int StrideX { get; }

    /// <summary>Rows of padding above the image.</summary>
    public int PadTop { get; }

    /// <summary>Rows of padding below the image.</summary>
    public int PadBottom { get; }

    /// <summary>Columns of padding left of the image.</summary>
    public int PadLeft { get; }

    /// <summary>Columns of padding right of the image.</summary>
    public int PadRight { get; }

    /// <summary>The height of an output image.</summary>
    public int OutHeight { get; }

    /// <summary>The width of an output image.</summary>
    public int OutWidth { get; }

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Height * Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => OutHeight * OutWidth * Channels;

    /// <summary>The sizes of a pooling with ceil(extent / stride) windows an axis, as Keras's <c>padding="same"</c>.</summary>
    public static MaxPool2DShape Same(int height, int width, int channels, int poolHeight, int poolWidth, int strideY, int strideX)
    {
        (int top, int bottom) = Window.SamePadding(height, poolHeight, strideY);
        (int left, int right) = Window.SamePadding(width, poolWidth, strideX);
        return new MaxPool2DShape(height, width, channels, poolHeight, poolWidth, strideY, strideX, top, bottom, left, right);
    }
}
