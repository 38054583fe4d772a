using System.Numerics;
using System.Runtime.CompilerServices;

namespace NeuralCore.Vision.Pixels;

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
        (int[] begins, int[] indices, float[] weights) = Shares.Of(image.Width, width);
        var narrow = new float[width * image.Height];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<float> row = image.Pixels.AsSpan(y * image.Width, image.Width);
            for (int x = 0; x < width; x++)
            {
                float sum = 0;
                int end = begins[x + 1];
                for (int i = begins[x]; i < end; i++)
                {
                    sum += weights[i] * row[indices[i]];
                }

                narrow[(y * width) + x] = sum;
            }
        }

        (begins, indices, weights) = Shares.Of(image.Height, height);
        var pixels = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int i = begins[y]; i < begins[y + 1]; i++)
            {
                Add(weights[i], narrow.AsSpan(indices[i] * width, width), pixels.AsSpan(y * width, width));
            }
        }

        return new GrayImage(width, height, pixels);
    }

    /// <summary>Adds a row, times its weight, to another, with two roundings on every machine and at every width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float weight, ReadOnlySpan<float> from, Span<float> to)
    {
        int x = 0;
        for (; x + Vector<float>.Count <= to.Length; x += Vector<float>.Count)
        {
            (new Vector<float>(to[x..]) + (new Vector<float>(from[x..]) * weight)).CopyTo(to[x..]);
        }

        for (; x < to.Length; x++)
        {
            to[x] += weight * from[x];
        }
    }

    /// <summary>Of which old pixels each new one is made along one axis.</summary>
    /// <param name="Begins">For each new pixel where its shares begin, and at the end where the last ones end.</param>
    /// <param name="Indices">The old pixels.</param>
    /// <param name="Weights">Their weights, which for each new pixel sum to 1.</param>
    private sealed record Shares(int[] Begins, int[] Indices, float[] Weights)
    {
        public static Shares Of(int from, int to)
        {
            double scale = (double)from / to;
            var shares = new List<(int Index, double Weight)>(to * (int)(Math.Ceiling(scale) + 2));
            var begins = new int[to + 1];
            for (int i = 0; i < to; i++)
            {
                shares.AddRange(scale >= 1 ? Covered(i * scale, Math.Min((i + 1) * scale, from)) : Nearest(((i + 0.5) * scale) - 0.5, from));
                begins[i + 1] = shares.Count;
            }

            return new Shares(begins, [.. shares.Select(share => share.Index)], [.. shares.Select(share => (float)share.Weight)]);
        }

        private static IEnumerable<(int Index, double Weight)> Covered(double begin, double end)
        {
            for (int i = (int)begin; i < end; i++)
            {
                yield return (i, (Math.Min(end, i + 1) - Math.Max(begin, i)) / (end - begin));
            }
        }

        private static (int Index, double Weight)[] Nearest(double position, int count)
        {
            double inside = Math.Clamp(position, 0, count - 1);
            int left = (int)inside;
            return [(left, 1 - (inside - left)), (Math.Min(left + 1, count - 1), inside - left)];
        }
    }
}
