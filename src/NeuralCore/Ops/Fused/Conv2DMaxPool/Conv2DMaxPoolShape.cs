namespace NeuralCore;

/// <summary>The sizes of a convolution whose output goes straight into a max-pooling.</summary>
internal readonly record struct Conv2DMaxPoolShape
{
    /// <summary>Joins two ops.</summary>
    /// <exception cref="ArgumentException">The two are not <see cref="CanFuse"/>.</exception>
    public Conv2DMaxPoolShape(Conv2DShape conv, MaxPool2DShape pool)
    {
        if (!CanFuse(conv, pool))
        {
            throw new ArgumentException("The pooling takes the output of a convolution without dilation, in windows that neither overlap nor reach over the border.");
        }

        (Conv, Pool) = (conv, pool);
    }

    /// <summary>The convolution.</summary>
    public Conv2DShape Conv { get; }

    /// <summary>The pooling.</summary>
    public MaxPool2DShape Pool { get; }

    /// <summary>Elements of one pooled output image.</summary>
    public int OutputCount => Pool.OutputCount;

    /// <summary>
    /// Whether the pooling takes the image as the convolution gives it, every pixel belongs to at most one window and no window needs padding, and what
    /// one row of the kernel sees is contiguous in the image.
    /// </summary>
    public static bool CanFuse(in Conv2DShape conv, in MaxPool2DShape pool) =>
        pool.Height == conv.OutHeight && pool.Width == conv.OutWidth && pool.Channels == conv.Filters
        && !conv.IsDilated && pool.StrideY >= pool.PoolHeight && pool.StrideX >= pool.PoolWidth && !pool.IsPadded;
}
