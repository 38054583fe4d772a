namespace NeuralCore.Kernels;

/// <summary>
/// The operands of one matrix product C = A B (or C += A B), addressed so generally that convolutions and their derivatives
/// are matrix products in place, without copying anything into columns first. Summation runs over two nested indices,
/// <c>outer</c> and <c>inner</c>; strides count floats.
/// <code>
/// C[row, column] = sum over outer, inner of  A[outer*AOuter + inner*AInner + row*ARow] * B[outer*BOuter + inner*BInner + column]
/// </code>
/// Columns are contiguous in B and C, since they are what vectors hold.
/// </summary>
internal unsafe struct TileOperands
{
    /// <summary>The element of A for row 0 of the product.</summary>
    public float* A;

    public nint ARow;

    public nint AInner;

    public nint AOuter;

    /// <summary>The element of B for column 0 of the product.</summary>
    public float* B;

    public nint BInner;

    public nint BOuter;

    /// <summary>How many values the two summation indices take.</summary>
    public int Outer;

    public int Inner;

    /// <summary>The element of C at row 0, column 0.</summary>
    public float* C;

    public nint CRow;

    /// <summary>The number that column 0 has for an epilogue.</summary>
    public nint FirstColumn;

    /// <summary>Whether the sum begins with what C holds, and not with 0.</summary>
    public bool Accumulate;

    /// <summary>The same product seen from another row and column.</summary>
    public readonly TileOperands At(nint row, nint column)
    {
        TileOperands moved = this;
        moved.A += row * ARow;
        moved.B += column;
        moved.C += (row * CRow) + column;
        moved.FirstColumn += column;
        return moved;
    }
}
