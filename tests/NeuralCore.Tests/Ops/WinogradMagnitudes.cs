using NeuralCore.Ops;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// Winograd's F(4x4, 3x3) as its textbook formula, on magnitudes: |A'| [ (|G| |g| |G'|) * (|B'| |d| |B|) ] |A|. A computation that
/// rounds n times in a row errs by at most gamma_n times what it would give if nothing cancelled (Higham, section 3.1), and that is
/// what nothing cancelling gives.
/// </summary>
internal static class WinogradMagnitudes
{
    private const int Tile = 4;
    private const int Patch = 6;

    private static readonly double[,] InputTransform =
    {
        { 4, 0, -5, 0, 1, 0 },
        { 0, -4, -4, 1, 1, 0 },
        { 0, 4, -4, -1, 1, 0 },
        { 0, -2, -1, 2, 1, 0 },
        { 0, 2, -1, -2, 1, 0 },
        { 0, 4, 0, -5, 0, 1 },
    };

    private static readonly double[,] WeightTransform =
    {
        { 1.0 / 4, 0, 0 },
        { -1.0 / 6, -1.0 / 6, -1.0 / 6 },
        { -1.0 / 6, 1.0 / 6, -1.0 / 6 },
        { 1.0 / 24, 1.0 / 12, 1.0 / 6 },
        { 1.0 / 24, -1.0 / 12, 1.0 / 6 },
        { 0, 0, 1 },
    };

    private static readonly double[,] OutputTransform =
    {
        { 1, 1, 1, 1, 1, 0 },
        { 0, 1, -1, 2, -2, 0 },
        { 0, 1, 1, 4, 4, 0 },
        { 0, 1, -1, 8, -8, 1 },
    };

    /// <summary>
    /// The most roundings that lie between an input and an output: two in each of two transforms of the input, two in each of two of the
    /// weights, four in the product with their constants, one for each channel, three in each of two transforms of the output, and the bias.
    /// </summary>
    public static int Roundings(int channels) => (2 * 2) + (2 * 2) + 4 + channels + (2 * 3) + 1;

    /// <summary>What the outputs would be if nothing cancelled, with the magnitude of the bias.</summary>
    public static double[] Of(in Conv2DShape shape, int images, float[] input, float[] weights, float[] bias)
    {
        var kernels = new double[shape.Channels, shape.Filters][,];
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int o = 0; o < shape.Filters; o++)
            {
                var kernel = new double[3, 3];
                for (int tap = 0; tap < 9; tap++)
                {
                    kernel[tap / 3, tap % 3] = weights[(((tap * shape.Channels) + c) * shape.Filters) + o];
                }

                kernels[c, o] = Sandwich(WeightTransform, kernel);
            }
        }

        var output = new double[images * shape.OutputCount];
        var products = new double[Patch, Patch];
        var patches = new double[shape.Channels][,];
        for (int n = 0; n < images; n++)
        {
            for (int top = 0; top < shape.OutHeight; top += Tile)
            {
                for (int left = 0; left < shape.OutWidth; left += Tile)
                {
                    for (int c = 0; c < shape.Channels; c++)
                    {
                        patches[c] = Sandwich(InputTransform, PatchAt(shape, input.AsSpan(n * shape.InputCount), top, left, c));
                    }

                    for (int o = 0; o < shape.Filters; o++)
                    {
                        Array.Clear(products);
                        for (int c = 0; c < shape.Channels; c++)
                        {
                            for (int place = 0; place < Patch * Patch; place++)
                            {
                                products[place / Patch, place % Patch] += patches[c][place / Patch, place % Patch] * kernels[c, o][place / Patch, place % Patch];
                            }
                        }

                        double[,] tile = Sandwich(OutputTransform, products);
                        for (int i = top; i < Math.Min(top + Tile, shape.OutHeight); i++)
                        {
                            for (int j = left; j < Math.Min(left + Tile, shape.OutWidth); j++)
                            {
                                output[(n * shape.OutputCount) + (((i * shape.OutWidth) + j) * shape.Filters) + o] = tile[i - top, j - left] + Math.Abs(bias[o]);
                            }
                        }
                    }
                }
            }
        }

        return output;
    }

    /// <summary>The 6 x 6 inputs under a tile, zero beyond the image.</summary>
    private static double[,] PatchAt(in Conv2DShape shape, ReadOnlySpan<float> image, int top, int left, int channel)
    {
        var patch = new double[Patch, Patch];
        for (int u = 0; u < Patch; u++)
        {
            for (int v = 0; v < Patch; v++)
            {
                int h = top + u - shape.PadTop, w = left + v - shape.PadLeft;
                if (h >= 0 && h < shape.Height && w >= 0 && w < shape.Width)
                {
                    patch[u, v] = image[(((h * shape.Width) + w) * shape.Channels) + channel];
                }
            }
        }

        return patch;
    }

    /// <summary>|T| |X| |T'|.</summary>
    private static double[,] Sandwich(double[,] transform, double[,] values)
    {
        int rows = transform.GetLength(0), inner = transform.GetLength(1);
        var result = new double[rows, rows];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                for (int k = 0; k < inner; k++)
                {
                    for (int l = 0; l < inner; l++)
                    {
                        result[i, j] += Math.Abs(transform[i, k] * values[k, l] * transform[j, l]);
                    }
                }
            }
        }

        return result;
    }
}
