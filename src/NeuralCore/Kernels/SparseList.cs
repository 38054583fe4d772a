using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralCore.Kernels;

/// <summary>One element of a sparse matrix: a number, and where the row begins that it multiplies.</summary>
/// <param name="Row">The first float of the row, counted from the beginning of all rows.</param>
/// <param name="Value">The number.</param>
internal readonly record struct SparseEntry(int Row, float Value);

/// <summary>Lists the elements of a matrix that are not zero. NaN is not zero.</summary>
internal static unsafe class SparseList
{
    /// <summary>Lists consecutive elements of a row in their order; that of column <c>j</c> multiplies the row that begins at <c>j * stride</c>.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="column">The column of the first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="stride">Floats from one row that is multiplied to the next.</param>
    /// <param name="entries">Receives the entries, room for <paramref name="count"/>.</param>
    /// <returns>The number of entries.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int OfRow(float* values, int column, int count, int stride, SparseEntry* entries)
    {
        int found = 0;
        for (int block = 0; block < count; block += 64)
        {
            for (ulong mask = NonZeros(values + block, count - block); mask != 0; mask &= mask - 1)
            {
                int i = block + BitOperations.TrailingZeroCount(mask);
                entries[found++] = new SparseEntry((column + i) * stride, values[i]);
            }
        }

        return found;
    }

    /// <summary>The part of a matrix's elements that is not zero, in [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Density(float* matrix, int count)
    {
        long nonZeros = 0;
        for (int i = 0; i < count; i += 64)
        {
            nonZeros += BitOperations.PopCount(NonZeros(matrix + i, count - i));
        }

        return (double)nonZeros / count;
    }

    /// <summary>Bit i is set where element i, of the next 64 or as many as there are, is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonZeros(float* values, int count)
    {
        ulong zero = 0;
        for (int i = 0; i < 4 && 16 * i < count; i++)
        {
            zero |= Vector512.Equals(Vector512.Load(values + (16 * i)), Vector512<float>.Zero).ExtractMostSignificantBits() << (16 * i);
        }

        return ~zero & First(count);
    }

    /// <summary>The lowest <paramref name="count"/> bits.</summary>
    private static ulong First(int count) => count >= 64 ? ulong.MaxValue : (1UL << count) - 1;
}
