namespace NeuralCore.Files;

/// <summary>
/// scale * x + shift in the middle of a network, with one number for all or one a channel: a batch normalization whose statistics are fixed.
/// </summary>
internal static class AffineLayer
{
    private const double Epsilon = 1e-3;

    /// <summary>Makes the layer.</summary>
    public static BatchNormalization Make() => new(epsilon: Epsilon) { Trainable = false };

    /// <summary>Sets the factors and offsets of a layer that was applied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="scale">One number for all, or one a channel, in the engine's order.</param>
    /// <param name="shift">The same.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than channels.</exception>
    public static void Set(NetworkAssembly network, BatchNormalization layer, double[] scale, double[] shift)
    {
        foreach ((string name, double[] values) in new (string, double[])[] { ("gamma", scale), ("beta", shift), ("moving_mean", [0]), ("moving_variance", [1 - Epsilon]) })
        {
            Weight weight = layer.Weights.First(found => found.Name == name);
            int count = weight.Shape.Count;
            if (values.Length != 1 && values.Length != count)
            {
                throw new ArgumentException($"It scales {count} channels by {values.Length} numbers.");
            }

            network.Set(weight, new StoredTensor(name, weight.Shape, () => [.. Enumerable.Range(0, count).Select(i => (float)values[values.Length == 1 ? 0 : i])]) { Bytes = 0 });
        }
    }
}
