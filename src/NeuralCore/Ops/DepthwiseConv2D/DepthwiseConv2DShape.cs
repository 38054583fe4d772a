namespace NeuralCore;

/// <summary>
/// The sizes of a depthwise convolution, in which each channel has filters of its own. Input is N x Height x Width x Channels, weights are
/// KernelHeight x KernelWidth x Channels x Multiplier, output is N x OutHeight x OutWidth x Filters, where filter c * Multiplier + m is
/// the m-th of channel c.
/// </summary>
internal readonly record struct DepthwiseConv2DShape
{
    /// <summary>Makes the sizes of a depthwise convolution.</summary>
    /// <param name="window">The kernel and how it slides over the image; its padding is zeros.</param>
    /// <param name="channels">The channels of an input pixel.</param>
    /// <param name="multiplier">The filters of each channel.</param>
    /// <exception cref="ArgumentException">A size is not positive, or beyond what 32 bits count.</exception>
    public DepthwiseConv2DShape(in Window2D window, int channels, int multiplier = 1)
    {
        if (Math.Min(channels, multiplier) < 1)
        {
            throw new ArgumentException($"A depthwise convolution has at least one channel and one filter for each, not {channels} and {multiplier}.");
        }

        (Window, Channels, Multiplier) = (window, channels, multiplier);
        long filters = (long)channels * multiplier;
        TensorSize.Require("input image with its channels repeated", (long)Height * Width * filters);
        TensorSize.Require("output image", (long)OutHeight * OutWidth * filters);
        TensorSize.Require("kernel", (long)Taps * filters);
    }

    /// <summary>The kernel and how it slides over the image.</summary>
    public Window2D Window { get; }

    /// <summary>The channels of an input pixel.</summary>
    public int Channels { get; }

    /// <summary>The filters of each channel.</summary>
    public int Multiplier { get; }

    /// <summary>The channels of an output pixel: Channels x Multiplier.</summary>
    public int Filters => Channels * Multiplier;

    /// <summary>The height of an input image in pixels.</summary>
    public int Height => Window.Image.Height;

    /// <summary>The width of an input image in pixels.</summary>
    public int Width => Window.Image.Width;

    /// <summary>The rows of the kernel.</summary>
    public int KernelHeight => Window.Kernel.Height;

    /// <summary>The columns of the kernel.</summary>
    public int KernelWidth => Window.Kernel.Width;

    /// <summary>The height of an output image.</summary>
    public int OutHeight => Window.Output.Height;

    /// <summary>The width of an output image.</summary>
    public int OutWidth => Window.Output.Width;

    /// <summary>The elements of the kernel, which are the terms of an output: KernelHeight x KernelWidth.</summary>
    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Height * Width * Channels;

    /// <summary>Elements of one output image.</summary>
    public int OutputCount => OutHeight * OutWidth * Filters;

    /// <summary>Elements of the weights.</summary>
    public int WeightCount => Taps * Filters;

    /// <summary>Floating-point operations of one image in one direction, a multiply and an add counted as two.</summary>
    public long Flop => 2L * OutputCount * Taps;
}
