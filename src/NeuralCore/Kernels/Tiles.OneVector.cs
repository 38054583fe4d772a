using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <content>Tiles of one vector: the last columns.</content>
internal static unsafe partial class Tiles
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile6x1<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        nint r1 = operands.ARow, r2 = 2 * r1, r3 = 3 * r1, r4 = 4 * r1, r5 = 5 * r1;
        TVec c00 = TSimd.Zero;
        TVec c10 = TSimd.Zero;
        TVec c20 = TSimd.Zero;
        TVec c30 = TSimd.Zero;
        TVec c40 = TSimd.Zero;
        TVec c50 = TSimd.Zero;
        nint cRow = operands.CRow;
        float* c = operands.C + (row * cRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c);
            c10 = TSimd.Load(c + cRow);
            c20 = TSimd.Load(c + (2 * cRow));
            c30 = TSimd.Load(c + (3 * cRow));
            c40 = TSimd.Load(c + (4 * cRow));
            c50 = TSimd.Load(c + (5 * cRow));
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b);
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                x = TSimd.Create(a[r1]);
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                x = TSimd.Create(a[r2]);
                c20 = TSimd.MultiplyAdd(x, b0, c20);
                x = TSimd.Create(a[r3]);
                c30 = TSimd.MultiplyAdd(x, b0, c30);
                x = TSimd.Create(a[r4]);
                c40 = TSimd.MultiplyAdd(x, b0, c40);
                x = TSimd.Create(a[r5]);
                c50 = TSimd.MultiplyAdd(x, b0, c50);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + cRow, c10, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (2 * cRow), c20, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (3 * cRow), c30, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (4 * cRow), c40, column + operands.FirstColumn, epilogue);
        StoreRow<TSimd, TVec, TEpilogue>(c + (5 * cRow), c50, column + operands.FirstColumn, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1x1<TSimd, TVec, TEpilogue>(in TileOperands operands, nint row, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        nint aInner = operands.AInner, bInner = operands.BInner;
        TVec c00 = TSimd.Zero;
        float* c = operands.C + (row * operands.CRow) + column;
        if (operands.Accumulate)
        {
            c00 = TSimd.Load(c);
        }

        float* aOuter = operands.A + (row * operands.ARow);
        float* bOuter = operands.B + column;
        for (int outer = operands.Outer; outer > 0; outer--)
        {
            float* a = aOuter;
            float* b = bOuter;
            for (int inner = operands.Inner; inner > 0; inner--)
            {
                TVec b0 = TSimd.Load(b);
                TVec x = TSimd.Create(a[0]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                a += aInner;
                b += bInner;
            }

            aOuter += operands.AOuter;
            bOuter += operands.BOuter;
        }

        StoreRow<TSimd, TVec, TEpilogue>(c, c00, column + operands.FirstColumn, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<TSimd, TVec, TEpilogue>(float* c, TVec v0, nint column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        TSimd.Store(c, epilogue.Apply<TSimd, TVec>(v0, column));
    }
}
