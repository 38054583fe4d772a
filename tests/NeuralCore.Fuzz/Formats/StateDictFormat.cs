using NeuralCore.Files.PyTorch;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Weights alone in the layout of PyTorch, for a network that is there.</summary>
public sealed class StateDictFormat : SafetensorsFormat
{
    private readonly Lazy<Model> _model = new(() => SeedModels.Branches(isForPyTorch: true));

    /// <inheritdoc/>
    public override string Name => "state-dict";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + Extension);
        try
        {
            StateDictFile.Save(_model.Value, path);
            return [File.ReadAllBytes(path)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public override void Open(string path) => StateDictFile.Load(_model.Value, path);
}
