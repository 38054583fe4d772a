using System.Runtime.InteropServices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Four floats that are loaded and stored as one: 16 bytes, aligned to as many.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly struct Float4(float x, float y, float z, float w)
{
    public readonly float X = x;
    public readonly float Y = y;
    public readonly float Z = z;
    public readonly float W = w;

    /// <summary>a b + sum.</summary>
    public static Float4 MultiplyAdd(float a, Float4 b, Float4 sum) =>
        new(FusedMultiplyAdd.Of(a, b.X, sum.X), FusedMultiplyAdd.Of(a, b.Y, sum.Y), FusedMultiplyAdd.Of(a, b.Z, sum.Z), FusedMultiplyAdd.Of(a, b.W, sum.W));

    /// <summary>The sums of both.</summary>
    public static Float4 Add(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);
}

/// <summary>Four rows of four columns of a sum, in registers.</summary>
internal readonly struct Block4x4(Float4 row0, Float4 row1, Float4 row2, Float4 row3)
{
    public readonly Float4 Row0 = row0;
    public readonly Float4 Row1 = row1;
    public readonly Float4 Row2 = row2;
    public readonly Float4 Row3 = row3;

    /// <summary>The sum with the outer product of a column and a row: 16 multiply-adds of 8 numbers.</summary>
    public static Block4x4 AddProduct(Block4x4 sum, Float4 column, Float4 row) => new(
        Float4.MultiplyAdd(column.X, row, sum.Row0),
        Float4.MultiplyAdd(column.Y, row, sum.Row1),
        Float4.MultiplyAdd(column.Z, row, sum.Row2),
        Float4.MultiplyAdd(column.W, row, sum.Row3));
}
