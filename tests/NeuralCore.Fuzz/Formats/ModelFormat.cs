using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Ops;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Files of networks: the sound ones are saved here, of networks that have one of each layer, and some are other programs'.</summary>
public abstract class ModelFormat : FuzzFormat
{
    /// <inheritdoc/>
    public override string Name => Extension[1..];

    /// <summary>Files that other programs wrote, beside those made here.</summary>
    protected virtual IReadOnlyList<string> Foreign => [];

    /// <summary>How files are written.</summary>
    protected virtual SaveOptions Options => new();

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + Extension);
        try
        {
            var seeds = new List<byte[]>();
            foreach (Func<Model> make in new Func<Model>[] { () => SeedModels.Chain(isTrained: false), () => SeedModels.Chain(isTrained: true), () => SeedModels.Branches() })
            {
                using Model model = make();
                ModelFile.Save(model, path, new Dictionary<string, string> { ["seed"] = "7" }, Options);
                seeds.Add(File.ReadAllBytes(path));
            }

            seeds.AddRange(Foreign.Select(SeedModels.Golden));
            return seeds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public override void Open(string path) => ModelFile.Load(path, new ReferenceBackend<float>()).Dispose();

    /// <inheritdoc/>
    public override bool IsDocumented(Exception failure) => failure is DataFileException;
}
