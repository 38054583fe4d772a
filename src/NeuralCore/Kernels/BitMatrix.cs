namespace NeuralCore.Kernels;

/// <summary>A matrix of 64 x 64 bits: word i is row i, bit j its column j.</summary>
internal static unsafe class BitMatrix
{
    /// <summary>The words, which are the rows, and the bits of each.</summary>
    public const int Size = 64;

    /// <summary>
    /// Rows become columns, in place: halves of the matrix change places across the diagonal, then the halves of each quarter, and so
    /// on down to single bits (Warren, Hacker's Delight, 7-3).
    /// </summary>
    public static void Transpose(ulong* rows)
    {
        ulong mask = 0x00000000FFFFFFFF;
        for (int half = Size / 2; half != 0; half /= 2, mask ^= mask << half)
        {
            for (int i = 0; i < Size; i = (i + half + 1) & ~half)
            {
                ulong swapped = ((rows[i] >> half) ^ rows[i + half]) & mask;
                rows[i] ^= swapped << half;
                rows[i + half] ^= swapped;
            }
        }
    }
}
