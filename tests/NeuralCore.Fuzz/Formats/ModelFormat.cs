using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Ops;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Files of networks: the sound ones are saved here, of networks that together have one of each layer, and others are of other programs.</summary>
public abstract class ModelFormat : FuzzFormat
{
    /// <inheritdoc/>
    public override string Name => Extension[1..];

    /// <summary>Files that other programs wrote, beside those made here.</summary>
    protected virtual IReadOnlyList<string> Foreign => [];

    /// <summary>How files are written.</summary>
    protected virtual SaveOptions Options => new();

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds() =>
        [Own(SeedModels.Chain(isTrained: false)), Own(SeedModels.Chain(isTrained: true)), Own(SeedModels.Branches()), .. Foreign.Select(SeedModels.Golden)];

    /// <inheritdoc/>
    public override void Open(string path) => ModelFile.Load(path, new ReferenceBackend<float>()).Dispose();

    /// <inheritdoc/>
    public override bool IsDocumented(Exception failure) => failure is DataFileException;

    private byte[] Own(Model model)
    {
        using (model)
        {
            return SeedModels.Saved(Extension, path => ModelFile.Save(model, path, new Dictionary<string, string> { ["seed"] = "7" }, Options));
        }
    }
}
