using NeuralCore.Files.PyTorch;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Weights alone in the layout of PyTorch, for a given network.</summary>
public sealed class StateDictFormat : SafetensorsFormat
{
    private readonly Lazy<Model> _model = new(() => SeedModels.Branches(isForPyTorch: true));

    /// <inheritdoc/>
    public override string Name => "state-dict";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds() => [SeedModels.Saved(Extension, path => StateDictFile.Save(_model.Value, path))];

    /// <inheritdoc/>
    public override void Open(string path) => StateDictFile.Load(_model.Value, path);
}
