using NeuralCore.Fuzz.Formats;

namespace NeuralCore.Fuzz;

/// <summary>All kinds of files that are damaged: those of models, and pictures.</summary>
public static class FuzzFormats
{
    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<FuzzFormat> All => [.. Models, .. Pictures];

    /// <summary>Files that models are read from.</summary>
    public static IReadOnlyList<FuzzFormat> Models { get; } =
    [
        new SafetensorsFormat(), new H5Format(), new KerasFormat(), new OnnxFormat(), new ExternalOnnxFormat(), new StateDictFormat(),
        new WeightsFormat(), new Keras2WeightsFormat(), new ArchitectureFormat(),
    ];

    /// <summary>Files that <c>predict</c> reads digits from.</summary>
    public static IReadOnlyList<FuzzFormat> Pictures => PictureFormats.All;
}
