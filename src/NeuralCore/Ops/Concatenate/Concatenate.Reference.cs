using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// A concatenation as textbook loops. Everything before its axis makes the rows of a matrix, the axis and everything behind it the columns:
/// <code>
/// y[r, first_k + i] = x_k[r, i]      dx_k[r, i] = dy[r, first_k + i]      for i below the width of input k, which begins at first_k
/// </code>
/// Both are copies of parts of rows. Nothing is saved.
/// </summary>
internal static class ConcatenateReference
{
    /// <summary>destination[r, DestinationFirst + i] = source[r, SourceFirst + i].</summary>
    public static void CopyRows<T>(in RowCopy copy, ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < copy.Rows; row++)
        {
            for (int i = 0; i < copy.Width; i++)
            {
                destination[(row * copy.DestinationStride) + copy.DestinationFirst + i] = source[(row * copy.SourceStride) + copy.SourceFirst + i];
            }
        }
    }
}
