namespace NeuralCore.Files;

/// <summary>Tensors of a file side by side, whatever their order of axes there.</summary>
internal static class FileConcatenation
{
    /// <summary>Applies a layer that joins values.</summary>
    /// <param name="inputs">The values, of as many axes each.</param>
    /// <param name="axis">The axis of one item in the file.</param>
    /// <param name="layer">Makes the layer for an axis as the engine's layer counts it.</param>
    /// <param name="apply">Applies it.</param>
    /// <returns>What it gives; null where the values are in different orders.</returns>
    public static FileValue? Apply(IReadOnlyList<FileValue> inputs, int axis, Func<int, Concatenate> layer, LayerApplication apply)
    {
        int[] dims = [.. inputs[0].Dims];
        dims[axis] = inputs.Sum(input => input.Dims[axis]);

        // Flat tensors may have any order each: what they join to is one after the other.
        if (dims.Length == 1 && inputs.All(input => input.Value.Shape.Rank == 1))
        {
            Value joined = apply(layer(-1), [.. inputs.Select(input => input.Value)]);
            return new FileValue(joined, Placement.Joined([.. inputs.Select(input => input.Placement)]), dims);
        }

        int?[] places = [.. inputs.Select(input => input.EngineAxis(axis)).Distinct()];
        if (places is not [int place])
        {
            return null;
        }

        Value output = apply(layer(place == dims.Length - 1 ? -1 : place + 1), [.. inputs.Select(input => input.Value)]);
        Placement placement = inputs.All(input => input.Placement.IsSame && input.Value.Shape.Extents.SequenceEqual(input.Dims))
            ? Placement.Same(output.Shape.Count)
            : Placement.ChannelsFirst(output.Shape[2], output.Shape[0] * output.Shape[1]);
        return new FileValue(output, placement, dims);
    }
}

/// <summary>Applies a layer of the engine.</summary>
internal delegate Value LayerApplication(Layer layer, params ReadOnlySpan<Value> inputs);
