namespace NeuralCore.Files.Keras;

/// <summary>A tensor that a layer of Keras keeps.</summary>
/// <param name="Name">Its name in Keras: kernel, bias, gamma.</param>
/// <param name="Shape">Its shape in the file.</param>
/// <param name="Weight">The engine's weight that it is; null for one that the engine has nothing for.</param>
/// <param name="ToEngine">Brings the file's values into the engine's order.</param>
internal sealed record KerasWeight(string Name, Shape Shape, Weight? Weight, Func<float[], float[]>? ToEngine = null);

/// <summary>What one layer of a Keras model became.</summary>
/// <param name="layer">The layer.</param>
internal sealed class KerasMade(KerasLayer layer)
{
    /// <summary>The layer.</summary>
    public KerasLayer Layer => layer;

    /// <summary>The engine's layers, in the order in which they were made.</summary>
    public List<Layer> Layers { get; } = [];

    /// <summary>Its tensors, in Keras's order.</summary>
    public List<KerasWeight> Weights { get; } = [];
}
