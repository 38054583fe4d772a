using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// A step of an operand in shared memory: <c>step</c> rows, one an inner index, of <c>outerCount</c> floats, and one vector more. A slot is
/// a vector of four of it, numbered in the order in which they lie in memory: along the inner dimension first if the operand does.
/// </summary>
internal static class SharedTile
{
    /// <summary>Vectors from one row to the next. With the one more, the values that a warp transposes fall on different banks.</summary>
    public static int Stride(int outerCount) => (outerCount / 4) + 1;

    /// <summary>The place of a slot in the operand.</summary>
    public static TCursor At<TOperand, TCursor>(TOperand operand, int outerCount, int step, int slot, int outer, int inner)
        where TOperand : unmanaged, IOperand<TOperand, TCursor>
        where TCursor : unmanaged => TOperand.IsAlongInner
            ? TOperand.At(operand, outer + Quotient(slot, step / 4), inner + (Remainder(slot, step / 4) * 4))
            : TOperand.At(operand, outer + (Remainder(slot, outerCount / 4) * 4), inner + Quotient(slot, outerCount / 4));

    /// <summary>Where the vector of a slot belongs: as many floats from the beginning of a step if it lies along the inner dimension, else vectors.</summary>
    public static int Place<TOperand, TCursor>(int outerCount, int step, int slot)
        where TOperand : unmanaged, IOperand<TOperand, TCursor>
        where TCursor : unmanaged => TOperand.IsAlongInner
            ? (Remainder(slot, step / 4) * 16 * Stride(outerCount)) + Quotient(slot, step / 4)
            : (Quotient(slot, outerCount / 4) * Stride(outerCount)) + Remainder(slot, outerCount / 4);

    /// <summary>Puts the vector of a slot where it belongs, transposed if it lies along the inner dimension.</summary>
    /// <param name="shared">The operand's memory.</param>
    /// <param name="at">The vector at which the step begins.</param>
    /// <param name="stride">From <see cref="Stride"/>.</param>
    /// <param name="place">From <see cref="Place"/>.</param>
    /// <param name="value">The vector.</param>
    public static void Store<TOperand, TCursor>(ArrayView<Float4> shared, int at, int stride, int place, Float4 value)
        where TOperand : unmanaged, IOperand<TOperand, TCursor>
        where TCursor : unmanaged
    {
        if (TOperand.IsAlongInner)
        {
            ArrayView<float> to = shared.Cast<float>().SubView((4 * at) + place);
            to[0] = value.X;
            to[4 * stride] = value.Y;
            to[8 * stride] = value.Z;
            to[12 * stride] = value.W;
        }
        else
        {
            shared[at + place] = value;
        }
    }

    /// <summary>A sum with a column of a step, in order.</summary>
    public static float AddColumn(float sum, ArrayView<Float4> shared, int at, int outerCount, int step, int column)
    {
        ArrayView<float> from = shared.Cast<float>().SubView((4 * at) + column);
        for (int k = 0; k < step; k++)
        {
            sum += from[4 * k * Stride(outerCount)];
        }

        return sum;
    }

    /// <summary>
    /// A slot, less than a thousand, divided by a constant. The compiler moves this to where it is used, into the loop over steps, and would
    /// take twenty instructions for a division there.
    /// </summary>
    private static int Quotient(int slot, int by) => (slot * ((65536 / by) + 1)) >> 16;

    private static int Remainder(int slot, int by) => slot - (Quotient(slot, by) * by);
}
