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
            ? TOperand.At(operand, outer + (slot / (step / 4)), inner + (slot % (step / 4) * 4))
            : TOperand.At(operand, outer + (slot % (outerCount / 4) * 4), inner + (slot / (outerCount / 4)));

    /// <summary>Puts the vector of a slot where it belongs, transposed if it lies along the inner dimension; a slot too many is passed over.</summary>
    internal static void Store<TOperand, TCursor>(ArrayView<Float4> shared, int at, int outerCount, int step, int slot, Float4 value)
        where TOperand : unmanaged, IOperand<TOperand, TCursor>
        where TCursor : unmanaged
    {
        if (slot >= step / 4 * outerCount)
        {
            return;
        }

        int stride = Stride(outerCount);
        if (TOperand.IsAlongInner)
        {
            ArrayView<float> floats = shared.Cast<float>();
            int to = ((at + (slot % (step / 4) * 4 * stride)) * 4) + (slot / (step / 4));
            floats[to] = value.X;
            floats[to + (4 * stride)] = value.Y;
            floats[to + (8 * stride)] = value.Z;
            floats[to + (12 * stride)] = value.W;
        }
        else
        {
            shared[at + (slot / (outerCount / 4) * stride) + (slot % (outerCount / 4))] = value;
        }
    }

    /// <summary>A sum with a column of a step, in order.</summary>
    public static float AddColumn(float sum, ArrayView<Float4> shared, int at, int outerCount, int step, int column)
    {
        ArrayView<float> floats = shared.Cast<float>();
        for (int k = 0; k < step; k++)
        {
            sum += floats[((at + (k * Stride(outerCount))) * 4) + column];
        }

        return sum;
    }
}
