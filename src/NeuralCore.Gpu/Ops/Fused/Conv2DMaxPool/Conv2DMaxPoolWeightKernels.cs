using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// dw and dbias of a 3x3 convolution behind which there is a 2x2 max-pooling, from the winners alone, as <see cref="Conv2DMaxPoolInputKernels"/>.
/// </summary>
/// <remarks>
/// A warp has 32 channels and 8 filters, 9 sums for each in registers, and goes along rows of windows:
/// <code>
///     x x x x      the 4x4 pixels that a window sees, two columns of which the next sees again, in registers;
///     x x x x      each filter adds the 3x3 of them that its winner saw, times its gradient
///     x x x x
///     x x x x
/// </code>
/// All threads of a warp ask for the same gradient and take the same branch. The rows are cut into parts that are summed each for itself.
/// </remarks>
internal sealed class Conv2DMaxPoolWeightKernels(KernelLoader loader)
{
    /// <summary>The channels of a warp, and the filters.</summary>
    private const int Channels = 32, Filters = 8;

    /// <summary>The warps of a group: their filters lie side by side, and they read the same pixels.</summary>
    private const int Warps = 4;

    /// <summary>The groups that a multiprocessor is to hold at once: they leave a thread 168 registers.</summary>
    private const int Residents = 3;

    /// <summary>The groups that the work is cut into at most: all that a large device, of 132 multiprocessors, holds at once.</summary>
    private const int Groups = 132 * Residents;

    private readonly PartSumKernels _parts = new(loader);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, int, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>>> _weights =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, int, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>>>(
            BackwardWeightsKernel, new KernelSpecialization(Channels * Warps, Residents));

    /// <summary>The elements of scratch that <see cref="BackwardWeights"/> takes.</summary>
    public static long ScratchCount(in Conv2DMaxPoolShape shape, int images) =>
        (long)MostParts(shape, images) * GradientOutput.PartCount(shape.Conv.TermCount, shape.Conv.Filters);

    /// <summary>dw and dbias of a shape that <see cref="Conv2DMaxPoolInputKernels.Can"/>.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        var s = new ConvSizes(shape, images);
        int rows = images * s.PooledHeight, partRows = TileChoice.Count(rows, MostParts(shape, images)), parts = TileChoice.Count(rows, partRows);
        var grid = new Index3D(parts, TileChoice.Count(s.Filters, Filters * Warps), s.Channels / Channels);
        _weights.Next(
            stream, new KernelConfig(grid, new Index3D(Channels * Warps, 1, 1)), s, partRows, dOutput.Source, input, dOutput.Values, dOutput.ReluOutput, dOutput.Winners, scratch);
        _parts.Gradients(stream, parts, shape.Conv.WeightCount, s.Filters, scratch, dWeights, dBias);
    }

    /// <summary>A group has a part of the rows of windows, 32 filters and 32 channels.</summary>
    public static void BackwardWeightsKernel(
        ConvSizes s, int partRows, Gradient source, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<byte> winners,
        ArrayView<float> parts)
    {
        int c = (Grid.IdxZ * Channels) + (Group.IdxX % Channels);
        int filter = (Grid.IdxY * Filters * Warps) + (Group.IdxX / Channels * Filters);
        if (filter >= s.Filters)
        {
            return;
        }

        var memory = new OperandMemory(dOutput, reluOutput, winners);
        int first = Grid.IdxX * partRows, rows = s.Images * s.PooledHeight;
        int end = first + partRows < rows ? first + partRows : rows;
        Sum3x3 sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default, sum6 = default, sum7 = default;
        Float4 biasLow = default, biasHigh = default;
        for (int row = first; row < end; row++)
        {
            int n = row / s.PooledHeight, y = (2 * (row - (n * s.PooledHeight))) - s.PadTop;
            int at = (row * s.PooledWidth * s.Filters) + filter;
            Float4 column0 = Column(s, input, n, y, -s.PadLeft, c), column1 = Column(s, input, n, y, 1 - s.PadLeft, c);
            Float4 column2 = Column(s, input, n, y, 2 - s.PadLeft, c), column3 = Column(s, input, n, y, 3 - s.PadLeft, c);
            Float4 low = Gradient.VectorAt(source, memory, at), high = Gradient.VectorAt(source, memory, at + 4);
            uint winnersLow = winners.Cast<uint>()[at >> 2], winnersHigh = winners.Cast<uint>()[(at >> 2) + 1];
            for (int j = 0; j < s.PooledWidth; j++)
            {
                // The next window is asked for before this one is worked on.
                Float4 nextColumn2 = default, nextColumn3 = default, nextLow = default, nextHigh = default;
                uint nextWinnersLow = 0, nextWinnersHigh = 0;
                if (j + 1 < s.PooledWidth)
                {
                    at += s.Filters;
                    nextColumn2 = Column(s, input, n, y, (2 * j) + 4 - s.PadLeft, c);
                    nextColumn3 = Column(s, input, n, y, (2 * j) + 5 - s.PadLeft, c);
                    nextLow = Gradient.VectorAt(source, memory, at);
                    nextHigh = Gradient.VectorAt(source, memory, at + 4);
                    nextWinnersLow = winners.Cast<uint>()[at >> 2];
                    nextWinnersHigh = winners.Cast<uint>()[(at >> 2) + 1];
                }

                sum0 = Sum3x3.Add(sum0, low.X, winnersLow, column0, column1, column2, column3);
                sum1 = Sum3x3.Add(sum1, low.Y, winnersLow >> 8, column0, column1, column2, column3);
                sum2 = Sum3x3.Add(sum2, low.Z, winnersLow >> 16, column0, column1, column2, column3);
                sum3 = Sum3x3.Add(sum3, low.W, winnersLow >> 24, column0, column1, column2, column3);
                sum4 = Sum3x3.Add(sum4, high.X, winnersHigh, column0, column1, column2, column3);
                sum5 = Sum3x3.Add(sum5, high.Y, winnersHigh >> 8, column0, column1, column2, column3);
                sum6 = Sum3x3.Add(sum6, high.Z, winnersHigh >> 16, column0, column1, column2, column3);
                sum7 = Sum3x3.Add(sum7, high.W, winnersHigh >> 24, column0, column1, column2, column3);
                biasLow = Float4.Add(biasLow, low);
                biasHigh = Float4.Add(biasHigh, high);
                (column0, column1, column2, column3) = (column2, column3, nextColumn2, nextColumn3);
                (low, high, winnersLow, winnersHigh) = (nextLow, nextHigh, nextWinnersLow, nextWinnersHigh);
            }
        }

        ArrayView<Float4> to = parts.Cast<Float4>();
        int tap = s.Channels * s.Filters / 4;
        int sums = ((Grid.IdxX * GradientOutput.PartCount(s.Terms, s.Filters)) + (c * s.Filters) + filter) / 4;
        StoreRow(to, sums, tap, sum0.Row0, sum1.Row0, sum2.Row0, sum3.Row0);
        StoreRow(to, sums + 1, tap, sum4.Row0, sum5.Row0, sum6.Row0, sum7.Row0);
        StoreRow(to, sums + (3 * tap), tap, sum0.Row1, sum1.Row1, sum2.Row1, sum3.Row1);
        StoreRow(to, sums + (3 * tap) + 1, tap, sum4.Row1, sum5.Row1, sum6.Row1, sum7.Row1);
        StoreRow(to, sums + (6 * tap), tap, sum0.Row2, sum1.Row2, sum2.Row2, sum3.Row2);
        StoreRow(to, sums + (6 * tap) + 1, tap, sum4.Row2, sum5.Row2, sum6.Row2, sum7.Row2);
        if (c == 0)
        {
            to[sums + (9 * tap)] = biasLow;
            to[sums + (9 * tap) + 1] = biasHigh;
        }
    }

    /// <summary>Four pixels of a column, one below the other; zeros outside the image.</summary>
    private static Float4 Column(ConvSizes s, ArrayView<float> input, int n, int y, int x, int c)
    {
        if ((uint)x >= (uint)s.Width)
        {
            return default;
        }

        int row = s.Width * s.Channels, at = (((((n * s.Height) + y) * s.Width) + x) * s.Channels) + c;
        return new Float4(
            (uint)y < (uint)s.Height ? input[at] : 0,
            (uint)(y + 1) < (uint)s.Height ? input[at + row] : 0,
            (uint)(y + 2) < (uint)s.Height ? input[at + (2 * row)] : 0,
            (uint)(y + 3) < (uint)s.Height ? input[at + (3 * row)] : 0);
    }

    private static void StoreRow(ArrayView<Float4> to, int at, int tap, Taps a, Taps b, Taps c, Taps d)
    {
        to[at] = new Float4(a.X, b.X, c.X, d.X);
        to[at + tap] = new Float4(a.Y, b.Y, c.Y, d.Y);
        to[at + (2 * tap)] = new Float4(a.Z, b.Z, c.Z, d.Z);
    }

    private static int MostParts(in Conv2DMaxPoolShape shape, int images)
    {
        int groups = TileChoice.Count(shape.Conv.Filters, Filters * Warps) * (shape.Conv.Channels / Channels);
        return Math.Clamp(Groups / groups, 1, images * shape.Pool.OutHeight);
    }
}

/// <summary>Three neighbours of a kernel's row.</summary>
internal readonly struct Taps(float x, float y, float z)
{
    public readonly float X = x;
    public readonly float Y = y;
    public readonly float Z = z;

    /// <summary>sum + gradient * (x, y, z).</summary>
    internal static Taps Add(Taps sum, float gradient, float x, float y, float z) =>
        new((gradient * x) + sum.X, (gradient * y) + sum.Y, (gradient * z) + sum.Z);
}

/// <summary>The sums of one filter and channel: a 3x3 kernel.</summary>
internal readonly struct Sum3x3(Taps row0, Taps row1, Taps row2)
{
    public readonly Taps Row0 = row0;
    public readonly Taps Row1 = row1;
    public readonly Taps Row2 = row2;

    /// <summary>With what the winner of a window saw, of the four columns that the window sees.</summary>
    internal static Sum3x3 Add(Sum3x3 sum, float gradient, uint winner, Float4 column0, Float4 column1, Float4 column2, Float4 column3)
    {
        if (gradient == 0)
        {
            return sum;
        }

        return (winner & 1) == 0
            ? Add(sum, gradient, winner, column0, column1, column2)
            : Add(sum, gradient, winner, column1, column2, column3);
    }

    private static Sum3x3 Add(Sum3x3 sum, float gradient, uint winner, Float4 left, Float4 middle, Float4 right) => (winner & 2) == 0
        ? new Sum3x3(
            Taps.Add(sum.Row0, gradient, left.X, middle.X, right.X),
            Taps.Add(sum.Row1, gradient, left.Y, middle.Y, right.Y),
            Taps.Add(sum.Row2, gradient, left.Z, middle.Z, right.Z))
        : new Sum3x3(
            Taps.Add(sum.Row0, gradient, left.Y, middle.Y, right.Y),
            Taps.Add(sum.Row1, gradient, left.Z, middle.Z, right.Z),
            Taps.Add(sum.Row2, gradient, left.W, middle.W, right.W));
}
