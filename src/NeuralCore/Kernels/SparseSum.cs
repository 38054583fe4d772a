using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>One element of a sparse matrix: a number, and where the row begins that it multiplies.</summary>
/// <param name="Row">The first float of the row, counted from the beginning of all rows.</param>
/// <param name="Value">The number.</param>
internal readonly record struct SparseEntry(int Row, float Value);

/// <summary>
/// The product of a sparse row and a dense matrix: <c>sum[j] += sum over entries e of e.Value * rows[e.Row + j]</c>. Zeros cost
/// nothing, since they are not in the list.
/// </summary>
internal static unsafe class SparseSum
{
    /// <summary>The vectors that stay in registers together. Six times 16 floats is a row of a 3x3 kernel over 32 channels.</summary>
    private const int TileVectors = 6;

    /// <summary>Adds up <paramref name="columns"/> columns, each in the order of the entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVec>(SparseEntry* entries, SparseEntry* end, float* rows, float* sum, int columns)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int column = 0;
        for (; columns - column >= TileVectors * TSimd.Width; column += TileVectors * TSimd.Width)
        {
            SixVectors<TSimd, TVec>(entries, end, rows + column, sum + column);
        }

        for (; columns - column >= TSimd.Width; column += TSimd.Width)
        {
            OneVector<TSimd, TVec>(entries, end, rows + column, sum + column);
        }

        for (; column < columns; column++)
        {
            OneColumn(entries, end, rows + column, sum + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixVectors<TSimd, TVec>(SparseEntry* entries, SparseEntry* end, float* rows, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int w = TSimd.Width;
        TVec c0 = TSimd.Load(sum), c1 = TSimd.Load(sum + w), c2 = TSimd.Load(sum + (2 * w));
        TVec c3 = TSimd.Load(sum + (3 * w)), c4 = TSimd.Load(sum + (4 * w)), c5 = TSimd.Load(sum + (5 * w));
        for (SparseEntry* entry = entries; entry < end; entry++)
        {
            float* row = rows + entry->Row;
            TVec x = TSimd.Create(entry->Value);
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
    private static void OneVector<TSimd, TVec>(SparseEntry* entries, SparseEntry* end, float* rows, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec c = TSimd.Load(sum);
        for (SparseEntry* entry = entries; entry < end; entry++)
        {
            c = TSimd.MultiplyAdd(TSimd.Create(entry->Value), TSimd.Load(rows + entry->Row), c);
        }

        TSimd.Store(sum, c);
    }

    /// <summary>What fills no vector, rounded as the vectors round.</summary>
    private static void OneColumn(SparseEntry* entries, SparseEntry* end, float* rows, float* sum)
    {
        float c = *sum;
        for (SparseEntry* entry = entries; entry < end; entry++)
        {
            c = float.MultiplyAddEstimate(entry->Value, rows[entry->Row], c);
        }

        *sum = c;
    }
}
