using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// The multiply-add kernels that nearly all of the time is spent in: a tile of C stays in registers while A and B stream past.
/// <code>
///                 4 vectors of B, loaded once a step
///               +--------+--------+--------+--------+
///               |   b0   |   b1   |   b2   |   b3   |
///   6 scalars   +--------+--------+--------+--------+
///   of A, each  |  c00   |  c01   |  c02   |  c03   |   a[0]
///   broadcast   |  c10   |  c11   |  c12   |  c13   |   a[r1]
///   to a vector |   .    |   .    |   .    |   .    |    .
///               |  c50   |  c51   |  c52   |  c53   |   a[r5]
///               +--------+--------+--------+--------+
/// </code>
/// Of 32 registers 24 accumulate, 4 hold B and 1 the scalar: 24 multiply-adds for 10 loads, so the multipliers and not the
/// load ports are the limit, and 24 chains cover the latency of 4 cycles on two units three times over. With 16 registers the
/// same holds for 6 x 2. Each element of C is one chain in a fixed order, so every width and tile gives the same bits.
/// </summary>
internal static unsafe partial class Tiles
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile6x4<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        nint r1 = operands.ARow, r2 = 2 * r1, r3 = 3 * r1, r4 = 4 * r1, r5 = 5 * r1;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero, c22 = TSimd.Zero, c23 = TSimd.Zero;
        TVec c30 = TSimd.Zero, c31 = TSimd.Zero, c32 = TSimd.Zero, c33 = TSimd.Zero;
        TVec c40 = TSimd.Zero, c41 = TSimd.Zero, c42 = TSimd.Zero, c43 = TSimd.Zero;
        TVec c50 = TSimd.Zero, c51 = TSimd.Zero, c52 = TSimd.Zero, c53 = TSimd.Zero;
        nint cRow = operands.CRow;
        float* c = operands.C + (row * cRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + w); c02 = TSimd.Load(c + (2 * w)); c03 = TSimd.Load(c + (3 * w));
            c10 = TSimd.Load(c + cRow); c11 = TSimd.Load(c + cRow + w); c12 = TSimd.Load(c + cRow + (2 * w)); c13 = TSimd.Load(c + cRow + (3 * w));
            c20 = TSimd.Load(c + (2 * cRow)); c21 = TSimd.Load(c + (2 * cRow) + w); c22 = TSimd.Load(c + (2 * cRow) + (2 * w)); c23 = TSimd.Load(c + (2 * cRow) + (3 * w));
            c30 = TSimd.Load(c + (3 * cRow)); c31 = TSimd.Load(c + (3 * cRow) + w); c32 = TSimd.Load(c + (3 * cRow) + (2 * w)); c33 = TSimd.Load(c + (3 * cRow) + (3 * w));
            c40 = TSimd.Load(c + (4 * cRow)); c41 = TSimd.Load(c + (4 * cRow) + w); c42 = TSimd.Load(c + (4 * cRow) + (2 * w)); c43 = TSimd.Load(c + (4 * cRow) + (3 * w));
            c50 = TSimd.Load(c + (5 * cRow)); c51 = TSimd.Load(c + (5 * cRow) + w); c52 = TSimd.Load(c + (5 * cRow) + (2 * w)); c53 = TSimd.Load(c + (5 * cRow) + (3 * w));
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b), b1 = TSimd.Load(b + w), b2 = TSimd.Load(b + (2 * w)), b3 = TSimd.Load(b + (3 * w));
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00); c01 = TSimd.MultiplyAdd(x, b1, c01); c02 = TSimd.MultiplyAdd(x, b2, c02); c03 = TSimd.MultiplyAdd(x, b3, c03);
                x = TSimd.Create(a[r1]);
                c10 = TSimd.MultiplyAdd(x, b0, c10); c11 = TSimd.MultiplyAdd(x, b1, c11); c12 = TSimd.MultiplyAdd(x, b2, c12); c13 = TSimd.MultiplyAdd(x, b3, c13);
                x = TSimd.Create(a[r2]);
                c20 = TSimd.MultiplyAdd(x, b0, c20); c21 = TSimd.MultiplyAdd(x, b1, c21); c22 = TSimd.MultiplyAdd(x, b2, c22); c23 = TSimd.MultiplyAdd(x, b3, c23);
                x = TSimd.Create(a[r3]);
                c30 = TSimd.MultiplyAdd(x, b0, c30); c31 = TSimd.MultiplyAdd(x, b1, c31); c32 = TSimd.MultiplyAdd(x, b2, c32); c33 = TSimd.MultiplyAdd(x, b3, c33);
                x = TSimd.Create(a[r4]);
                c40 = TSimd.MultiplyAdd(x, b0, c40); c41 = TSimd.MultiplyAdd(x, b1, c41); c42 = TSimd.MultiplyAdd(x, b2, c42); c43 = TSimd.MultiplyAdd(x, b3, c43);
                x = TSimd.Create(a[r5]);
                c50 = TSimd.MultiplyAdd(x, b0, c50); c51 = TSimd.MultiplyAdd(x, b1, c51); c52 = TSimd.MultiplyAdd(x, b2, c52); c53 = TSimd.MultiplyAdd(x, b3, c53);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, c01, c02, c03, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + cRow, c10, c11, c12, c13, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (2 * cRow), c20, c21, c22, c23, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (3 * cRow), c30, c31, c32, c33, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (4 * cRow), c40, c41, c42, c43, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (5 * cRow), c50, c51, c52, c53, column + operands.FirstColumn, epilogue);
    }

    /// <summary>Half a tile: 12 chains still cover the latency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile3x4<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        nint r1 = operands.ARow, r2 = 2 * r1;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero, c22 = TSimd.Zero, c23 = TSimd.Zero;
        nint cRow = operands.CRow;
        float* c = operands.C + (row * cRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + w); c02 = TSimd.Load(c + (2 * w)); c03 = TSimd.Load(c + (3 * w));
            c10 = TSimd.Load(c + cRow); c11 = TSimd.Load(c + cRow + w); c12 = TSimd.Load(c + cRow + (2 * w)); c13 = TSimd.Load(c + cRow + (3 * w));
            c20 = TSimd.Load(c + (2 * cRow)); c21 = TSimd.Load(c + (2 * cRow) + w); c22 = TSimd.Load(c + (2 * cRow) + (2 * w)); c23 = TSimd.Load(c + (2 * cRow) + (3 * w));
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b), b1 = TSimd.Load(b + w), b2 = TSimd.Load(b + (2 * w)), b3 = TSimd.Load(b + (3 * w));
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00); c01 = TSimd.MultiplyAdd(x, b1, c01); c02 = TSimd.MultiplyAdd(x, b2, c02); c03 = TSimd.MultiplyAdd(x, b3, c03);
                x = TSimd.Create(a[r1]);
                c10 = TSimd.MultiplyAdd(x, b0, c10); c11 = TSimd.MultiplyAdd(x, b1, c11); c12 = TSimd.MultiplyAdd(x, b2, c12); c13 = TSimd.MultiplyAdd(x, b3, c13);
                x = TSimd.Create(a[r2]);
                c20 = TSimd.MultiplyAdd(x, b0, c20); c21 = TSimd.MultiplyAdd(x, b1, c21); c22 = TSimd.MultiplyAdd(x, b2, c22); c23 = TSimd.MultiplyAdd(x, b3, c23);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, c01, c02, c03, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + cRow, c10, c11, c12, c13, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (2 * cRow), c20, c21, c22, c23, column + operands.FirstColumn, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1x4<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        float* c = operands.C + (row * operands.CRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + w); c02 = TSimd.Load(c + (2 * w)); c03 = TSimd.Load(c + (3 * w));
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b), b1 = TSimd.Load(b + w), b2 = TSimd.Load(b + (2 * w)), b3 = TSimd.Load(b + (3 * w));
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00); c01 = TSimd.MultiplyAdd(x, b1, c01); c02 = TSimd.MultiplyAdd(x, b2, c02); c03 = TSimd.MultiplyAdd(x, b3, c03);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, c01, c02, c03, column + operands.FirstColumn, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<TSimd, TVec, TEpilogue>(float* c, TVec v0, TVec v1, TVec v2, TVec v3, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        TSimd.Store(c, epilogue.Apply<TSimd, TVec>(v0, column));
        TSimd.Store(c + TSimd.Width, epilogue.Apply<TSimd, TVec>(v1, column + TSimd.Width));
        TSimd.Store(c + (2 * TSimd.Width), epilogue.Apply<TSimd, TVec>(v2, column + (2 * TSimd.Width)));
        TSimd.Store(c + (3 * TSimd.Width), epilogue.Apply<TSimd, TVec>(v3, column + (3 * TSimd.Width)));
    }
}
