namespace NeuralCore;

/// <summary>
/// The sizes of a two-dimensional convolution, shared by every backend. Input is N x Height x Width x Channels,
/// weights are KernelHeight x KernelWidth x Channels x Filters (HWIO), output is N x OutHeight x OutWidth x Filters.
/// The number of images N comes with each call, since an epoch's last batch is smaller than the others.
/// </summary>
public readonly record struct Conv2DShape
{
    /// <summary>Makes the sizes of a convolution with explicit zero padding.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or the kernel does not fit the padded input.</exception>
    public Conv2DShape(
        int height, int width, int channels, int filters, int kernelHeight, int kernelWidth,
        int strideY = 1, int strideX = 1, int padTop = 0, int padBottom = 0, int padLeft = 0, int padRight = 0)
    {
        if (Math.Min(Math.Min(Math.Min(height, width), Math.Min(channels, filters)), Math.Min(Math.Min(kernelHeight, kernelWidth), Math.Min(strideY, strideX))) < 1)
        {
            throw new ArgumentException("Every size and stride of a convolution is at least 1.");
        }

        if (Math.Min(Math.Min(padTop, padBottom), Math.Min(padLeft, padRight)) < 0)
        {
            throw new ArgumentException("The padding of a convolution is not negative.");
        }

        (Height, Width, Channels, Filters) = (height, width, channels, filters);
        (KernelHeight, KernelWidth, StrideY, StrideX) = (kernelHeight, kernelWidth, strideY, strideX);
        (PadTop, PadBottom, PadLeft, PadRight) = (padTop, padBottom, padLeft, padRight);
        if (PaddedHeight < kernelHeight || PaddedWidth < kernelWidth)
        {
            throw new ArgumentException(
                $"A {kernelHeight}x{kernelWidth} kernel does not fit into a {PaddedHeight}x{PaddedWidth} image: use a smaller kernel, or padding.");
        }

        OutHeight = ((PaddedHeight - kernelHeight) / strideY) + 1;
        OutWidth = ((PaddedWidth - kernelWidth) / strideX) + 1;
    }

    /// <summary>The height of an input image in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of an input image in pixels.</summary>
    public int Width { get; }

    /// <summary>The channels of an input pixel.</summary>
    public int Channels { get; }

    /// <summary>The channels of an output pixel.</summary>
    public int Filters { get; }

    /// <summary>The rows of the kernel.</summary>
    public int KernelHeight { get; }

    /// <summary>The columns of the kernel.</summary>
    public int KernelWidth { get; }

    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideY { get; }

    /// <summary>Input columns from one output column to the next.</summary>
    public int StrideX { get; }

    /// <summary>Rows of zeros above the image.</summary>
    public int PadTop { get; }

    /// <summary>Rows of zeros below the image.</summary>
    public int PadBottom { get; }

    /// <summary>Columns of zeros left of the image.</summary>
    public int PadLeft { get; }

    /// <summary>Columns of zeros right of the image.</summary>
    public int PadRight { get; }

    /// <summary>The height of an output image: floor((PaddedHeight - KernelHeight) / StrideY) + 1.</summary>
    public int OutHeight { get; }

    /// <summary>The width of an output image: floor((PaddedWidth - KernelWidth) / StrideX) + 1.</summary>
    public int OutWidth { get; }

    /// <summary>The height with its padding.</summary>
    public int PaddedHeight => PadTop + Height + PadBottom;

    /// <summary>The width with its padding.</summary>
    public int PaddedWidth => PadLeft + Width + PadRight;

    /// <summary>Whether there is padding on any side.</summary>
    public bool IsPadded => (PadTop | PadBottom | PadLeft | PadRight) != 0;

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Height * Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => OutHeight * OutWidth * Filters;

    /// <summary>Elements of the weights.</summary>
    public int WeightCount => KernelHeight * KernelWidth * Channels * Filters;

    /// <summary>Elements that one output element sums over: KernelHeight x KernelWidth x Channels.</summary>
    public int TermCount => KernelHeight * KernelWidth * Channels;

    /// <summary>Floating-point operations of one image in one direction, a multiply and an add counted as two.</summary>
    public long Flop => 2L * OutputCount * TermCount;

    /// <summary>The sizes of a convolution whose output has ceil(extent / stride) pixels, as Keras's <c>padding="same"</c>:
    /// of an odd number of padding pixels the bottom and the right get one more.</summary>
    public static Conv2DShape Same(
        int height, int width, int channels, int filters, int kernelHeight, int kernelWidth, int strideY = 1, int strideX = 1)
    {
        (int top, int bottom) = Window.SamePadding(height, kernelHeight, strideY);
        (int left, int right) = Window.SamePadding(width, kernelWidth, strideX);
        return new Conv2DShape(height, width, channels, filters, kernelHeight, kernelWidth, strideY, strideX, top, bottom, left, right);
    }
}
