using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Four neighbours of a row whose length need not be a multiple of 4.</summary>
internal static class Rows
{
    /// <summary>Loads them; those behind the end are zeros.</summary>
    /// <param name="values">Rows, one behind the other.</param>
    /// <param name="index">Where the first of the four lies in them.</param>
    /// <param name="column">Its column: a multiple of 4, and before the end.</param>
    /// <param name="columns">The length of a row.</param>
    public static Float4 Load(ArrayView<float> values, int index, int column, int columns)
    {
        if ((columns & 3) == 0)
        {
            return values.Cast<Float4>()[index >> 2];
        }

        return new Float4(
            values[index],
            column + 1 < columns ? values[index + 1] : 0,
            column + 2 < columns ? values[index + 2] : 0,
            column + 3 < columns ? values[index + 3] : 0);
    }

    /// <summary>Stores those that are before the end.</summary>
    /// <param name="values">Rows, one behind the other.</param>
    /// <param name="index">Where the first of the four lies in them.</param>
    /// <param name="column">Its column: a multiple of 4, and before the end.</param>
    /// <param name="columns">The length of a row.</param>
    /// <param name="value">The four.</param>
    internal static void Store(ArrayView<float> values, int index, int column, int columns, Float4 value)
    {
        if ((columns & 3) == 0)
        {
            values.Cast<Float4>()[index >> 2] = value;
            return;
        }

        values[index] = value.X;
        if (column + 1 < columns)
        {
            values[index + 1] = value.Y;
        }

        if (column + 2 < columns)
        {
            values[index + 2] = value.Z;
        }

        if (column + 3 < columns)
        {
            values[index + 3] = value.W;
        }
    }

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    public static Float4 Relu(Float4 x) => new(
        ReluKernels.Rectify(x.X), ReluKernels.Rectify(x.Y), ReluKernels.Rectify(x.Z), ReluKernels.Rectify(x.W));
}
