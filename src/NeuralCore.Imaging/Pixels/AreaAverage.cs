using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

/// <summary>
/// Changes a picture's size. A smaller picture's pixel is the mean of the area that it covers, with the shares of pixels cut
/// through: no stroke is lost, however thin. A larger picture's pixel lies between the two nearest and is interpolated. Rows and
/// columns are done one after the other, which gives the same as both at once.
/// </summary>
public static class AreaAverage
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">The new number of columns, at least 1.</param>
    /// <param name="height">The new number of rows, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static GrayImage Resize(GrayImage image, int width, int height)
    {
        Share[][] columns = Shares(image.Width, width);
        var narrow = new float[width * image.Height];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<float> row = image.Pixels.AsSpan(y * image.Width, image.Width);
            for (int x = 0; x < width; x++)
            {
                foreach (Share share in columns[x])
                {
                    narrow[(y * width) + x] += share.Weight * row[share.Index];
                }
            }
        }

        Share[][] rows = Shares(image.Height, height);
        var pixels = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            foreach (Share share in rows[y])
            {
                for (int x = 0; x < width; x++)
                {
                    pixels[(y * width) + x] += share.Weight * narrow[(share.Index * width) + x];
                }
            }
        }

        return new GrayImage(width, height, pixels);
    }

    /// <summary>Of which old pixels each new one is made along one axis. The weights of a new pixel sum to 1.</summary>
    private static Share[][] Shares(int from, int to)
    {
        double scale = (double)from / to;
        var shares = new Share[to][];
        for (int i = 0; i < to; i++)
        {
            shares[i] = scale >= 1 ? Covered(i * scale, Math.Min((i + 1) * scale, from)) : Nearest(((i + 0.5) * scale) - 0.5, from);
        }

        return shares;
    }

    private static Share[] Covered(double begin, double end)
    {
        var shares = new List<Share>();
        for (int i = (int)begin; i < end; i++)
        {
            double covered = Math.Min(end, i + 1) - Math.Max(begin, i);
            shares.Add(new Share(i, (float)(covered / (end - begin))));
        }

        return [.. shares];
    }

    private static Share[] Nearest(double position, int count)
    {
        double inside = Math.Clamp(position, 0, count - 1);
        int left = (int)inside;
        int right = Math.Min(left + 1, count - 1);
        return [new Share(left, (float)(1 - (inside - left))), new Share(right, (float)(inside - left))];
    }

    private readonly record struct Share(int Index, float Weight);
}
