using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The sizes of a convolution, and of the pooling behind it, as kernels take them. Without a pooling its windows are single pixels.</summary>
internal readonly struct ConvSizes
{
    public readonly int Images;
    public readonly int Height;
    public readonly int Width;
    public readonly int Channels;
    public readonly int Filters;
    public readonly int KernelHeight;
    public readonly int KernelWidth;
    public readonly int StrideY;
    public readonly int StrideX;
    public readonly int DilationY;
    public readonly int DilationX;
    public readonly int PadTop;
    public readonly int PadLeft;
    public readonly int OutHeight;
    public readonly int OutWidth;
    public readonly int IsPooled;
    public readonly int PoolHeight;
    public readonly int PoolWidth;
    public readonly int PoolStrideY;
    public readonly int PoolStrideX;
    public readonly int PooledHeight;
    public readonly int PooledWidth;

    /// <summary>A convolution alone.</summary>
    public ConvSizes(in Conv2DShape shape, int images)
    {
        Images = images;
        (Height, Width, Channels, Filters) = (shape.Height, shape.Width, shape.Channels, shape.Filters);
        (KernelHeight, KernelWidth, StrideY, StrideX) = (shape.KernelHeight, shape.KernelWidth, shape.StrideY, shape.StrideX);
        (DilationY, DilationX) = (shape.DilationY, shape.DilationX);
        (PadTop, PadLeft, OutHeight, OutWidth) = (shape.PadTop, shape.PadLeft, shape.OutHeight, shape.OutWidth);
        (PoolHeight, PoolWidth, PoolStrideY, PoolStrideX) = (1, 1, 1, 1);
        (PooledHeight, PooledWidth) = (OutHeight, OutWidth);
    }

    /// <summary>A convolution and a pooling.</summary>
    public ConvSizes(in Conv2DMaxPoolShape shape, int images)
        : this(shape.Conv, images)
    {
        IsPooled = 1;
        (PoolHeight, PoolWidth, PoolStrideY, PoolStrideX) = (shape.Pool.PoolHeight, shape.Pool.PoolWidth, shape.Pool.StrideY, shape.Pool.StrideX);
        (PooledHeight, PooledWidth) = (shape.Pool.OutHeight, shape.Pool.OutWidth);
    }

    /// <summary>The pixels that windows cover, of all images, counted window by window.</summary>
    public int WindowPixels => Images * PooledHeight * PooledWidth * PoolHeight * PoolWidth;

    /// <summary>The pixels of the input, of all images.</summary>
    public int InputPixels => Images * Height * Width;

    /// <summary>The terms of an output.</summary>
    public int Terms => KernelHeight * KernelWidth * Channels;

    /// <summary>The terms of a gradient of the input, those that padding and strides leave out counted too.</summary>
    public int GradientTerms => KernelHeight * KernelWidth * Filters;
}
