using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// dx of a 3x3 convolution behind which there is a 2x2 max-pooling, from the winners alone: of four gradients of the convolution's output
/// three are zero, and where a ReLU or a dropout let nothing through the fourth, too. As a product of matrices all of them are multiplied.
/// </summary>
/// <remarks>
/// A warp has 32 channels of two rows of pixels, which the windows of two rows reach, and goes along them window by window:
/// <code>
///     window row b - 1   . . . .        a window reaches 4x4 pixels of dx
///                        . . . .
///     pixel rows   2 b   x x x x  --&gt;   8 sums in registers: of window row b - 1 the lower half of what it reaches,
///              2 b + 1   x x x x        of window row b the upper
///     window row b       . . . .
/// </code>
/// All threads of a warp ask for the same gradient and take the same branch. Each sum has one order: filters ascending, window by window.
/// </remarks>
internal sealed class WinnerInputKernels(KernelLoader loader)
{
    /// <summary>The channels of a warp.</summary>
    private const int Channels = 32;

    /// <summary>The warps of a group, each with a pair of rows: few, so that the groups are many and spread evenly.</summary>
    private const int Warps = 2;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>>> _transpose =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>>>(TransposeKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>, ArrayView<float>>> _input =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>, ArrayView<float>>>(
            BackwardInputKernel);

    /// <summary>Whether these kernels are for such a convolution and pooling.</summary>
    public static bool Can(in Conv2DMaxPoolShape shape)
    {
        Conv2DShape conv = shape.Conv;
        MaxPool2DShape pool = shape.Pool;
        return (conv.KernelHeight, conv.KernelWidth, conv.StrideY, conv.StrideX) == (3, 3, 1, 1)
            && (pool.PoolHeight, pool.PoolWidth, pool.StrideY, pool.StrideX) == (2, 2, 2, 2)
            && conv.Channels % Channels == 0 && conv.Filters % 8 == 0;
    }

    /// <summary>dx; scratch has room for the weights.</summary>
    public void BackwardInput(
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, in DeviceGradient dOutput, ArrayView<byte> winners, ArrayView<float> weights,
        ArrayView<float> dInput, ArrayView<float> scratch)
    {
        var s = new ConvSizes(shape, images);
        _transpose.Next(stream, Grid1D.Of(shape.Conv.WeightCount), s, weights, scratch);
        int rows = images * RowPairs(s);
        var grid = new Index3D(TileChoice.Count(rows, Warps), s.Channels / Channels, 1);
        _input.Next(
            stream, new KernelConfig(grid, new Index3D(Channels * Warps, 1, 1)), s, dOutput.Source, dOutput.Values, dOutput.ReluOutput, winners, scratch, dInput);
    }

    /// <summary>Weights with the channels of a filter side by side: tap x filters x channels.</summary>
    public static void TransposeKernel(ConvSizes s, ArrayView<float> weights, ArrayView<float> transposed)
    {
        int i = Grid1D.Index, area = s.Channels * s.Filters;
        if (i < s.Terms * s.Filters)
        {
            int tap = i / area, c = (i - (tap * area)) / s.Filters, o = i - (tap * area) - (c * s.Filters);
            transposed[(((tap * s.Filters) + o) * s.Channels) + c] = weights[i];
        }
    }

    /// <summary>A group has two pairs of rows.</summary>
    public static void BackwardInputKernel(
        ConvSizes s, Gradient source, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<byte> winners, ArrayView<float> weights, ArrayView<float> dInput)
    {
        var memory = new OperandMemory(dOutput, reluOutput, winners);
        int pairs = RowPairs(s), pair = (Grid.IdxX * Warps) + (Group.IdxX / Channels);
        int c = (Grid.IdxY * Channels) + (Group.IdxX % Channels);
        int n = pair / pairs, b = pair - (n * pairs);
        if (n >= s.Images)
        {
            return;
        }

        // Rows and columns count from the padding's first; the image's own begin behind it.
        int upper = (2 * b) - s.PadTop, columnPairs = (s.Width + s.PadLeft + 1) / 2;
        Float4 row0 = default, row1 = default;
        for (int j = 0; j < columnPairs; j++)
        {
            for (int below = 0; below < 2; below++)
            {
                int i = b - below;
                if (j >= s.PooledWidth || i < 0 || i >= s.PooledHeight)
                {
                    continue;
                }

                int at = ((((n * s.PooledHeight) + i) * s.PooledWidth) + j) * s.Filters;
                for (int o = 0; o < s.Filters; o += 4)
                {
                    Float4 gradient = Gradient.VectorAt(source, memory, at + o);
                    uint winner = winners.Cast<uint>()[(at + o) >> 2];
                    int w = (o * s.Channels) + c;
                    row0 = AddRow0(row0, s, below, gradient.X, winner, weights, w);
                    row1 = AddRow1(row1, s, below, gradient.X, winner, weights, w);
                    row0 = AddRow0(row0, s, below, gradient.Y, winner >> 8, weights, w + s.Channels);
                    row1 = AddRow1(row1, s, below, gradient.Y, winner >> 8, weights, w + s.Channels);
                    row0 = AddRow0(row0, s, below, gradient.Z, winner >> 16, weights, w + (2 * s.Channels));
                    row1 = AddRow1(row1, s, below, gradient.Z, winner >> 16, weights, w + (2 * s.Channels));
                    row0 = AddRow0(row0, s, below, gradient.W, winner >> 24, weights, w + (3 * s.Channels));
                    row1 = AddRow1(row1, s, below, gradient.W, winner >> 24, weights, w + (3 * s.Channels));
                }
            }

            // No window further right reaches the first two columns.
            int x = (2 * j) - s.PadLeft;
            Store(s, dInput, n, upper, x, c, row0.X);
            Store(s, dInput, n, upper, x + 1, c, row0.Y);
            Store(s, dInput, n, upper + 1, x, c, row1.X);
            Store(s, dInput, n, upper + 1, x + 1, c, row1.Y);
            row0 = new Float4(row0.Z, row0.W, 0, 0);
            row1 = new Float4(row1.Z, row1.W, 0, 0);
        }
    }

    private static int RowPairs(ConvSizes s) => (s.Height + s.PadTop + 1) / 2;

    /// <summary>
    /// The first row of pixels. It is row 0 of what window row b reaches, where only a winner in the window's upper row meets it, with
    /// kernel row 0; and row 2 of what window row b - 1 reaches, with kernel row 2 or 1.
    /// </summary>
    private static Float4 AddRow0(Float4 row, ConvSizes s, int below, float gradient, uint winner, ArrayView<float> weights, int w)
    {
        int inRow = (int)(winner >> 1) & 1;
        return gradient == 0 || (below == 0 && inRow == 1) ? row : AddTaps(row, s, below == 0 ? 0 : 2 - inRow, gradient, winner, weights, w);
    }

    /// <summary>The second row: row 1 of what window row b reaches, with kernel row 1 or 0; and row 3 of window row b - 1, with kernel row 2.</summary>
    private static Float4 AddRow1(Float4 row, ConvSizes s, int below, float gradient, uint winner, ArrayView<float> weights, int w)
    {
        int inRow = (int)(winner >> 1) & 1;
        return gradient == 0 || (below == 1 && inRow == 0) ? row : AddTaps(row, s, below == 0 ? 1 - inRow : 2, gradient, winner, weights, w);
    }

    /// <summary>Three taps of a kernel row, at the left or the right of the four columns.</summary>
    private static Float4 AddTaps(Float4 row, ConvSizes s, int u, float gradient, uint winner, ArrayView<float> weights, int w)
    {
        int tap = s.Filters * s.Channels, at = (3 * u * tap) + w;
        float w0 = weights[at], w1 = weights[at + tap], w2 = weights[at + (2 * tap)];
        return (winner & 1) == 0
            ? new Float4((gradient * w0) + row.X, (gradient * w1) + row.Y, (gradient * w2) + row.Z, row.W)
            : new Float4(row.X, (gradient * w0) + row.Y, (gradient * w1) + row.Z, (gradient * w2) + row.W);
    }

    private static void Store(ConvSizes s, ArrayView<float> dInput, int n, int y, int x, int c, float value)
    {
        if ((uint)y < (uint)s.Height && (uint)x < (uint)s.Width)
        {
            dInput[(((((n * s.Height) + y) * s.Width) + x) * s.Channels) + c] = value;
        }
    }
}
