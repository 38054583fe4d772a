namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// An output pixel of a convolution in the order in which its products have them: image by image, window by window of the pooling, and row
/// by row in the window, so that the four pixels of a 2x2 window are neighbours. Without a pooling that is the order of memory.
/// </summary>
internal readonly struct WindowPixel(int image, int i, int j)
{
    public readonly int Image = image;
    public readonly int I = i;
    public readonly int J = j;

    /// <summary>Pixel <paramref name="number"/>.</summary>
    public static WindowPixel At(ConvSizes s, int number)
    {
        int area = s.PoolHeight * s.PoolWidth;
        int window = number / area, inWindow = number - (window * area);
        int row = window / s.PooledWidth, column = window - (row * s.PooledWidth);
        int image = row / s.PooledHeight;
        int u = inWindow / s.PoolWidth;
        return new WindowPixel(
            image,
            ((row - (image * s.PooledHeight)) * s.PoolStrideY) + u,
            (column * s.PoolStrideX) + inWindow - (u * s.PoolWidth));
    }
}
