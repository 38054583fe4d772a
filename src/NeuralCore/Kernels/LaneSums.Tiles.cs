using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <content>The register tiles, filters x terms, unrolled: 6 x 4 sums where there are 32 registers, 6 x 2 where there are 16.</content>
internal static unsafe partial class LaneSums
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x4<TSimd, TVec>(in LaneSumOperands operands, float* x, nint* terms, float* d, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint xPixel = operands.XPixel, dPixel = operands.DPixel, row = operands.SumRow;
        nint t0 = terms[0], t1 = terms[1], t2 = terms[2], t3 = terms[3];
        TVec c00 = TSimd.Load(sum), c01 = TSimd.Load(sum + row), c02 = TSimd.Load(sum + (2 * row)), c03 = TSimd.Load(sum + (3 * row));
        TVec c10 = TSimd.Load(sum + Lanes), c11 = TSimd.Load(sum + row + Lanes), c12 = TSimd.Load(sum + (2 * row) + Lanes), c13 = TSimd.Load(sum + (3 * row) + Lanes);
        TVec c20 = TSimd.Load(sum + (2 * Lanes)), c21 = TSimd.Load(sum + row + (2 * Lanes)), c22 = TSimd.Load(sum + (2 * row) + (2 * Lanes)), c23 = TSimd.Load(sum + (3 * row) + (2 * Lanes));
        TVec c30 = TSimd.Load(sum + (3 * Lanes)), c31 = TSimd.Load(sum + row + (3 * Lanes)), c32 = TSimd.Load(sum + (2 * row) + (3 * Lanes)), c33 = TSimd.Load(sum + (3 * row) + (3 * Lanes));
        TVec c40 = TSimd.Load(sum + (4 * Lanes)), c41 = TSimd.Load(sum + row + (4 * Lanes)), c42 = TSimd.Load(sum + (2 * row) + (4 * Lanes)), c43 = TSimd.Load(sum + (3 * row) + (4 * Lanes));
        TVec c50 = TSimd.Load(sum + (5 * Lanes)), c51 = TSimd.Load(sum + row + (5 * Lanes)), c52 = TSimd.Load(sum + (2 * row) + (5 * Lanes)), c53 = TSimd.Load(sum + (3 * row) + (5 * Lanes));
        for (int i = operands.Rows; i > 0; i--, x += operands.XRow, d += operands.DRow)
        {
            float* a = x, b = d;
            for (int j = operands.Columns; j > 0; j--, a += xPixel, b += dPixel)
            {
                TVec v0 = TSimd.Load(a + t0), v1 = TSimd.Load(a + t1), v2 = TSimd.Load(a + t2), v3 = TSimd.Load(a + t3);
                TVec gradient = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(v0, gradient, c00); c01 = TSimd.MultiplyAdd(v1, gradient, c01); c02 = TSimd.MultiplyAdd(v2, gradient, c02); c03 = TSimd.MultiplyAdd(v3, gradient, c03);
                gradient = TSimd.Load(b + Lanes);
                c10 = TSimd.MultiplyAdd(v0, gradient, c10); c11 = TSimd.MultiplyAdd(v1, gradient, c11); c12 = TSimd.MultiplyAdd(v2, gradient, c12); c13 = TSimd.MultiplyAdd(v3, gradient, c13);
                gradient = TSimd.Load(b + (2 * Lanes));
                c20 = TSimd.MultiplyAdd(v0, gradient, c20); c21 = TSimd.MultiplyAdd(v1, gradient, c21); c22 = TSimd.MultiplyAdd(v2, gradient, c22); c23 = TSimd.MultiplyAdd(v3, gradient, c23);
                gradient = TSimd.Load(b + (3 * Lanes));
                c30 = TSimd.MultiplyAdd(v0, gradient, c30); c31 = TSimd.MultiplyAdd(v1, gradient, c31); c32 = TSimd.MultiplyAdd(v2, gradient, c32); c33 = TSimd.MultiplyAdd(v3, gradient, c33);
                gradient = TSimd.Load(b + (4 * Lanes));
                c40 = TSimd.MultiplyAdd(v0, gradient, c40); c41 = TSimd.MultiplyAdd(v1, gradient, c41); c42 = TSimd.MultiplyAdd(v2, gradient, c42); c43 = TSimd.MultiplyAdd(v3, gradient, c43);
                gradient = TSimd.Load(b + (5 * Lanes));
                c50 = TSimd.MultiplyAdd(v0, gradient, c50); c51 = TSimd.MultiplyAdd(v1, gradient, c51); c52 = TSimd.MultiplyAdd(v2, gradient, c52); c53 = TSimd.MultiplyAdd(v3, gradient, c53);
            }
        }

        TSimd.Store(sum, c00); TSimd.Store(sum + row, c01); TSimd.Store(sum + (2 * row), c02); TSimd.Store(sum + (3 * row), c03);
        TSimd.Store(sum + Lanes, c10); TSimd.Store(sum + row + Lanes, c11); TSimd.Store(sum + (2 * row) + Lanes, c12); TSimd.Store(sum + (3 * row) + Lanes, c13);
        TSimd.Store(sum + (2 * Lanes), c20); TSimd.Store(sum + row + (2 * Lanes), c21); TSimd.Store(sum + (2 * row) + (2 * Lanes), c22); TSimd.Store(sum + (3 * row) + (2 * Lanes), c23);
        TSimd.Store(sum + (3 * Lanes), c30); TSimd.Store(sum + row + (3 * Lanes), c31); TSimd.Store(sum + (2 * row) + (3 * Lanes), c32); TSimd.Store(sum + (3 * row) + (3 * Lanes), c33);
        TSimd.Store(sum + (4 * Lanes), c40); TSimd.Store(sum + row + (4 * Lanes), c41); TSimd.Store(sum + (2 * row) + (4 * Lanes), c42); TSimd.Store(sum + (3 * row) + (4 * Lanes), c43);
        TSimd.Store(sum + (5 * Lanes), c50); TSimd.Store(sum + row + (5 * Lanes), c51); TSimd.Store(sum + (2 * row) + (5 * Lanes), c52); TSimd.Store(sum + (3 * row) + (5 * Lanes), c53);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x4<TSimd, TVec>(in LaneSumOperands operands, float* x, nint* terms, float* d, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint xPixel = operands.XPixel, dPixel = operands.DPixel, row = operands.SumRow;
        nint t0 = terms[0], t1 = terms[1], t2 = terms[2], t3 = terms[3];
        TVec c00 = TSimd.Load(sum), c01 = TSimd.Load(sum + row), c02 = TSimd.Load(sum + (2 * row)), c03 = TSimd.Load(sum + (3 * row));
        TVec c10 = TSimd.Load(sum + Lanes), c11 = TSimd.Load(sum + row + Lanes), c12 = TSimd.Load(sum + (2 * row) + Lanes), c13 = TSimd.Load(sum + (3 * row) + Lanes);
        TVec c20 = TSimd.Load(sum + (2 * Lanes)), c21 = TSimd.Load(sum + row + (2 * Lanes)), c22 = TSimd.Load(sum + (2 * row) + (2 * Lanes)), c23 = TSimd.Load(sum + (3 * row) + (2 * Lanes));
        TVec c30 = TSimd.Load(sum + (3 * Lanes)), c31 = TSimd.Load(sum + row + (3 * Lanes)), c32 = TSimd.Load(sum + (2 * row) + (3 * Lanes)), c33 = TSimd.Load(sum + (3 * row) + (3 * Lanes));
        for (int i = operands.Rows; i > 0; i--, x += operands.XRow, d += operands.DRow)
        {
            float* a = x, b = d;
            for (int j = operands.Columns; j > 0; j--, a += xPixel, b += dPixel)
            {
                TVec v0 = TSimd.Load(a + t0), v1 = TSimd.Load(a + t1), v2 = TSimd.Load(a + t2), v3 = TSimd.Load(a + t3);
                TVec gradient = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(v0, gradient, c00); c01 = TSimd.MultiplyAdd(v1, gradient, c01); c02 = TSimd.MultiplyAdd(v2, gradient, c02); c03 = TSimd.MultiplyAdd(v3, gradient, c03);
                gradient = TSimd.Load(b + Lanes);
                c10 = TSimd.MultiplyAdd(v0, gradient, c10); c11 = TSimd.MultiplyAdd(v1, gradient, c11); c12 = TSimd.MultiplyAdd(v2, gradient, c12); c13 = TSimd.MultiplyAdd(v3, gradient, c13);
                gradient = TSimd.Load(b + (2 * Lanes));
                c20 = TSimd.MultiplyAdd(v0, gradient, c20); c21 = TSimd.MultiplyAdd(v1, gradient, c21); c22 = TSimd.MultiplyAdd(v2, gradient, c22); c23 = TSimd.MultiplyAdd(v3, gradient, c23);
                gradient = TSimd.Load(b + (3 * Lanes));
                c30 = TSimd.MultiplyAdd(v0, gradient, c30); c31 = TSimd.MultiplyAdd(v1, gradient, c31); c32 = TSimd.MultiplyAdd(v2, gradient, c32); c33 = TSimd.MultiplyAdd(v3, gradient, c33);
            }
        }

        TSimd.Store(sum, c00); TSimd.Store(sum + row, c01); TSimd.Store(sum + (2 * row), c02); TSimd.Store(sum + (3 * row), c03);
        TSimd.Store(sum + Lanes, c10); TSimd.Store(sum + row + Lanes, c11); TSimd.Store(sum + (2 * row) + Lanes, c12); TSimd.Store(sum + (3 * row) + Lanes, c13);
        TSimd.Store(sum + (2 * Lanes), c20); TSimd.Store(sum + row + (2 * Lanes), c21); TSimd.Store(sum + (2 * row) + (2 * Lanes), c22); TSimd.Store(sum + (3 * row) + (2 * Lanes), c23);
        TSimd.Store(sum + (3 * Lanes), c30); TSimd.Store(sum + row + (3 * Lanes), c31); TSimd.Store(sum + (2 * row) + (3 * Lanes), c32); TSimd.Store(sum + (3 * row) + (3 * Lanes), c33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x4<TSimd, TVec>(in LaneSumOperands operands, float* x, nint* terms, float* d, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint xPixel = operands.XPixel, dPixel = operands.DPixel, row = operands.SumRow;
        nint t0 = terms[0], t1 = terms[1], t2 = terms[2], t3 = terms[3];
        TVec c00 = TSimd.Load(sum), c01 = TSimd.Load(sum + row), c02 = TSimd.Load(sum + (2 * row)), c03 = TSimd.Load(sum + (3 * row));
        for (int i = operands.Rows; i > 0; i--, x += operands.XRow, d += operands.DRow)
        {
            float* a = x, b = d;
            for (int j = operands.Columns; j > 0; j--, a += xPixel, b += dPixel)
            {
                TVec v0 = TSimd.Load(a + t0), v1 = TSimd.Load(a + t1), v2 = TSimd.Load(a + t2), v3 = TSimd.Load(a + t3);
                TVec gradient = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(v0, gradient, c00); c01 = TSimd.MultiplyAdd(v1, gradient, c01); c02 = TSimd.MultiplyAdd(v2, gradient, c02); c03 = TSimd.MultiplyAdd(v3, gradient, c03);
            }
        }

        TSimd.Store(sum, c00); TSimd.Store(sum + row, c01); TSimd.Store(sum + (2 * row), c02); TSimd.Store(sum + (3 * row), c03);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<TSimd, TVec>(in LaneSumOperands operands, float* x, nint* terms, float* d, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint xPixel = operands.XPixel, dPixel = operands.DPixel, row = operands.SumRow;
        nint t0 = terms[0], t1 = terms[1];
        TVec c00 = TSimd.Load(sum), c01 = TSimd.Load(sum + row);
        TVec c10 = TSimd.Load(sum + Lanes), c11 = TSimd.Load(sum + row + Lanes);
        TVec c20 = TSimd.Load(sum + (2 * Lanes)), c21 = TSimd.Load(sum + row + (2 * Lanes));
        TVec c30 = TSimd.Load(sum + (3 * Lanes)), c31 = TSimd.Load(sum + row + (3 * Lanes));
        TVec c40 = TSimd.Load(sum + (4 * Lanes)), c41 = TSimd.Load(sum + row + (4 * Lanes));
        TVec c50 = TSimd.Load(sum + (5 * Lanes)), c51 = TSimd.Load(sum + row + (5 * Lanes));
        for (int i = operands.Rows; i > 0; i--, x += operands.XRow, d += operands.DRow)
        {
            float* a = x, b = d;
            for (int j = operands.Columns; j > 0; j--, a += xPixel, b += dPixel)
            {
                TVec v0 = TSimd.Load(a + t0), v1 = TSimd.Load(a + t1);
                TVec gradient = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(v0, gradient, c00); c01 = TSimd.MultiplyAdd(v1, gradient, c01);
                gradient = TSimd.Load(b + Lanes);
                c10 = TSimd.MultiplyAdd(v0, gradient, c10); c11 = TSimd.MultiplyAdd(v1, gradient, c11);
                gradient = TSimd.Load(b + (2 * Lanes));
                c20 = TSimd.MultiplyAdd(v0, gradient, c20); c21 = TSimd.MultiplyAdd(v1, gradient, c21);
                gradient = TSimd.Load(b + (3 * Lanes));
                c30 = TSimd.MultiplyAdd(v0, gradient, c30); c31 = TSimd.MultiplyAdd(v1, gradient, c31);
                gradient = TSimd.Load(b + (4 * Lanes));
                c40 = TSimd.MultiplyAdd(v0, gradient, c40); c41 = TSimd.MultiplyAdd(v1, gradient, c41);
                gradient = TSimd.Load(b + (5 * Lanes));
                c50 = TSimd.MultiplyAdd(v0, gradient, c50); c51 = TSimd.MultiplyAdd(v1, gradient, c51);
            }
        }

        TSimd.Store(sum, c00); TSimd.Store(sum + row, c01);
        TSimd.Store(sum + Lanes, c10); TSimd.Store(sum + row + Lanes, c11);
        TSimd.Store(sum + (2 * Lanes), c20); TSimd.Store(sum + row + (2 * Lanes), c21);
        TSimd.Store(sum + (3 * Lanes), c30); TSimd.Store(sum + row + (3 * Lanes), c31);
        TSimd.Store(sum + (4 * Lanes), c40); TSimd.Store(sum + row + (4 * Lanes), c41);
        TSimd.Store(sum + (5 * Lanes), c50); TSimd.Store(sum + row + (5 * Lanes), c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<TSimd, TVec>(in LaneSumOperands operands, float* x, nint* terms, float* d, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint xPixel = operands.XPixel, dPixel = operands.DPixel, row = operands.SumRow;
        nint t0 = terms[0], t1 = terms[1];
        TVec c00 = TSimd.Load(sum), c01 = TSimd.Load(sum + row);
        TVec c10 = TSimd.Load(sum + Lanes), c11 = TSimd.Load(sum + row + Lanes);
        TVec c20 = TSimd.Load(sum + (2 * Lanes)), c21 = TSimd.Load(sum + row + (2 * Lanes));
        TVec c30 = TSimd.Load(sum + (3 * Lanes)), c31 = TSimd.Load(sum + row + (3 * Lanes));
        for (int i = operands.Rows; i > 0; i--, x += operands.XRow, d += operands.DRow)
        {
            float* a = x, b = d;
            for (int j = operands.Columns; j > 0; j--, a += xPixel, b += dPixel)
            {
                TVec v0 = TSimd.Load(a + t0), v1 = TSimd.Load(a + t1);
                TVec gradient = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(v0, gradient, c00); c01 = TSimd.MultiplyAdd(v1, gradient, c01);
                gradient = TSimd.Load(b + Lanes);
                c10 = TSimd.MultiplyAdd(v0, gradient, c10); c11 = TSimd.MultiplyAdd(v1, gradient, c11);
                gradient = TSimd.Load(b + (2 * Lanes));
                c20 = TSimd.MultiplyAdd(v0, gradient, c20); c21 = TSimd.MultiplyAdd(v1, gradient, c21);
                gradient = TSimd.Load(b + (3 * Lanes));
                c30 = TSimd.MultiplyAdd(v0, gradient, c30); c31 = TSimd.MultiplyAdd(v1, gradient, c31);
            }
        }

        TSimd.Store(sum, c00); TSimd.Store(sum + row, c01);
        TSimd.Store(sum + Lanes, c10); TSimd.Store(sum + row + Lanes, c11);
        TSimd.Store(sum + (2 * Lanes), c20); TSimd.Store(sum + row + (2 * Lanes), c21);
        TSimd.Store(sum + (3 * Lanes), c30); TSimd.Store(sum + row + (3 * Lanes), c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<TSimd, TVec>(in LaneSumOperands operands, float* x, nint* terms, float* d, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint xPixel = operands.XPixel, dPixel = operands.DPixel, row = operands.SumRow;
        nint t0 = terms[0], t1 = terms[1];
        TVec c00 = TSimd.Load(sum), c01 = TSimd.Load(sum + row);
        for (int i = operands.Rows; i > 0; i--, x += operands.XRow, d += operands.DRow)
        {
            float* a = x, b = d;
            for (int j = operands.Columns; j > 0; j--, a += xPixel, b += dPixel)
            {
                TVec v0 = TSimd.Load(a + t0), v1 = TSimd.Load(a + t1);
                TVec gradient = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(v0, gradient, c00); c01 = TSimd.MultiplyAdd(v1, gradient, c01);
            }
        }

        TSimd.Store(sum, c00); TSimd.Store(sum + row, c01);
    }
}
