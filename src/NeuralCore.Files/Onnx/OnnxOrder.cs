namespace NeuralCore.Files.Onnx;

/// <summary>How the numbers of a weight stand in ONNX beside the engine's order. Nothing is computed, so the bits stay.</summary>
/// <param name="Axes">Which of the engine's axes comes to each place in ONNX; null where the order is the same.</param>
internal sealed record OnnxOrder(int[]? Axes)
{
    /// <summary>The engine's order.</summary>
    public static OnnxOrder Same { get; } = new((int[]?)null);

    /// <summary>Kernels: rows, columns, channels, filters here; filters, channels, rows, columns there.</summary>
    public static OnnxOrder FiltersFirst { get; } = new([3, 2, 0, 1]);

    /// <summary>Kernels of depthwise convolutions: rows, columns, channels, multipliers here; channels and multipliers, rows, columns there.</summary>
    public static OnnxOrder ChannelsFirst { get; } = new([2, 3, 0, 1]);

    /// <summary>Matrices with rows and columns exchanged.</summary>
    public static OnnxOrder Transposed { get; } = new([1, 0]);

    /// <summary>Values of a weight in ONNX's order.</summary>
    public float[] ToOnnx(float[] values, Shape shape)
    {
        if (Axes is null)
        {
            return values;
        }

        int[] places = OnnxBroadcast.Transposed(shape.Extents.ToArray(), Axes);
        return Array.ConvertAll(places, place => values[place]);
    }

    /// <summary>Values of ONNX's order in a weight's.</summary>
    public float[] ToEngine(float[] values, Shape shape)
    {
        if (Axes is null)
        {
            return values;
        }

        int[] places = OnnxBroadcast.Transposed(shape.Extents.ToArray(), Axes);
        var moved = new float[values.Length];
        for (int i = 0; i < places.Length; i++)
        {
            moved[places[i]] = values[i];
        }

        return moved;
    }
}
