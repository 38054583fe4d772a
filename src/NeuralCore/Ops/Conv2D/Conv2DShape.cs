namespace NeuralCore;

/// <summary>
/// The sizes of a two-dimensional convolution, shared by every backend. Input is N x Height x Width x Channels,
/// weights are KernelHeight x KernelWidth x Channels x Filters (HWIO), output is N x OutHeight x OutWidth x Filters.
/// The number of images N comes with each call, since an epoch's last batch is smaller than the others.
/// </summary>
internal readonly record struct Conv2DShape
{
    /// <summary>Makes the sizes of a convolution.</summary>
    /// <param name="window">The kernel and how it slides over the image; its padding is zeros.</param>
    /// <param name="channels">The channels of an input pixel.</param>
    /// <param name="filters">The channels of an output pixel.</param>
    /// <exception cref="ArgumentException">A size is not positive, or beyond what 32 bits count.</exception>
    public Conv2DShape(in Window2D window, int channels, int filters)
    {
        if (Math.Min(channels, filters) < 1)
        {
            throw new ArgumentException($"A convolution has at least one channel and one filter, not {channels} and {filters}.");
        }

        (Window, Channels, Filters) = (window, channels, filters);
        TensorSize.Require("padded image", (long)PaddedHeight * PaddedWidth * channels);
        TensorSize.Require("output image", (long)OutHeight * OutWidth * filters);
        TensorSize.Require("kernel", (long)KernelHeight * KernelWidth * channels * filters);
    }

    /// <summary>Makes the sizes of a convolution without padding, strides and dilation.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or the kernel does not fit into the image.</exception>
    public Conv2DShape(int height, int width, int channels, int filters, int kernelHeight, int kernelWidth)
        : this(new Window2D((height, width), (kernelHeight, kernelWidth)), channels, filters)
    {
    }

    /// <summary>The kernel and how it slides over the image.</summary>
    public Window2D Window { get; }

    /// <summary>The channels of an input pixel.</summary>
    public int Channels { get; }

    /// <summary>The channels of an output pixel.</summary>
    public int Filters { get; }

    /// <summary>The height of an input image in pixels.</summary>
    public int Height => Window.Image.Height;

    /// <summary>The width of an input image in pixels.</summary>
    public int Width => Window.Image.Width;

    /// <summary>The rows of the kernel.</summary>
    public int KernelHeight => Window.Kernel.Height;

    /// <summary>The columns of the kernel.</summary>
    public int KernelWidth => Window.Kernel.Width;

    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideY => Window.Strides.Height;

    /// <summary>Input columns from one output column to the next.</summary>
    public int StrideX => Window.Strides.Width;

    /// <summary>Input rows from one row of the kernel to the next.</summary>
    public int DilationY => Window.Dilation.Height;

    /// <summary>Input columns from one column of the kernel to the next.</summary>
    public int DilationX => Window.Dilation.Width;

    /// <summary>Rows of zeros above the image.</summary>
    public int PadTop => Window.Border.Top;

    /// <summary>Columns of zeros left of the image.</summary>
    public int PadLeft => Window.Border.Left;

    /// <summary>The height of an output image.</summary>
    public int OutHeight => Window.Output.Height;

    /// <summary>The width of an output image.</summary>
    public int OutWidth => Window.Output.Width;

    /// <summary>The height with its padding.</summary>
    public int PaddedHeight => Window.Padded.Height;

    /// <summary>The width with its padding.</summary>
    public int PaddedWidth => Window.Padded.Width;

    /// <summary>Whether there is padding on any side.</summary>
    public bool IsPadded => !Window.Border.IsEmpty;

    /// <summary>Whether there are gaps between the elements of the kernel.</summary>
    public bool IsDilated => Window.Dilation != 1;

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

    /// <summary>The sizes of a convolution with <see cref="Padding.Same"/>: its output has ceil(extent / stride) pixels along each axis.</summary>
    public static Conv2DShape Same(
        int height, int width, int channels, int filters, int kernelHeight, int kernelWidth, int strideY = 1, int strideX = 1) =>
        new(Window2D.Of((height, width), (kernelHeight, kernelWidth), (strideY, strideX), 1, Padding.Same), channels, filters);
}
