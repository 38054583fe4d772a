
namespace NeuralCore.Files.Onnx;

/// <summary>Moves weights between the engine's order and ONNX's. Nothing is computed, so the bits stay.</summary>
internal static class OnnxLayout
{
    /// <summary>Kernels from filter, channel, row, column to row, column, channel, filter.</summary>
    /// <param name="values">In ONNX's order.</param>
    /// <param name="shape">The shape in the engine.</param>
    public static float[] RowsFirst(float[] values, Shape shape)
    {
        var moved = new float[values.Length];
        Move(shape, (engine, onnx) => moved[engine] = values[onnx]);
        return moved;
    }

    /// <summary>Kernels from row, column, channel, filter to filter, channel, row, column.</summary>
    /// <param name="values">In the engine's order.</param>
    /// <param name="shape">The shape in the engine.</param>
    public static float[] FiltersFirst(float[] values, Shape shape)
    {
        var moved = new float[values.Length];
        Move(shape, (engine, onnx) => moved[onnx] = values[engine]);
        return moved;
    }

    /// <summary>A matrix of a dense layer as inputs x units.</summary>
    /// <param name="values">As the file has it.</param>
    /// <param name="shape">Inputs x units.</param>
    /// <param name="isTransposed">Whether the file has units x inputs.</param>
    /// <param name="places">Which input of the file each input of the engine is; null for the same order.</param>
    public static float[] Matrix(float[] values, Shape shape, bool isTransposed, int[]? places)
    {
        if (!isTransposed && places is null)
        {
            return values;
        }

        (int inputs, int units) = (shape[0], shape[1]);
        var moved = new float[values.Length];
        for (int input = 0; input < inputs; input++)
        {
            int place = places is null ? input : places[input];
            for (int unit = 0; unit < units; unit++)
            {
                moved[(input * units) + unit] = isTransposed ? values[(unit * inputs) + place] : values[(place * units) + unit];
            }
        }

        return moved;
    }

    private static void Move(Shape shape, Action<int, int> move)
    {
        (int area, int channels, int filters) = (shape[0] * shape[1], shape[2], shape[3]);
        int engine = 0;
        for (int place = 0; place < area; place++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int filter = 0; filter < filters; filter++)
                {
                    move(engine++, (((filter * channels) + channel) * area) + place);
                }
            }
        }
    }
}
