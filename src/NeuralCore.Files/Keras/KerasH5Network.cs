using System.Text.Json;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>A network in a legacy <c>.h5</c> file of Keras 1, 2 or 3: everything is found by the names that the file lists.</summary>
internal sealed class KerasH5Network : KerasNetwork
{
    private readonly Hdf5Object _root;

    private KerasH5Network(Hdf5Object root, JsonElement model, KerasNote? note, JsonElement? compilation)
        : base(model, root.Texts("keras_version") is [var version] ? version : null, note, compilation) => _root = root;

    /// <summary>Opens a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">It holds no network of Keras; the message completes "the file ...".</exception>
    public static KerasH5Network Open(byte[] bytes)
    {
        Hdf5Object root = Hdf5File.Open(bytes).Root;
        JsonElement model = Parse(root, "model_config") ?? throw new InvalidDataException("holds weights without a network, since it lacks a 'model_config'");
        JsonElement? training = Parse(root, "training_config"), note = Parse(root, KerasNote.Key);
        return new KerasH5Network(root, model, note is { } own ? KerasNote.Read(own) : null, training);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<NamedDataset> Tensors(KerasLayer layer) =>
        _root.Find("model_weights")?.Find(layer.Name) is { IsDataset: false } group ? Listed(group) : [];

    /// <summary>By name, or, as Keras does, by order: the groups that have weights belong to the outermost layers that have some.</summary>
    protected override IEnumerable<(KerasMade Made, IReadOnlyList<NamedDataset> Tensors)> Matched(IReadOnlyList<KerasMade> layers)
    {
        Hdf5Object weights = _root.Find("model_weights") ?? throw new InvalidDataException("lacks the group 'model_weights'");
        string[] names = weights.Texts("layer_names") ?? throw new InvalidDataException("does not list its layers under 'layer_names'");
        List<(string Name, IReadOnlyList<NamedDataset> Tensors)> groups = [.. names
            .Select(name => (name, Listed(weights.Find(name) ?? throw new InvalidDataException($"lacks the layer {FileText.Quote(name)}, which it lists"))))
            .Where(group => group.Item2.Count > 0)];
        Dictionary<KerasLayer, KerasMade> made = layers.ToDictionary(layer => layer.Layer, (IEqualityComparer<KerasLayer>)ReferenceEqualityComparer.Instance);
        List<(string Name, KerasMade[] Layers)> owners = [.. Root.Layers
            .Select(layer => (layer.Name, (layer.Inner?.Leaves ?? [layer]).Where(made.ContainsKey).Select(leaf => made[leaf]).ToArray()))
            .Where(owner => owner.Item2.Length > 0)];
        if (groups.Count != owners.Count)
        {
            throw new InvalidDataException($"has weights for {groups.Count} layers, and its network has {owners.Count} that take some");
        }

        Dictionary<string, IReadOnlyList<NamedDataset>> byName = groups.DistinctBy(group => group.Name).ToDictionary(group => group.Name, group => group.Tensors);
        bool isByName = byName.Count == groups.Count && owners.All(owner => byName.ContainsKey(owner.Name));
        return owners.Zip(groups).SelectMany(pair => KerasNestedWeights.Match(pair.First.Layers, isByName ? byName[pair.First.Name] : pair.Second.Tensors));
    }

    /// <inheritdoc/>
    protected override Hdf5Object? OwnState() => _root.FindPath(KerasH5Format.OwnState);

    /// <inheritdoc/>
    protected override KerasOptimizerState? State(Optimizer optimizer) => _root.Find("optimizer_weights") is { } group && group.Texts("weight_names") is { } names
        ? KerasOptimizerState.ByName(names.Select(name => Dataset(group, name)), optimizer)
        : null;

    private static JsonElement? Parse(Hdf5Object root, string name)
    {
        if (root.Texts(name) is not { } parts)
        {
            return null;
        }

        using JsonDocument document = KerasText.Parse(string.Concat(parts), name);
        return document.RootElement.Clone();
    }

    private static IReadOnlyList<NamedDataset> Listed(Hdf5Object group) => [.. (group.Texts("weight_names") ?? []).Select(name => Dataset(group, name))];

    private static NamedDataset Dataset(Hdf5Object group, string name) => group.FindPath(name) is { IsDataset: true } dataset
        ? new NamedDataset(name, dataset)
        : throw new InvalidDataException($"lacks the tensor {FileText.Quote(name)}, which it lists");
}
