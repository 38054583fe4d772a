namespace NeuralCore.Peers.Networks;

/// <summary>A network that every contestant has.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">What it consists of.</param>
/// <param name="Input">The shape of an image.</param>
/// <param name="Layers">Makes the layers between input and softmax; with dropout or, to compare losses, without.</param>
internal sealed record PeerNetwork(string Name, string Description, Shape Input, Func<bool, Layer[]> Layers)
{
    /// <summary>The images of a training step.</summary>
    public const int Batch = 128;

    /// <summary>The classes.</summary>
    public const int Classes = 10;

    /// <summary>
    /// By how much the losses of ten steps without dropout may differ between two libraries. Rounding alone stays below 1e-3, but Adam's first steps
    /// are as long for a gradient that is mostly rounding as for a large one: in some deeper networks even libtorch's two layouts part by more.
    /// </summary>
    public double LossTolerance { get; init; } = 1e-3;

    /// <summary>Describes it to NeuralCore.</summary>
    public Model Create(bool dropout) => new Sequential(
        [new Input(Input, Preprocessing.Scale), .. Layers(dropout), new Dense(Classes, Activation.Softmax)]);
}
