using System.Globalization;
using System.Text;
using System.Text.Json;
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

    private const int MostConfigBytes = 1 << 22;

    private readonly Hdf5Object _root;
    private readonly Dictionary<KerasLayer, string> _paths = new(ReferenceEqualityComparer.Instance);

    private KerasArchiveNetwork(Hdf5Object root, IReadOnlyList<KerasLayer> chain, KerasLayers layers, KerasNote? note, Adam? optimizer)
        : base(layers, note, optimizer)
    {
        // Keras 2.12 called the list of layers by another name.
        _root = root;
        AddPaths(chain, root.Find("layers") is null ? "_layer_checkpoint_dependencies" : "layers");
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It holds no network of Keras; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">Layers do not fit together.</exception>
    public static KerasArchiveNetwork Open(string path)
    {
        Dictionary<string, byte[]> parts = ZipParts.Read(path, [(AboutFile, MostConfigBytes), (ConfigFile, MostConfigBytes), (WeightFile, int.MaxValue)]);
        using JsonDocument config = Parse(parts, ConfigFile);
        using JsonDocument metadata = Parse(parts, AboutFile);
        KerasNote? note = metadata.RootElement.ValueKind == JsonValueKind.Object && metadata.RootElement.TryGetProperty(KerasNote.Key, out JsonElement own)
            ? KerasNote.Read(own)
            : null;
        IReadOnlyList<KerasLayer> chain = KerasChain.Read(config.RootElement);
        Adam? optimizer = config.RootElement.TryGetProperty("compile_config", out JsonElement compiled) && compiled.ValueKind == JsonValueKind.Object
            && compiled.TryGetProperty("optimizer", out JsonElement described) ? KerasText.Optimizer(described) : null;
        Hdf5Object root = Hdf5File.Open(parts[WeightFile]).Root;
        return new KerasArchiveNetwork(root, chain, KerasLayers.Read(chain), note, optimizer);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<NamedDataset> LayerTensors(KerasLayer layer)
    {
        if (layer.Inner is { } inner)
        {
            return [.. inner.SelectMany(LayerTensors)];
        }

        string path = $"{_paths[layer]}/vars";
        return _root.FindPath(path) is { } variables ? Numbered(variables, path) : [];
    }

    /// <inheritdoc/>
    protected override (long Steps, IReadOnlyList<NamedDataset> M, IReadOnlyList<NamedDataset> V)? Moments()
    {
        const string Path = "optimizer/vars";
        if (_root.FindPath(Path) is not { } variables || Numbered(variables, Path) is not [var iteration, _, .. var moments]
            || iteration.Dataset.ReadInteger(iteration.Name) is not { } steps)
        {
            return null;
        }

        return (steps, [.. moments.Where((_, i) => i % 2 == 0)], [.. moments.Where((_, i) => i % 2 == 1)]);
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

    private static JsonDocument Parse(Dictionary<string, byte[]> parts, string name)
    {
        try
        {
            return KerasText.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(parts[name]), name);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"has a '{name}' that is no Unicode", failure);
        }
    }

    private void AddPaths(IReadOnlyList<KerasLayer> chain, string folder)
    {
        var used = new Dictionary<string, int>();
        foreach (KerasLayer layer in chain)
        {
            string name = KerasText.SnakeCase(layer.ClassName);
            int number = used.GetValueOrDefault(name);
            used[name] = number + 1;
            _paths[layer] = $"{folder}/{(number == 0 ? name : $"{name}_{number}")}";
            if (layer.Inner is { } inner)
            {
                AddPaths(inner, _paths[layer] + "/layers");
            }
        }
    }
}
