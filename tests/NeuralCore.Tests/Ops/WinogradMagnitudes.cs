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

    /// <summary>
    /// The most roundings between what enters the gradient of the weights and one of its elements: two in each of two transforms of the input, two in each of two
    /// of the gradients, one for each tile, five in each of two transforms of the sums, a constant among them, and one for each buffer that is added up.
    /// </summary>
    public static int RoundingsOfWeights(int tiles, int buffers) => (2 * 2) + (2 * 2) + tiles + (2 * 5) + buffers;

    /// <summary>What the gradient of the weights would be if nothing cancelled: |G'| [ sum over tiles of (|B'| |d| |B|) * (|A| |dz| |A'|) ] |G|.</summary>
    public static double[] OfWeights(in Conv2DShape shape, int images, float[] input, float[] dz)
    {
        double[,] toGradient = Transposed(OutputTransform), toWeights = Transposed(WeightTransform);
        var dWeights = new double[shape.WeightCount];
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int o = 0; o < shape.Filters; o++)
            {
                var products = new double[Patch, Patch];
                for (int n = 0; n < images; n++)
                {
                    for (int top = 0; top < shape.OutHeight; top += Tile)
                    {
                        for (int left = 0; left < shape.OutWidth; left += Tile)
                        {
                            double[,] patch = Sandwich(InputTransform, PatchAt(shape, input.AsSpan(n * shape.InputCount), top, left, c));
                            double[,] gradient = Sandwich(toGradient, TileAt(shape, dz.AsSpan(n * shape.OutputCount), top, left, o));
                            for (int place = 0; place < Patch * Patch; place++)
                            {
                                products[place / Patch, place % Patch] += patch[place / Patch, place % Patch] * gradient[place / Patch, place % Patch];
                            }
                        }
                    }
                }

                double[,] kernel = Sandwich(toWeights, products);
                for (int tap = 0; tap < 9; tap++)
                {
                    dWeights[(((tap * shape.Channels) + c) * shape.Filters) + o] = kernel[tap / 3, tap % 3];
                }
            }
        }

        return dWeights;
    }

    /// <summary>The 4 x 4 gradients of a tile, zero beyond the image.</summary>
    private static double[,] TileAt(in Conv2DShape shape, ReadOnlySpan<float> dz, int top, int left, int filter)
    {
        var tile = new double[Tile, Tile];
        for (int i = 0; i < Math.Min(Tile, shape.OutHeight - top); i++)
        {
            for (int j = 0; j < Math.Min(Tile, shape.OutWidth - left); j++)
            {
                tile[i, j] = dz[((((top + i) * shape.OutWidth) + left + j) * shape.Filters) + filter];
            }
        }

        return tile;
    }

    private static double[,] Transposed(double[,] matrix)
    {
        var transposed = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++)
            {
                transposed[j, i] = matrix[i, j];
            }
        }

        return transposed;
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
