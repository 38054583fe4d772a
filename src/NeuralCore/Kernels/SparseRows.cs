using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// The product of a short sparse row and a dense matrix: <c>sum[j] (+)= sum over the bits k of a mask of values[k] * rows[k * stride + j]</c>,
/// in ascending k. Zeros cost nothing, since their bits are not set. A longer row is taken in parts of at most 64 values, and the matrix
/// with it: for 96 columns or less a part stays in the first-level cache while all rows pass.
/// </summary>
internal static unsafe class SparseRows
{
    /// <summary>
    /// The vectors that stay in registers together: 16 where there are 32 registers, as a row of 256 floats in 512 bits, else six, as
    /// a row of a 3x3 kernel over 32 channels.
    /// </summary>
    private const int WideVectors = 16;
    private const int TileVectors = 6;

    /// <summary>Adds up <paramref name="columns"/> columns.</summary>
    /// <param name="mask">The values that are not zero: bit k is set for the k-th.</param>
    /// <param name="values">The sparse row.</param>
    /// <param name="rows">The matrix.</param>
    /// <param name="stride">Floats from one row of it to the next.</param>
    /// <param name="sum">Receives the sums.</param>
    /// <param name="columns">The columns of the matrix.</param>
    /// <param name="accumulate">Whether they are added to what is there; if not, nothing has to be cleared or read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVec>(ulong mask, float* values, float* rows, nint stride, float* sum, int columns, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int column = 0;
        for (; TSimd.HasManyRegisters && columns - column >= WideVectors * TSimd.Width; column += WideVectors * TSimd.Width)
        {
            SixteenVectors<TSimd, TVec>(mask, values, rows + column, stride, sum + column, accumulate);
        }

        for (; columns - column >= TileVectors * TSimd.Width; column += TileVectors * TSimd.Width)
        {
            SixVectors<TSimd, TVec>(mask, values, rows + column, stride, sum + column, accumulate);
        }

        for (; columns - column >= TSimd.Width; column += TSimd.Width)
        {
            OneVector<TSimd, TVec>(mask, values, rows + column, stride, sum + column, accumulate);
        }

        for (; column < columns; column++)
        {
            OneColumn<TSimd, TVec>(mask, values, rows + column, stride, sum + column, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixteenVectors<TSimd, TVec>(ulong mask, float* values, float* rows, nint stride, float* sum, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int w = TSimd.Width;
        TVec c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero, c4 = TSimd.Zero, c5 = TSimd.Zero, c6 = TSimd.Zero, c7 = TSimd.Zero;
        TVec c8 = TSimd.Zero, c9 = TSimd.Zero, c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero, c14 = TSimd.Zero, c15 = TSimd.Zero;
        if (accumulate)
        {
            (c0, c1, c2, c3) = (TSimd.Load(sum), TSimd.Load(sum + w), TSimd.Load(sum + (2 * w)), TSimd.Load(sum + (3 * w)));
            (c4, c5, c6, c7) = (TSimd.Load(sum + (4 * w)), TSimd.Load(sum + (5 * w)), TSimd.Load(sum + (6 * w)), TSimd.Load(sum + (7 * w)));
            (c8, c9, c10, c11) = (TSimd.Load(sum + (8 * w)), TSimd.Load(sum + (9 * w)), TSimd.Load(sum + (10 * w)), TSimd.Load(sum + (11 * w)));
            (c12, c13, c14, c15) = (TSimd.Load(sum + (12 * w)), TSimd.Load(sum + (13 * w)), TSimd.Load(sum + (14 * w)), TSimd.Load(sum + (15 * w)));
        }

        for (; mask != 0; mask &= mask - 1)
        {
            int k = BitOperations.TrailingZeroCount(mask);
            float* row = rows + (k * stride);
            TVec x = TSimd.Create(values[k]);
            c0 = TSimd.MultiplyAdd(x, TSimd.Load(row), c0);
            c1 = TSimd.MultiplyAdd(x, TSimd.Load(row + w), c1);
            c2 = TSimd.MultiplyAdd(x, TSimd.Load(row + (2 * w)), c2);
            c3 = TSimd.MultiplyAdd(x, TSimd.Load(row + (3 * w)), c3);
            c4 = TSimd.MultiplyAdd(x, TSimd.Load(row + (4 * w)), c4);
            c5 = TSimd.MultiplyAdd(x, TSimd.Load(row + (5 * w)), c5);
            c6 = TSimd.MultiplyAdd(x, TSimd.Load(row + (6 * w)), c6);
            c7 = TSimd.MultiplyAdd(x, TSimd.Load(row + (7 * w)), c7);
            c8 = TSimd.MultiplyAdd(x, TSimd.Load(row + (8 * w)), c8);
            c9 = TSimd.MultiplyAdd(x, TSimd.Load(row + (9 * w)), c9);
            c10 = TSimd.MultiplyAdd(x, TSimd.Load(row + (10 * w)), c10);
            c11 = TSimd.MultiplyAdd(x, TSimd.Load(row + (11 * w)), c11);
            c12 = TSimd.MultiplyAdd(x, TSimd.Load(row + (12 * w)), c12);
            c13 = TSimd.MultiplyAdd(x, TSimd.Load(row + (13 * w)), c13);
            c14 = TSimd.MultiplyAdd(x, TSimd.Load(row + (14 * w)), c14);
            c15 = TSimd.MultiplyAdd(x, TSimd.Load(row + (15 * w)), c15);
        }

        TSimd.Store(sum, c0);
        TSimd.Store(sum + w, c1);
        TSimd.Store(sum + (2 * w), c2);
        TSimd.Store(sum + (3 * w), c3);
        TSimd.Store(sum + (4 * w), c4);
        TSimd.Store(sum + (5 * w), c5);
        TSimd.Store(sum + (6 * w), c6);
        TSimd.Store(sum + (7 * w), c7);
        TSimd.Store(sum + (8 * w), c8);
        TSimd.Store(sum + (9 * w), c9);
        TSimd.Store(sum + (10 * w), c10);
        TSimd.Store(sum + (11 * w), c11);
        TSimd.Store(sum + (12 * w), c12);
        TSimd.Store(sum + (13 * w), c13);
        TSimd.Store(sum + (14 * w), c14);
        TSimd.Store(sum + (15 * w), c15);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixVectors<TSimd, TVec>(ulong mask, float* values, float* rows, nint stride, float* sum, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int w = TSimd.Width;
        TVec c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero, c4 = TSimd.Zero, c5 = TSimd.Zero;
        if (accumulate)
        {
            (c0, c1, c2) = (TSimd.Load(sum), TSimd.Load(sum + w), TSimd.Load(sum + (2 * w)));
            (c3, c4, c5) = (TSimd.Load(sum + (3 * w)), TSimd.Load(sum + (4 * w)), TSimd.Load(sum + (5 * w)));
        }

        for (; mask != 0; mask &= mask - 1)
        {
            int k = BitOperations.TrailingZeroCount(mask);
            float* row = rows + (k * stride);
            TVec x = TSimd.Create(values[k]);
            c0 = TSimd.MultiplyAdd(x, TSimd.Load(row), c0);
            c1 = TSimd.MultiplyAdd(x, TSimd.Load(row + w), c1);
            c2 = TSimd.MultiplyAdd(x, TSimd.Load(row + (2 * w)), c2);
            c3 = TSimd.MultiplyAdd(x, TSimd.Load(row + (3 * w)), c3);
            c4 = TSimd.MultiplyAdd(x, TSimd.Load(row + (4 * w)), c4);
            c5 = TSimd.MultiplyAdd(x, TSimd.Load(row + (5 * w)), c5);
        }

        TSimd.Store(sum, c0);
        TSimd.Store(sum + w, c1);
        TSimd.Store(sum + (2 * w), c2);
        TSimd.Store(sum + (3 * w), c3);
        TSimd.Store(sum + (4 * w), c4);
        TSimd.Store(sum + (5 * w), c5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector<TSimd, TVec>(ulong mask, float* values, float* rows, nint stride, float* sum, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec c = accumulate ? TSimd.Load(sum) : TSimd.Zero;
        for (; mask != 0; mask &= mask - 1)
        {
            int k = BitOperations.TrailingZeroCount(mask);
            c = TSimd.MultiplyAdd(TSimd.Create(values[k]), TSimd.Load(rows + (k * stride)), c);
        }

        TSimd.Store(sum, c);
    }

    /// <summary>What fills no vector, rounded as the vectors round.</summary>
    private static void OneColumn<TSimd, TVec>(ulong mask, float* values, float* rows, nint stride, float* sum, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float c = accumulate ? *sum : 0;
        for (; mask != 0; mask &= mask - 1)
        {
            int k = BitOperations.TrailingZeroCount(mask);
            c = TSimd.MultiplyAddOne(values[k], rows[k * stride], c);
        }

        *sum = c;
    }
}
