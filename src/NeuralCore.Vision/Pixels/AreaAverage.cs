using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        ref float source = ref MemoryMarshal.GetReference(from), target = ref MemoryMarshal.GetReference(to);
        var weights = new Vector<float>(weight);
        int x = 0;
        for (; x + Vector<float>.Count <= to.Length; x += Vector<float>.Count)
        {
            (Vector.LoadUnsafe(ref target, (nuint)x) + (Vector.LoadUnsafe(ref source, (nuint)x) * weights)).StoreUnsafe(ref target, (nuint)x);
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
            var begins = new int[to + 1];
            var indices = new int[to * (int)(Math.Ceiling(scale) + 2)];
            var weights = new float[indices.Length];
            int count = 0;
            for (int i = 0; i < to; i++)
            {
                if (scale >= 1)
                {
                    // The pixels that it covers.
                    (double begin, double end) = (i * scale, Math.Min((i + 1) * scale, from));
                    for (int old = (int)begin; old < end; old++)
                    {
                        indices[count] = old;
                        weights[count++] = (float)((Math.Min(end, old + 1) - Math.Max(begin, old)) / (end - begin));
                    }
                }
                else
                {
                    // The two nearest.
                    double inside = Math.Clamp(((i + 0.5) * scale) - 0.5, 0, from - 1);
                    int left = (int)inside;
                    (indices[count], weights[count++]) = (left, (float)(1 - (inside - left)));
                    (indices[count], weights[count++]) = (Math.Min(left + 1, from - 1), (float)(inside - left));
                }

                begins[i + 1] = count;
            }

            return new Shares(begins, indices, weights);
        }
    }
}
