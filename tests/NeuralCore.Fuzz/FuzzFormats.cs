using NeuralCore.Fuzz.Formats;

namespace NeuralCore.Fuzz;

/// <summary>All kinds of files that are damaged.</summary>
public static class FuzzFormats
{
    /// <summary>They, in the order of the report.</summary>
    public static IReadOnlyList<FuzzFormat> All { get; } =
    [
        new SafetensorsFormat(), new H5Format(), new KerasFormat(), new OnnxFormat(), new ExternalOnnxFormat(), new StateDictFormat(),
        new WeightsFormat(), new Keras2WeightsFormat(), new ArchitectureFormat(),
    ];
}
