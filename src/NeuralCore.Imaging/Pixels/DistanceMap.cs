using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

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
        double[] squares = Array.ConvertAll(mask.Pixels, pixel => pixel == ink ? 0 : Far);
        var parabolas = new Parabolas(Math.Max(width, height));
        for (int x = 0; x < width; x++)
        {
            parabolas.LowerEnvelope(squares, x, width, height);
        }

        for (int y = 0; y < height; y++)
        {
            parabolas.LowerEnvelope(squares, y * width, 1, width);
        }

        return new GrayImage(width, height, Array.ConvertAll(squares, square => (float)Math.Sqrt(square)));
    }

    /// <summary>Room to work in.</summary>
    private sealed class Parabolas(int longest)
    {
        private readonly double[] _heights = new double[longest];
        private readonly int[] _feet = new int[longest];
        private readonly double[] _begins = new double[longest + 1];

        /// <summary>Replaces values by the lowest of all parabolas (i - foot)^2 + value[foot].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void LowerEnvelope(double[] values, int start, int stride, int count)
        {
            for (int i = 0; i < count; i++)
            {
                _heights[i] = values[start + (i * stride)];
            }

            int last = 0;
            (_feet[0], _begins[0], _begins[1]) = (0, double.NegativeInfinity, double.PositiveInfinity);
            for (int i = 1; i < count; i++)
            {
                double meeting = Meeting(i, _feet[last]);
                while (meeting <= _begins[last])
                {
                    last--;
                    meeting = Meeting(i, _feet[last]);
                }

                last++;
                (_feet[last], _begins[last], _begins[last + 1]) = (i, meeting, double.PositiveInfinity);
            }

            int parabola = 0;
            for (int i = 0; i < count; i++)
            {
                while (_begins[parabola + 1] < i)
                {
                    parabola++;
                }

                int foot = _feet[parabola];
                values[start + (i * stride)] = ((double)(i - foot) * (i - foot)) + _heights[foot];
            }
        }

        private double Meeting(int right, int left) =>
            (_heights[right] + ((double)right * right) - _heights[left] - ((double)left * left)) / (2.0 * (right - left));
    }
}
