using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <content>
/// The register tiles, filters x pixels, unrolled. A term takes one load a pixel and one broadcast weight a filter:
/// <code>
///             pixel 0   pixel 1   pixel 2   pixel 3      each cell a vector: the same pixel of that many images
/// filter 0      c00       c01       c02       c03
///   ...                                                  6 x 4 sums + 4 pixels + 1 weight = 29 of 32 registers
/// filter 5      c50       c51       c52       c53
/// </code>
/// With 16 registers a tile has two pixels: 12 sums, 2 pixels, 1 weight.
/// </content>
internal static unsafe partial class LaneProduct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x4<TSimd, TVec, TEpilogue>(in LaneOperands operands, float* x, nint xPixel, float* w, float* y, nint yPixel, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint wInner = operands.WInner;
        nint x2 = 2 * xPixel;
        nint x3 = 3 * xPixel;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero, c22 = TSimd.Zero, c23 = TSimd.Zero;
        TVec c30 = TSimd.Zero, c31 = TSimd.Zero, c32 = TSimd.Zero, c33 = TSimd.Zero;
        TVec c40 = TSimd.Zero, c41 = TSimd.Zero, c42 = TSimd.Zero, c43 = TSimd.Zero;
        TVec c50 = TSimd.Zero, c51 = TSimd.Zero, c52 = TSimd.Zero, c53 = TSimd.Zero;
        for (int outer = operands.Outer; outer > 0; outer--, x += operands.XOuter, w += operands.WOuter)
        {
            float* middleX = x, middleW = w;
            for (int middle = operands.Middle; middle > 0; middle--, middleX += operands.XMiddle, middleW += operands.WMiddle)
            {
                float* a = middleX, b = middleW;
                for (int inner = operands.Inner; inner > 0; inner--, a += Lanes, b += wInner)
                {
                    TVec v0 = TSimd.Load(a), v1 = TSimd.Load(a + xPixel), v2 = TSimd.Load(a + x2), v3 = TSimd.Load(a + x3);
                    TVec weight = TSimd.Create(b[0]);
                    c00 = TSimd.MultiplyAdd(v0, weight, c00); c01 = TSimd.MultiplyAdd(v1, weight, c01); c02 = TSimd.MultiplyAdd(v2, weight, c02); c03 = TSimd.MultiplyAdd(v3, weight, c03);
                    weight = TSimd.Create(b[1]);
                    c10 = TSimd.MultiplyAdd(v0, weight, c10); c11 = TSimd.MultiplyAdd(v1, weight, c11); c12 = TSimd.MultiplyAdd(v2, weight, c12); c13 = TSimd.MultiplyAdd(v3, weight, c13);
                    weight = TSimd.Create(b[2]);
                    c20 = TSimd.MultiplyAdd(v0, weight, c20); c21 = TSimd.MultiplyAdd(v1, weight, c21); c22 = TSimd.MultiplyAdd(v2, weight, c22); c23 = TSimd.MultiplyAdd(v3, weight, c23);
                    weight = TSimd.Create(b[3]);
                    c30 = TSimd.MultiplyAdd(v0, weight, c30); c31 = TSimd.MultiplyAdd(v1, weight, c31); c32 = TSimd.MultiplyAdd(v2, weight, c32); c33 = TSimd.MultiplyAdd(v3, weight, c33);
                    weight = TSimd.Create(b[4]);
                    c40 = TSimd.MultiplyAdd(v0, weight, c40); c41 = TSimd.MultiplyAdd(v1, weight, c41); c42 = TSimd.MultiplyAdd(v2, weight, c42); c43 = TSimd.MultiplyAdd(v3, weight, c43);
                    weight = TSimd.Create(b[5]);
                    c50 = TSimd.MultiplyAdd(v0, weight, c50); c51 = TSimd.MultiplyAdd(v1, weight, c51); c52 = TSimd.MultiplyAdd(v2, weight, c52); c53 = TSimd.MultiplyAdd(v3, weight, c53);
                }
            }
        }

        Store<TSimd, TVec, TEpilogue>(y, yPixel, c00, c01, c02, c03, filter, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + Lanes, yPixel, c10, c11, c12, c13, filter + 1, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (2 * Lanes), yPixel, c20, c21, c22, c23, filter + 2, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (3 * Lanes), yPixel, c30, c31, c32, c33, filter + 3, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (4 * Lanes), yPixel, c40, c41, c42, c43, filter + 4, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (5 * Lanes), yPixel, c50, c51, c52, c53, filter + 5, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x4<TSimd, TVec, TEpilogue>(in LaneOperands operands, float* x, nint xPixel, float* w, float* y, nint yPixel, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint wInner = operands.WInner;
        nint x2 = 2 * xPixel;
        nint x3 = 3 * xPixel;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero, c22 = TSimd.Zero, c23 = TSimd.Zero;
        TVec c30 = TSimd.Zero, c31 = TSimd.Zero, c32 = TSimd.Zero, c33 = TSimd.Zero;
        for (int outer = operands.Outer; outer > 0; outer--, x += operands.XOuter, w += operands.WOuter)
        {
            float* middleX = x, middleW = w;
            for (int middle = operands.Middle; middle > 0; middle--, middleX += operands.XMiddle, middleW += operands.WMiddle)
            {
                float* a = middleX, b = middleW;
                for (int inner = operands.Inner; inner > 0; inner--, a += Lanes, b += wInner)
                {
                    TVec v0 = TSimd.Load(a), v1 = TSimd.Load(a + xPixel), v2 = TSimd.Load(a + x2), v3 = TSimd.Load(a + x3);
                    TVec weight = TSimd.Create(b[0]);
                    c00 = TSimd.MultiplyAdd(v0, weight, c00); c01 = TSimd.MultiplyAdd(v1, weight, c01); c02 = TSimd.MultiplyAdd(v2, weight, c02); c03 = TSimd.MultiplyAdd(v3, weight, c03);
                    weight = TSimd.Create(b[1]);
                    c10 = TSimd.MultiplyAdd(v0, weight, c10); c11 = TSimd.MultiplyAdd(v1, weight, c11); c12 = TSimd.MultiplyAdd(v2, weight, c12); c13 = TSimd.MultiplyAdd(v3, weight, c13);
                    weight = TSimd.Create(b[2]);
                    c20 = TSimd.MultiplyAdd(v0, weight, c20); c21 = TSimd.MultiplyAdd(v1, weight, c21); c22 = TSimd.MultiplyAdd(v2, weight, c22); c23 = TSimd.MultiplyAdd(v3, weight, c23);
                    weight = TSimd.Create(b[3]);
                    c30 = TSimd.MultiplyAdd(v0, weight, c30); c31 = TSimd.MultiplyAdd(v1, weight, c31); c32 = TSimd.MultiplyAdd(v2, weight, c32); c33 = TSimd.MultiplyAdd(v3, weight, c33);
                }
            }
        }

        Store<TSimd, TVec, TEpilogue>(y, yPixel, c00, c01, c02, c03, filter, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + Lanes, yPixel, c10, c11, c12, c13, filter + 1, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (2 * Lanes), yPixel, c20, c21, c22, c23, filter + 2, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (3 * Lanes), yPixel, c30, c31, c32, c33, filter + 3, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x4<TSimd, TVec, TEpilogue>(in LaneOperands operands, float* x, nint xPixel, float* w, float* y, nint yPixel, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint wInner = operands.WInner;
        nint x2 = 2 * xPixel;
        nint x3 = 3 * xPixel;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        for (int outer = operands.Outer; outer > 0; outer--, x += operands.XOuter, w += operands.WOuter)
        {
            float* middleX = x, middleW = w;
            for (int middle = operands.Middle; middle > 0; middle--, middleX += operands.XMiddle, middleW += operands.WMiddle)
            {
                float* a = middleX, b = middleW;
                for (int inner = operands.Inner; inner > 0; inner--, a += Lanes, b += wInner)
                {
                    TVec v0 = TSimd.Load(a), v1 = TSimd.Load(a + xPixel), v2 = TSimd.Load(a + x2), v3 = TSimd.Load(a + x3);
                    TVec weight = TSimd.Create(b[0]);
                    c00 = TSimd.MultiplyAdd(v0, weight, c00); c01 = TSimd.MultiplyAdd(v1, weight, c01); c02 = TSimd.MultiplyAdd(v2, weight, c02); c03 = TSimd.MultiplyAdd(v3, weight, c03);
                }
            }
        }

        Store<TSimd, TVec, TEpilogue>(y, yPixel, c00, c01, c02, c03, filter, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<TSimd, TVec, TEpilogue>(in LaneOperands operands, float* x, nint xPixel, float* w, float* y, nint yPixel, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint wInner = operands.WInner;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero;
        TVec c30 = TSimd.Zero, c31 = TSimd.Zero;
        TVec c40 = TSimd.Zero, c41 = TSimd.Zero;
        TVec c50 = TSimd.Zero, c51 = TSimd.Zero;
        for (int outer = operands.Outer; outer > 0; outer--, x += operands.XOuter, w += operands.WOuter)
        {
            float* middleX = x, middleW = w;
            for (int middle = operands.Middle; middle > 0; middle--, middleX += operands.XMiddle, middleW += operands.WMiddle)
            {
                float* a = middleX, b = middleW;
                for (int inner = operands.Inner; inner > 0; inner--, a += Lanes, b += wInner)
                {
                    TVec v0 = TSimd.Load(a), v1 = TSimd.Load(a + xPixel);
                    TVec weight = TSimd.Create(b[0]);
                    c00 = TSimd.MultiplyAdd(v0, weight, c00); c01 = TSimd.MultiplyAdd(v1, weight, c01);
                    weight = TSimd.Create(b[1]);
                    c10 = TSimd.MultiplyAdd(v0, weight, c10); c11 = TSimd.MultiplyAdd(v1, weight, c11);
                    weight = TSimd.Create(b[2]);
                    c20 = TSimd.MultiplyAdd(v0, weight, c20); c21 = TSimd.MultiplyAdd(v1, weight, c21);
                    weight = TSimd.Create(b[3]);
                    c30 = TSimd.MultiplyAdd(v0, weight, c30); c31 = TSimd.MultiplyAdd(v1, weight, c31);
                    weight = TSimd.Create(b[4]);
                    c40 = TSimd.MultiplyAdd(v0, weight, c40); c41 = TSimd.MultiplyAdd(v1, weight, c41);
                    weight = TSimd.Create(b[5]);
                    c50 = TSimd.MultiplyAdd(v0, weight, c50); c51 = TSimd.MultiplyAdd(v1, weight, c51);
                }
            }
        }

        Store<TSimd, TVec, TEpilogue>(y, yPixel, c00, c01, filter, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + Lanes, yPixel, c10, c11, filter + 1, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (2 * Lanes), yPixel, c20, c21, filter + 2, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (3 * Lanes), yPixel, c30, c31, filter + 3, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (4 * Lanes), yPixel, c40, c41, filter + 4, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (5 * Lanes), yPixel, c50, c51, filter + 5, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<TSimd, TVec, TEpilogue>(in LaneOperands operands, float* x, nint xPixel, float* w, float* y, nint yPixel, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint wInner = operands.WInner;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVec c10 = TSimd.Zero, c11 = TSimd.Zero;
        TVec c20 = TSimd.Zero, c21 = TSimd.Zero;
        TVec c30 = TSimd.Zero, c31 = TSimd.Zero;
        for (int outer = operands.Outer; outer > 0; outer--, x += operands.XOuter, w += operands.WOuter)
        {
            float* middleX = x, middleW = w;
            for (int middle = operands.Middle; middle > 0; middle--, middleX += operands.XMiddle, middleW += operands.WMiddle)
            {
                float* a = middleX, b = middleW;
                for (int inner = operands.Inner; inner > 0; inner--, a += Lanes, b += wInner)
                {
                    TVec v0 = TSimd.Load(a), v1 = TSimd.Load(a + xPixel);
                    TVec weight = TSimd.Create(b[0]);
                    c00 = TSimd.MultiplyAdd(v0, weight, c00); c01 = TSimd.MultiplyAdd(v1, weight, c01);
                    weight = TSimd.Create(b[1]);
                    c10 = TSimd.MultiplyAdd(v0, weight, c10); c11 = TSimd.MultiplyAdd(v1, weight, c11);
                    weight = TSimd.Create(b[2]);
                    c20 = TSimd.MultiplyAdd(v0, weight, c20); c21 = TSimd.MultiplyAdd(v1, weight, c21);
                    weight = TSimd.Create(b[3]);
                    c30 = TSimd.MultiplyAdd(v0, weight, c30); c31 = TSimd.MultiplyAdd(v1, weight, c31);
                }
            }
        }

        Store<TSimd, TVec, TEpilogue>(y, yPixel, c00, c01, filter, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + Lanes, yPixel, c10, c11, filter + 1, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (2 * Lanes), yPixel, c20, c21, filter + 2, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (3 * Lanes), yPixel, c30, c31, filter + 3, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<TSimd, TVec, TEpilogue>(in LaneOperands operands, float* x, nint xPixel, float* w, float* y, nint yPixel, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint wInner = operands.WInner;
        TVec c00 = TSimd.Zero, c01 = TSimd.Zero;
        for (int outer = operands.Outer; outer > 0; outer--, x += operands.XOuter, w += operands.WOuter)
        {
            float* middleX = x, middleW = w;
            for (int middle = operands.Middle; middle > 0; middle--, middleX += operands.XMiddle, middleW += operands.WMiddle)
            {
                float* a = middleX, b = middleW;
                for (int inner = operands.Inner; inner > 0; inner--, a += Lanes, b += wInner)
                {
                    TVec v0 = TSimd.Load(a), v1 = TSimd.Load(a + xPixel);
                    TVec weight = TSimd.Create(b[0]);
                    c00 = TSimd.MultiplyAdd(v0, weight, c00); c01 = TSimd.MultiplyAdd(v1, weight, c01);
                }
            }
        }

        Store<TSimd, TVec, TEpilogue>(y, yPixel, c00, c01, filter, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TSimd, TVec, TEpilogue>(float* y, nint yPixel, TVec c0, TVec c1, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        TSimd.Store(y, epilogue.ApplyToColumn<TSimd, TVec>(c0, filter));
        TSimd.Store(y + yPixel, epilogue.ApplyToColumn<TSimd, TVec>(c1, filter));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TSimd, TVec, TEpilogue>(float* y, nint yPixel, TVec c0, TVec c1, TVec c2, TVec c3, int filter, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        Store<TSimd, TVec, TEpilogue>(y, yPixel, c0, c1, filter, epilogue);
        Store<TSimd, TVec, TEpilogue>(y + (2 * yPixel), yPixel, c2, c3, filter, epilogue);
    }
}
