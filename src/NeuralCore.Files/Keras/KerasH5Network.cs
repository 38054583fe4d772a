using System.Text.Json;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>A network in a legacy <c>.h5</c> file of Keras 1, 2 or 3: everything is found by the names that the file lists.</summary>
internal sealed class KerasH5Network : KerasNetwork
{
    private readonly Hdf5Object _root;
    private readonly Lazy<Dictionary<KerasLayer, Hdf5Object>> _groups;

    private KerasH5Network(Hdf5Object root, KerasLayers layers, KerasNote? note, Adam? optimizer)
        : base(layers, note, optimizer)
    {
        _root = root;
        _groups = new(() => MatchGroups(layers), isThreadSafe: false);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">It holds no network of Keras; the message completes "the file ...".</exception>
    public static KerasH5Network Open(byte[] bytes)
    {
        Hdf5Object root = Hdf5File.Open(bytes).Root;
        using JsonDocument model = Parse(root, "model_config")
            ?? throw new InvalidDataException("holds weights without a network, since it lacks a 'model_config'");
        using JsonDocument? training = Parse(root, "training_config");
        using JsonDocument? note = Parse(root, KerasNote.Key);
        Adam? optimizer = training is not null && training.RootElement.ValueKind == JsonValueKind.Object
            && training.RootElement.TryGetProperty("optimizer_config", out JsonElement config) ? KerasText.Optimizer(config) : null;
        return new KerasH5Network(
            root, KerasLayers.Read(KerasChain.Read(model.RootElement)), note is null ? null : KerasNote.Read(note.RootElement), optimizer);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<NamedDataset> LayerTensors(KerasLayer layer)
    {
        Hdf5Object group = _groups.Value[layer];
        return [.. (group.Texts("weight_names") ?? []).Select(name => Dataset(group, name))];
    }

    /// <inheritdoc/>
    protected override (long Steps, IReadOnlyList<NamedDataset> M, IReadOnlyList<NamedDataset> V)? Moments()
    {
        if (_root.Find("optimizer_weights") is not { } group || group.Texts("weight_names") is not { } names)
        {
            return null;
        }

        long? steps = null;
        List<NamedDataset> m = [], v = [];
        foreach (string name in names)
        {
            string plain = name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name;
            if (plain.EndsWith("iteration", StringComparison.Ordinal) || plain.EndsWith("/iter", StringComparison.Ordinal))
            {
                steps = Dataset(group, name).Dataset.ReadInteger(name);
            }
            else if (plain.EndsWith("_momentum", StringComparison.Ordinal) || plain.EndsWith("/m", StringComparison.Ordinal) || plain.Contains("/m/"))
            {
                m.Add(Dataset(group, name));
            }
            else if (plain.EndsWith("_velocity", StringComparison.Ordinal) || plain.EndsWith("/v", StringComparison.Ordinal) || plain.Contains("/v/"))
            {
                v.Add(Dataset(group, name));
            }
        }

        return steps is { } taken ? (taken, m, v) : null;
    }

    private static JsonDocument? Parse(Hdf5Object root, string name) => root.Texts(name) is { } parts ? KerasText.Parse(string.Concat(parts), name) : null;

    private static NamedDataset Dataset(Hdf5Object group, string name) => group.FindPath(name) is { IsDataset: true } dataset
        ? new NamedDataset(name, dataset)
        : throw new InvalidDataException($"lacks the tensor {FileText.Quote(name)}, which it lists");

    /// <summary>As Keras does, by order: the groups that have weights belong to the layers that have some.</summary>
    private Dictionary<KerasLayer, Hdf5Object> MatchGroups(KerasLayers layers)
    {
        Hdf5Object weights = _root.Find("model_weights") ?? throw new InvalidDataException("lacks the group 'model_weights'");
        string[] names = weights.Texts("layer_names") ?? throw new InvalidDataException("does not list its layers under 'layer_names'");
        List<Hdf5Object> groups = [.. names
            .Select(name => weights.Find(name) ?? throw new InvalidDataException($"lacks the layer {FileText.Quote(name)}, which it lists"))
            .Where(group => group.Texts("weight_names") is { Length: > 0 })];
        List<KerasLayer> owners = [.. layers.Weights.Where(layer => layer.Biases.Count > 0).Select(layer => layer.Layer)];
        return groups.Count == owners.Count
            ? owners.Zip(groups).ToDictionary(pair => pair.First, pair => pair.Second, (IEqualityComparer<KerasLayer>)ReferenceEqualityComparer.Instance)
            : throw new InvalidDataException($"has weights for {groups.Count} layers, and its network has {owners.Count} that take some");
    }
}
