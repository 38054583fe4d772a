namespace NeuralCore.Files;

/// <summary>Tensors of a file side by side, whatever their order of axes there.</summary>
internal static class FileConcatenation
{
    /// <summary>Applies a layer that joins values.</summary>
    /// <param name="inputs">The values, of as many axes each.</param>
    /// <param name="axis">The axis of one item in the file.</param>
    /// <param name="layer">Makes the layer for an axis as the engine's layer counts it.</param>
    /// <param name="apply">Applies it.</param>
    /// <param name="vector">A value as the engine's flat vector.</param>
    /// <returns>What it gives; null where the values are in different orders.</returns>
    public static FileValue? Apply(IReadOnlyList<FileValue> inputs, int axis, Func<int, Concatenate> layer, LayerApplication apply, Func<FileValue, Value> vector)
    {
        int[] dims = [.. inputs[0].Dims];
        dims[axis] = inputs.Sum(input => input.Dims[axis]);

        // Flat tensors may have any order each: what they join to is one after the other.
        if (dims.Length == 1)
        {
            Value joined = apply(layer(-1), [.. inputs.Select(vector)]);
            return new FileValue(joined, Placement.Joined([.. inputs.Select(input => input.Placement)]), dims);
        }

        // An input whose order is open takes that of what it meets.
        bool isFirst = inputs.Any(input => !input.IsOpen && input.Dims.Length == 3 && input.AsImage(channelsFirst: true) is not null);
        foreach (FileValue open in inputs.Where(input => isFirst && input.IsOpen))
        {
            open.AsImage(channelsFirst: true);
        }

        int?[] places = [.. inputs.Select(input => input.EngineAxis(axis)).Distinct()];
        if (places is not [int place])
        {
            return null;
        }

        Value output = apply(layer(place == inputs[0].Value.Shape.Rank - 1 ? -1 : place + 1), [.. inputs.Select(input => input.Value)]);
        Placement placement = dims.Length == 3 && (place != axis)
            ? Placement.ChannelsFirst(output.Shape[2], output.Shape[0] * output.Shape[1])
            : Placement.Same(output.Shape.Count);
        return new FileValue(output, placement, dims);
    }
}

/// <summary>Applies a layer of the engine.</summary>
internal delegate Value LayerApplication(Layer layer, params ReadOnlySpan<Value> inputs);
