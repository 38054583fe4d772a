using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralCore.Ops;

/// <summary>Multiplies each row of a matrix by a number of its own.</summary>
internal static class ScaleRowsReference
{
    /// <summary>values[row, column] *= factors[row], in place.</summary>
    public static void Run<T>(int rows, int columns, Span<T> values, ReadOnlySpan<T> factors)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            Span<T> of = values.Slice(row * columns, columns);
            TensorPrimitives.Multiply(of, factors[row], of);
        }
    }
}
