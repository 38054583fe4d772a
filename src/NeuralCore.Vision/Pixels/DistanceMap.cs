using System.Runtime.CompilerServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>
/// How far each pixel is from the nearest one of a kind, exactly: squared distances along each column, then the lowest of the
/// parabolas that stand on them along each row (Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions", 2012).
/// </summary>
public static class DistanceMap
{
    // Larger than any squared distance in a picture, and small enough that differences of it are exact.
    private const double Far = 1e12;

    /// <summary>The distance from each pixel's middle to that of the nearest pixel with ink: 0 on ink.</summary>
    public static GrayImage ToInk(Mask mask) => Of(mask, ink: true);

    /// <summary>The distance from each pixel's middle to that of the nearest pixel without ink: 0 there. Outside the picture there is no ink.</summary>
    public static GrayImage ToPaper(Mask mask) => Of(mask.Padded(1), ink: false).Crop(new Box(1, 1, mask.Width, mask.Height));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static GrayImage Of(Mask mask, bool ink)
    {
        (int width, int height) = (mask.Width, mask.Height);
        double[] squares = AlongColumns(mask, ink);
        var parabolas = new Parabolas(width);
        for (int y = 0; y < height; y++)
        {
            parabolas.LowerEnvelope(squares.AsSpan(y * width, width));
        }

        var distances = new float[squares.Length];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = (float)Math.Sqrt(squares[i]);
        }

        return new GrayImage(width, height, distances);
    }

    /// <summary>Squared distances to the nearest pixel of the kind in the same column: steps down to it, then up, a row at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double[] AlongColumns(Mask mask, bool ink)
    {
        (int width, int height) = (mask.Width, mask.Height);
        double[] distances = new double[mask.Pixels.Length];
        bool[] pixels = mask.Pixels;
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = pixels[i] == ink ? 0 : i < width ? Far : distances[i - width] + 1;
        }

        for (int i = distances.Length - 1 - width; i >= 0; i--)
        {
            double below = distances[i + width] + 1;
            distances[i] = below < distances[i] ? below : distances[i];
        }

        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = distances[i] < height ? distances[i] * distances[i] : Far;
        }

        return distances;
    }

    /// <summary>Room to work in.</summary>
    private sealed class Parabolas(int longest)
    {
        private readonly double[] _heights = new double[longest];
        private readonly int[] _feet = new int[longest];
        private readonly double[] _begins = new double[longest + 1];

        /// <summary>Replaces values by the lowest of all parabolas (i - foot)^2 + value[foot].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void LowerEnvelope(Span<double> values)
        {
            int count = values.Length;
            (double[] heights, int[] feet, double[] begins) = (_heights, _feet, _begins);
            values.CopyTo(heights);

            int last = 0;
            (feet[0], begins[0], begins[1]) = (0, double.NegativeInfinity, double.PositiveInfinity);
            for (int i = 1; i < count; i++)
            {
                double meeting;
                for (; ; last--)
                {
                    int left = feet[last];
                    meeting = (heights[i] + ((double)i * i) - heights[left] - ((double)left * left)) / (2.0 * (i - left));
                    if (meeting > begins[last])
                    {
                        break;
                    }
                }

                last++;
                feet[last] = i;
                begins[last] = meeting;
                begins[last + 1] = double.PositiveInfinity;
            }

            int parabola = 0;
            for (int i = 0; i < count; i++)
            {
                while (begins[parabola + 1] < i)
                {
                    parabola++;
                }

                int foot = feet[parabola];
                values[i] = ((double)(i - foot) * (i - foot)) + heights[foot];
            }
        }
    }
}
