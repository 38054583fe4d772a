using System.Globalization;
using System.Text;
using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>
/// A network in a <c>.keras</c> archive. A layer's tensors are numbered under its class in snake case, with a number for the second
/// layer of a class and those after it; the layer's own name plays no part.
/// </summary>
internal sealed class KerasArchiveNetwork : KerasNetwork
{
    /// <summary>The names of the archive's parts.</summary>
    public const string AboutFile = "metadata.json", ConfigFile = "config.json", WeightFile = "model.weights.h5";

    private const int MostConfigBytes = 1 << 24;

    private readonly Hdf5Object _root;
    private readonly Dictionary<KerasLayer, (string Path, Hdf5Object Group)> _paths;

    private KerasArchiveNetwork(Hdf5Object root, JsonElement config, string? version, KerasNote? note, JsonElement? compilation)
        : base(config, version, note, compilation) => (_root, _paths) = (root, KerasPaths.Of(Root, root));

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It holds no network of Keras; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">Layers do not fit together.</exception>
    public static KerasArchiveNetwork Open(string path)
    {
        Dictionary<string, byte[]> parts = ZipParts.Read(path, [(AboutFile, MostConfigBytes), (ConfigFile, MostConfigBytes), (WeightFile, int.MaxValue)]);
        JsonElement config = Parse(parts, ConfigFile), metadata = Parse(parts, AboutFile);
        KerasNote? note = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty(KerasNote.Key, out JsonElement own) ? KerasNote.Read(own) : null;
        JsonElement? compilation = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("compile_config", out JsonElement compiled) ? compiled : null;
        string? version = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("keras_version", out JsonElement said) && said.ValueKind == JsonValueKind.String
            ? FileText.Of(said)
            : null;
        return new KerasArchiveNetwork(Hdf5File.Open(parts[WeightFile]).Root, config, version, note, compilation);
    }

    /// <summary>Opens a file of weights alone, as <c>save_weights</c> writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="architecture">The file that describes the network, as <c>to_json</c> does.</param>
    /// <exception cref="InvalidDataException">One of the two is damaged; the message completes "the file ...".</exception>
    /// <exception cref="DataFileException">The description cannot be read.</exception>
    public static KerasArchiveNetwork OpenWeights(string path, string architecture)
    {
        Hdf5Object root = Hdf5File.Open(FileContent.Read(path)).Root;
        try
        {
            JsonElement config = Parse(new Dictionary<string, byte[]> { [ConfigFile] = FileContent.Read(architecture) }, ConfigFile);
            string? version = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("keras_version", out JsonElement said) && said.ValueKind == JsonValueKind.String
                ? FileText.Of(said)
                : null;
            return new KerasArchiveNetwork(root, config, version, note: null, compilation: null);
        }
        catch (InvalidDataException failure)
        {
            throw new DataFileException(architecture, $"The file '{architecture}' {failure.Message}; use the network's description as Keras's to_json writes it.", failure);
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<NamedDataset> Tensors(KerasLayer layer)
    {
        return _paths.TryGetValue(layer, out (string Path, Hdf5Object Group) found) && found.Group.Find("vars") is { } variables
            ? Numbered(variables, $"{found.Path}/vars")
            : [];
    }

    /// <inheritdoc/>
    protected override IEnumerable<(KerasMade Made, IReadOnlyList<NamedDataset> Tensors)> Matched(IReadOnlyList<KerasMade> layers) =>
        layers.Select(layer => (layer, Tensors(layer.Layer)));

    /// <inheritdoc/>
    protected override KerasOptimizerState? State(Optimizer optimizer)
    {
        const string Path = "optimizer/vars";
        return _root.FindPath(Path) is { } variables ? KerasOptimizerState.ByNumber(Numbered(variables, Path), optimizer) : null;
    }

    private static List<NamedDataset> Numbered(Hdf5Object group, string path)
    {
        var datasets = new List<NamedDataset>();
        while (group.Find(datasets.Count.ToString(CultureInfo.InvariantCulture)) is { IsDataset: true } dataset)
        {
            datasets.Add(new NamedDataset($"{path}/{datasets.Count}", dataset));
        }

        return datasets;
    }

    private static JsonElement Parse(Dictionary<string, byte[]> parts, string name)
    {
        try
        {
            using JsonDocument document = KerasText.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(parts[name]), name);
            return document.RootElement.Clone();
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"has a '{name}' that is not valid Unicode", failure);
        }
    }
}
