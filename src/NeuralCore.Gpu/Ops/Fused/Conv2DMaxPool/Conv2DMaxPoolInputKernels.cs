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
/// A warp has 32 channels of a row of windows and goes along it. A window reaches 4x4 pixels of dx, whose sums are in registers; two columns of
/// them the next window reaches again, two rows the next row of windows:
/// <code>
///     window j        X X x x        X: no further window of this row reaches them; a warp hands the lower two down to the
///                     X X x x           warp of the next row, takes those of the row above, and stores the upper two
///                     X X x x
///                     X X x x
/// </code>
/// A group's first warp computes the row above the group's own for what it hands down alone. All threads of a warp ask for the same gradient and
/// take the same branch. Each sum has one order: filters ascending, window by window, the row above last.
/// </remarks>
internal sealed class Conv2DMaxPoolInputKernels(KernelLoader loader)
{
    /// <summary>The channels of a warp.</summary>
    private const int Channels = 32;

    /// <summary>The pairs of pixel rows that a group stores, and its warps.</summary>
    private const int Pairs = 7, Warps = Pairs + 1;

    /// <summary>What a warp hands down: two rows of two pixels.</summary>
    private const int Handed = 4 * Channels;

    /// <summary>The taps of a kernel.</summary>
    private const int Taps = 9;

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
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, in DeviceGradient dOutput, ArrayView<float> weights, ArrayView<float> dInput,
        ArrayView<float> scratch)
    {
        var s = new ConvSizes(shape, images);
        _transpose.Next(stream, Grid1D.Of(shape.Conv.WeightCount), s, weights, scratch);
        var grid = new Index3D(images * GroupsOf(s), s.Channels / Channels, 1);
        _input.Next(
            stream, new KernelConfig(grid, new Index3D(Channels * Warps, 1, 1)), s, dOutput.Source, dOutput.Values, dOutput.ReluOutput, dOutput.Winners, scratch, dInput);
    }

    /// <summary>Weights as a warp reads them: 32 channels side by side, the nine taps of a filter behind each other.</summary>
    public static void TransposeKernel(ConvSizes s, ArrayView<float> weights, ArrayView<float> transposed)
    {
        int i = Grid1D.Index, area = s.Channels * s.Filters;
        if (i < s.Terms * s.Filters)
        {
            int tap = i / area, c = (i - (tap * area)) / s.Filters, o = i - (tap * area) - (c * s.Filters);
            transposed[(((((c / Channels) * s.Filters) + o) * Taps) + tap) * Channels + (c % Channels)] = weights[i];
        }
    }

    /// <summary>A group has some pairs of rows of an image.</summary>
    public static void BackwardInputKernel(
        ConvSizes s, Gradient source, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<byte> winners, ArrayView<float> weights, ArrayView<float> dInput)
    {
        // Two buffers: who is past a barrier may fill the one that all have read before they came there.
        ArrayView<float> handed = SharedMemory.Allocate<float>(2 * Warps * Handed);
        var memory = new OperandMemory(dOutput, reluOutput, winners);
        int lane = Group.IdxX % Channels, warp = Group.IdxX / Channels;
        int groups = GroupsOf(s), n = Grid.IdxX / groups;

        // Rows and columns count from the padding's first; the image's own begin behind it.
        int i = ((Grid.IdxX - (n * groups)) * Pairs) + warp - 1, columnPairs = (s.Width + s.PadLeft + 1) / 2;
        int c = (Grid.IdxY * Channels) + lane;
        bool hasWindows = i >= 0 && i < s.PooledHeight;
        int at = ((n * s.PooledHeight) + i) * s.PooledWidth * s.Filters;
        ArrayView<float> taps = weights.SubView((Grid.IdxY * s.Filters * Taps * Channels) + lane);
        Block4x4 sums = default;
        for (int j = 0; j < columnPairs; j++)
        {
            if (hasWindows && j < s.PooledWidth)
            {
                for (int o = 0; o < s.Filters; o += 4, at += 4)
                {
                    Float4 gradient = Gradient.VectorAt(source, memory, at);
                    uint winner = winners.Cast<uint>()[at >> 2];
                    ArrayView<float> w = taps.SubView(o * Taps * Channels);
                    sums = Add(sums, gradient.X, winner, w);
                    sums = Add(sums, gradient.Y, winner >> 8, w.SubView(Taps * Channels));
                    sums = Add(sums, gradient.Z, winner >> 16, w.SubView(2 * Taps * Channels));
                    sums = Add(sums, gradient.W, winner >> 24, w.SubView(3 * Taps * Channels));
                }
            }

            int hand = ((((j & 1) * Warps) + warp) * Handed) + lane;
            handed[hand] = sums.Row2.X;
            handed[hand + Channels] = sums.Row2.Y;
            handed[hand + (2 * Channels)] = sums.Row3.X;
            handed[hand + (3 * Channels)] = sums.Row3.Y;
            Group.Barrier();
            if (warp > 0)
            {
                int above = hand - Handed, y = (2 * i) - s.PadTop, x = (2 * j) - s.PadLeft;
                Store(s, dInput, n, y, x, c, sums.Row0.X + handed[above]);
                Store(s, dInput, n, y, x + 1, c, sums.Row0.Y + handed[above + Channels]);
                Store(s, dInput, n, y + 1, x, c, sums.Row1.X + handed[above + (2 * Channels)]);
                Store(s, dInput, n, y + 1, x + 1, c, sums.Row1.Y + handed[above + (3 * Channels)]);
            }

            sums = new Block4x4(NextColumns(sums.Row0), NextColumns(sums.Row1), NextColumns(sums.Row2), NextColumns(sums.Row3));
        }
    }

    private static int GroupsOf(ConvSizes s) => (((s.Height + s.PadTop + 1) / 2) + Pairs - 1) / Pairs;

    private static Float4 NextColumns(Float4 row) => new(row.Z, row.W, 0, 0);

    /// <summary>What a window's winner adds to the pixels that its window reaches: three rows of three taps, from where it is in the window.</summary>
    private static Block4x4 Add(Block4x4 sums, float gradient, uint winner, ArrayView<float> w)
    {
        if (gradient == 0)
        {
            return sums;
        }

        float w0 = w[0], w1 = w[Channels], w2 = w[2 * Channels];
        float w3 = w[3 * Channels], w4 = w[4 * Channels], w5 = w[5 * Channels];
        float w6 = w[6 * Channels], w7 = w[7 * Channels], w8 = w[8 * Channels];
        return (winner & 2) == 0
            ? new Block4x4(
                AddRow(sums.Row0, gradient, winner, w0, w1, w2), AddRow(sums.Row1, gradient, winner, w3, w4, w5), AddRow(sums.Row2, gradient, winner, w6, w7, w8), sums.Row3)
            : new Block4x4(
                sums.Row0, AddRow(sums.Row1, gradient, winner, w0, w1, w2), AddRow(sums.Row2, gradient, winner, w3, w4, w5), AddRow(sums.Row3, gradient, winner, w6, w7, w8));
    }

    /// <summary>Three taps at the left or at the right of four columns.</summary>
    private static Float4 AddRow(Float4 row, float gradient, uint winner, float w0, float w1, float w2) => (winner & 1) == 0
        ? new Float4((gradient * w0) + row.X, (gradient * w1) + row.Y, (gradient * w2) + row.Z, row.W)
        : new Float4(row.X, (gradient * w0) + row.Y, (gradient * w1) + row.Z, (gradient * w2) + row.W);

    private static void Store(ConvSizes s, ArrayView<float> dInput, int n, int y, int x, int c, float value)
    {
        if ((uint)y < (uint)s.Height && (uint)x < (uint)s.Width)
        {
            dInput[(((((n * s.Height) + y) * s.Width) + x) * s.Channels) + c] = value;
        }
    }
}
