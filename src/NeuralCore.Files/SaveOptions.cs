namespace NeuralCore.Files;

/// <summary>How a model is written, where a format leaves a choice.</summary>
public sealed record SaveOptions
{
    /// <summary>The oldest and the newest version of ONNX's operations that can be written.</summary>
    public const int SmallestOpset = 7, LargestOpset = 22;

    private readonly int _opset = 13;

    /// <summary>
    /// Whether an <c>.h5</c> file tells the optimiser's state in Keras's own words: Keras 2 goes on training from it, and Keras 3 opens such a file,
    /// but fails to train. Without it this program still goes on, from a group of its own.
    /// </summary>
    public bool OptimizerState { get; init; }

    /// <summary>
    /// Whether the file holds the weights alone, without the optimiser and what it keeps: with Adam a third of the size. Training that goes on from such a file
    /// begins with the optimiser's initial state.
    /// </summary>
    public bool WeightsOnly { get; init; }

    /// <summary>The version of ONNX's operations.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 7 to 22.</exception>
    public int Opset
    {
        get => _opset;
        init => _opset = value is >= SmallestOpset and <= LargestOpset
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"ONNX's operations are written in the versions {SmallestOpset} to {LargestOpset}.");
    }

    /// <summary>The order of axes of images that an ONNX file takes and gives.</summary>
    public InputLayout InputLayout { get; init; } = InputLayout.ChannelsLast;
}

/// <summary>The order of the axes of images.</summary>
public enum InputLayout
{
    /// <summary>Batch, rows, columns, channels: the engine's and TensorFlow's.</summary>
    ChannelsLast,

    /// <summary>Batch, channels, rows, columns: PyTorch's.</summary>
    ChannelsFirst,
}
