using System.IO.Compression;
using System.Text;
using NeuralCore.Files;
using NeuralCore.Fuzz.Mutation;
using NeuralCore.Ops;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Weights alone as Keras 3 saves them, with the network's description beside them.</summary>
public class WeightsFormat : ModelFormat
{
    private const string Description = "network.json";

    private readonly Lazy<(byte[] Weights, byte[] Json)> _files;

    /// <summary>Makes the two files of an archive of Keras 3, which holds both.</summary>
    public WeightsFormat()
        : this(Unpacked)
    {
    }

    /// <summary>Takes the two files.</summary>
    protected WeightsFormat(Func<(byte[] Weights, byte[] Json)> make) => _files = new(make);

    /// <inheritdoc/>
    public override string Name => "weights";

    /// <inheritdoc/>
    public override string Extension => ".weights.h5";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, byte[] Contents)> Companions => [(Description, _files.Value.Json)];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds() => [_files.Value.Weights];

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random) => H5Format.DamageFile(file, random);

    /// <inheritdoc/>
    public override void Open(string path) => Load(path, Path.Combine(Path.GetDirectoryName(path)!, Description));

    /// <summary>Loads weights into a described network.</summary>
    internal static void Load(string weights, string description) => ModelFile.Load(weights, new ReferenceBackend<float>(), architecture: description).Dispose();

    private static (byte[] Weights, byte[] Json) Unpacked()
    {
        using Model model = SeedModels.Branches();
        using var archive = new ZipArchive(new MemoryStream(SeedModels.Saved(".keras", path => ModelFile.Save(model, path))));
        return (Part("model.weights.h5"), Part("config.json"));

        byte[] Part(string name)
        {
            using var contents = new MemoryStream();
            using Stream part = archive.GetEntry(name)!.Open();
            part.CopyTo(contents);
            return contents.ToArray();
        }
    }
}

/// <summary>Weights alone as Keras 2 saves them: a group for each layer, under its name.</summary>
public sealed class Keras2WeightsFormat() : WeightsFormat(() => (SeedModels.Golden("k2_dense_block.weights.h5"), SeedModels.Golden("k2_dense_block.json")))
{
    /// <inheritdoc/>
    public override string Name => "weights-2";
}

/// <summary>A network's description as Keras's <c>to_json</c> writes it, for weights that are sound.</summary>
public sealed class ArchitectureFormat : ModelFormat
{
    private const string Weights = "network.weights.h5";

    /// <inheritdoc/>
    public override string Extension => ".json";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, byte[] Contents)> Companions => [(Weights, SeedModels.Golden("k2_dense_block.weights.h5"))];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds() => [SeedModels.Golden("k2_dense_block.json")];

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random) =>
        random.Next(4) == 0 ? ByteDamage.Anywhere(file, random) : Encoding.UTF8.GetBytes(JsonDamage.Damage(Encoding.UTF8.GetString(file), random));

    /// <inheritdoc/>
    public override void Open(string path) => WeightsFormat.Load(Path.Combine(Path.GetDirectoryName(path)!, Weights), path);
}
