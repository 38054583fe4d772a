using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// The weight gradient of one filter behind a max-pooling. Of each window that has a gradient, one pixel won, and the gradient times
/// the patch which that pixel sees is added to the filter's:
/// <code>
/// dw[u, j] += sum over the windows p of a mask of dz[p] * x[offset of the winner of p + u * xRow + j]
/// </code>
/// with u over the rows of the kernel and j over the KernelWidth * Channels floats of a row. Windows go in ascending order.
/// </summary>
internal readonly unsafe struct SparsePatches<TSimd, TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private const int TileVectors = 6;

    /// <summary>The gradient of the first window's first filter; from one window to the next are as many floats as there are filters.</summary>
    public required float* Gradients { get; init; }

    /// <summary>Of the same shape: which pixel of its window won.</summary>
    public required byte* Winners { get; init; }

    /// <summary>The filters.</summary>
    public required int Filters { get; init; }

    /// <summary>Of each pixel of each window, where its patch begins in <see cref="Image"/>.</summary>
    public required int* Offsets { get; init; }

    /// <summary>The pixels of a window.</summary>
    public required int PoolCount { get; init; }

    /// <summary>The input, padded.</summary>
    public required float* Image { get; init; }

    /// <summary>Floats from one of its rows to the next.</summary>
    public required nint ImageRow { get; init; }

    /// <summary>Adds what the windows of a mask bring.</summary>
    /// <param name="mask">The windows: bit p is set for the p-th.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="dWeights">Its gradient's first row.</param>
    /// <param name="weightRow">Floats from one row of its gradient to the next.</param>
    /// <param name="rows">The rows of the kernel.</param>
    /// <param name="columns">The floats of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong mask, int filter, float* dWeights, nint weightRow, int rows, int columns)
    {
        int tile = TileVectors * TSimd.Width;
        if (TSimd.HasManyRegisters && rows == 3 && columns % tile == 0)
        {
            for (int column = 0; column < columns; column += tile)
            {
                ThreeRows(mask, filter, column, dWeights + column, weightRow);
            }

            return;
        }

        for (int u = 0; u < rows; u++)
        {
            nint at = u * ImageRow;
            float* sum = dWeights + (u * weightRow);
            int column = 0;
            for (; columns - column >= tile; column += tile)
            {
                SixVectors(mask, filter, at + column, sum + column);
            }

            for (; columns - column >= TSimd.Width; column += TSimd.Width)
            {
                OneVector(mask, filter, at + column, sum + column);
            }

            for (; column < columns; column++)
            {
                OneColumn(mask, filter, at + column, sum + column);
            }
        }
    }

    /// <summary>What window <paramref name="p"/> gives to a filter, and the patch that won it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Patch(int p, int filter, out float gradient)
    {
        int at = (p * Filters) + filter;
        gradient = Gradients[at];
        return Image + Offsets[(p * PoolCount) + Winners[at]];
    }

    /// <summary>Three rows of six vectors, as a 3x3 kernel over 32 channels has them in 512 bits: 18 sums in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ThreeRows(ulong mask, int filter, nint column, float* sum, nint weightRow)
    {
        int w = TSimd.Width;
        float* sum1 = sum + weightRow, sum2 = sum1 + weightRow;
        TVec a0 = TSimd.Load(sum), a1 = TSimd.Load(sum + w), a2 = TSimd.Load(sum + (2 * w));
        TVec a3 = TSimd.Load(sum + (3 * w)), a4 = TSimd.Load(sum + (4 * w)), a5 = TSimd.Load(sum + (5 * w));
        TVec b0 = TSimd.Load(sum1), b1 = TSimd.Load(sum1 + w), b2 = TSimd.Load(sum1 + (2 * w));
        TVec b3 = TSimd.Load(sum1 + (3 * w)), b4 = TSimd.Load(sum1 + (4 * w)), b5 = TSimd.Load(sum1 + (5 * w));
        TVec c0 = TSimd.Load(sum2), c1 = TSimd.Load(sum2 + w), c2 = TSimd.Load(sum2 + (2 * w));
        TVec c3 = TSimd.Load(sum2 + (3 * w)), c4 = TSimd.Load(sum2 + (4 * w)), c5 = TSimd.Load(sum2 + (5 * w));
        for (; mask != 0; mask &= mask - 1)
        {
            float* row = Patch(BitOperations.TrailingZeroCount(mask), filter, out float gradient) + column;
            TVec dz = TSimd.Create(gradient);
            a0 = TSimd.MultiplyAdd(dz, TSimd.Load(row), a0);
            a1 = TSimd.MultiplyAdd(dz, TSimd.Load(row + w), a1);
            a2 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (2 * w)), a2);
            a3 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (3 * w)), a3);
            a4 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (4 * w)), a4);
            a5 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (5 * w)), a5);
            row += ImageRow;
            b0 = TSimd.MultiplyAdd(dz, TSimd.Load(row), b0);
            b1 = TSimd.MultiplyAdd(dz, TSimd.Load(row + w), b1);
            b2 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (2 * w)), b2);
            b3 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (3 * w)), b3);
            b4 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (4 * w)), b4);
            b5 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (5 * w)), b5);
            row += ImageRow;
            c0 = TSimd.MultiplyAdd(dz, TSimd.Load(row), c0);
            c1 = TSimd.MultiplyAdd(dz, TSimd.Load(row + w), c1);
            c2 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (2 * w)), c2);
            c3 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (3 * w)), c3);
            c4 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (4 * w)), c4);
            c5 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (5 * w)), c5);
        }

        TSimd.Store(sum, a0); TSimd.Store(sum + w, a1); TSimd.Store(sum + (2 * w), a2);
        TSimd.Store(sum + (3 * w), a3); TSimd.Store(sum + (4 * w), a4); TSimd.Store(sum + (5 * w), a5);
        TSimd.Store(sum1, b0); TSimd.Store(sum1 + w, b1); TSimd.Store(sum1 + (2 * w), b2);
        TSimd.Store(sum1 + (3 * w), b3); TSimd.Store(sum1 + (4 * w), b4); TSimd.Store(sum1 + (5 * w), b5);
        TSimd.Store(sum2, c0); TSimd.Store(sum2 + w, c1); TSimd.Store(sum2 + (2 * w), c2);
        TSimd.Store(sum2 + (3 * w), c3); TSimd.Store(sum2 + (4 * w), c4); TSimd.Store(sum2 + (5 * w), c5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SixVectors(ulong mask, int filter, nint offset, float* sum)
    {
        int w = TSimd.Width;
        TVec c0 = TSimd.Load(sum), c1 = TSimd.Load(sum + w), c2 = TSimd.Load(sum + (2 * w));
        TVec c3 = TSimd.Load(sum + (3 * w)), c4 = TSimd.Load(sum + (4 * w)), c5 = TSimd.Load(sum + (5 * w));
        for (; mask != 0; mask &= mask - 1)
        {
            float* row = Patch(BitOperations.TrailingZeroCount(mask), filter, out float gradient) + offset;
            TVec dz = TSimd.Create(gradient);
            c0 = TSimd.MultiplyAdd(dz, TSimd.Load(row), c0);
            c1 = TSimd.MultiplyAdd(dz, TSimd.Load(row + w), c1);
            c2 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (2 * w)), c2);
            c3 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (3 * w)), c3);
            c4 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (4 * w)), c4);
            c5 = TSimd.MultiplyAdd(dz, TSimd.Load(row + (5 * w)), c5);
        }

        TSimd.Store(sum, c0); TSimd.Store(sum + w, c1); TSimd.Store(sum + (2 * w), c2);
        TSimd.Store(sum + (3 * w), c3); TSimd.Store(sum + (4 * w), c4); TSimd.Store(sum + (5 * w), c5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OneVector(ulong mask, int filter, nint offset, float* sum)
    {
        TVec c = TSimd.Load(sum);
        for (; mask != 0; mask &= mask - 1)
        {
            float* row = Patch(BitOperations.TrailingZeroCount(mask), filter, out float gradient) + offset;
            c = TSimd.MultiplyAdd(TSimd.Create(gradient), TSimd.Load(row), c);
        }

        TSimd.Store(sum, c);
    }

    /// <summary>What fills no vector, rounded as the vectors round.</summary>
    private void OneColumn(ulong mask, int filter, nint offset, float* sum)
    {
        float c = *sum;
        for (; mask != 0; mask &= mask - 1)
        {
            float* row = Patch(BitOperations.TrailingZeroCount(mask), filter, out float gradient) + offset;
            c = TSimd.MultiplyAddOne(gradient, *row, c);
        }

        *sum = c;
    }
}
