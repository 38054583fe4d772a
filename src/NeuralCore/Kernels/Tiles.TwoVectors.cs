using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <content>Tiles of two vectors: all there is room for in 16 registers, and the remainder of four.</content>
internal static unsafe partial class Tiles
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile6x2<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        nint r1 = operands.ARow, r2 = 2 * r1, r3 = 3 * r1, r4 = 4 * r1, r5 = 5 * r1;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero;
        TVec c30 = TSimd.Zero, c31 = TSimd.Zero;
        TVec c40 = TSimd.Zero, c41 = TSimd.Zero;
        TVec c50 = TSimd.Zero, c51 = TSimd.Zero;
        nint cRow = operands.CRow;
        float* c = operands.C + (row * cRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + w);
            c10 = TSimd.Load(c + cRow); c11 = TSimd.Load(c + cRow + w);
            c20 = TSimd.Load(c + (2 * cRow)); c21 = TSimd.Load(c + (2 * cRow) + w);
            c30 = TSimd.Load(c + (3 * cRow)); c31 = TSimd.Load(c + (3 * cRow) + w);
            c40 = TSimd.Load(c + (4 * cRow)); c41 = TSimd.Load(c + (4 * cRow) + w);
            c50 = TSimd.Load(c + (5 * cRow)); c51 = TSimd.Load(c + (5 * cRow) + w);
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b), b1 = TSimd.Load(b + w);
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00); c01 = TSimd.MultiplyAdd(x, b1, c01);
                x = TSimd.Create(a[r1]);
                c10 = TSimd.MultiplyAdd(x, b0, c10); c11 = TSimd.MultiplyAdd(x, b1, c11);
                x = TSimd.Create(a[r2]);
                c20 = TSimd.MultiplyAdd(x, b0, c20); c21 = TSimd.MultiplyAdd(x, b1, c21);
                x = TSimd.Create(a[r3]);
                c30 = TSimd.MultiplyAdd(x, b0, c30); c31 = TSimd.MultiplyAdd(x, b1, c31);
                x = TSimd.Create(a[r4]);
                c40 = TSimd.MultiplyAdd(x, b0, c40); c41 = TSimd.MultiplyAdd(x, b1, c41);
                x = TSimd.Create(a[r5]);
                c50 = TSimd.MultiplyAdd(x, b0, c50); c51 = TSimd.MultiplyAdd(x, b1, c51);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, c01, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + cRow, c10, c11, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (2 * cRow), c20, c21, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (3 * cRow), c30, c31, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (4 * cRow), c40, c41, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (5 * cRow), c50, c51, column + operands.FirstColumn, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1x2<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero;
        float* c = operands.C + (row * operands.CRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + w);
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b), b1 = TSimd.Load(b + w);
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00); c01 = TSimd.MultiplyAdd(x, b1, c01);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, c01, column + operands.FirstColumn, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<TSimd, TVec, TEpilogue>(float* c, TVec v0, TVec v1, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        TSimd.Store(c, epilogue.Apply<TSimd, TVec>(v0, column));
        TSimd.Store(c + TSimd.Width, epilogue.Apply<TSimd, TVec>(v1, column + TSimd.Width));
    }
}
