using System.Runtime.CompilerServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>
/// The sums over all rectangles from the top left corner. The sum over any rectangle is then four reads, whatever its size
/// (Crow, "Summed-area tables for texture mapping", 1984).
/// </summary>
public sealed class IntegralImage
{
    private readonly double[] _sums;
    private readonly int _stride;

    /// <summary>Sums up a picture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IntegralImage(GrayImage image)
    {
        (Width, Height) = (image.Width, image.Height);
        _stride = image.Width + 1;
        _sums = new double[_stride * (image.Height + 1)];
        for (int y = 0; y < image.Height; y++)
        {
            double row = 0;
            for (int x = 0; x < image.Width; x++)
            {
                row += image[x, y];
                _sums[((y + 1) * _stride) + x + 1] = _sums[(y * _stride) + x + 1] + row;
            }
        }
    }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>The sum over a box that lies in the picture.</summary>
    public double Sum(Box box) =>
        _sums[(box.Bottom * _stride) + box.Right] - _sums[(box.Y * _stride) + box.Right]
        - _sums[(box.Bottom * _stride) + box.X] + _sums[(box.Y * _stride) + box.X];

    /// <summary>The sum over the square of side 2 radius + 1 around a pixel, cut at the picture's edges.</summary>
    public double SumAround(int x, int y, int radius) => Sum(new Box(x, y, 1, 1).Grown(radius, Width, Height));

    /// <summary>The mean over the square of side 2 radius + 1 around a pixel, cut at the picture's edges.</summary>
    public double MeanAround(int x, int y, int radius)
    {
        Box box = new Box(x, y, 1, 1).Grown(radius, Width, Height);
        return Sum(box) / box.Area;
    }
}
