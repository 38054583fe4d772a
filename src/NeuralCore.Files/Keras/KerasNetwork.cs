using System.Text.Json;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>A network in one of Keras's formats, which differ in where they keep the tensors of a layer.</summary>
internal abstract class KerasNetwork : StoredNetwork
{
    private readonly KerasNote? _note;
    private readonly string? _unknown;
    private readonly JsonElement? _compilation;
    private KerasAssembly? _assembly;

    /// <summary>Takes what a file says about the network.</summary>
    /// <param name="config">The network.</param>
    /// <param name="version">The version of Keras.</param>
    /// <param name="note">What this program noted beside it.</param>
    /// <param name="compilation">How it is trained; null where the file does not say.</param>
    protected KerasNetwork(JsonElement config, string? version, KerasNote? note, JsonElement? compilation)
    {
        _compilation = compilation;
        JsonElement? optimizer = compilation is { ValueKind: JsonValueKind.Object } compiled
            && (compiled.TryGetProperty("optimizer_config", out JsonElement found) || compiled.TryGetProperty("optimizer", out found)) ? found : null;
        (Root, _note) = (KerasModel.Read(config, version), note);
        (Optimizer? read, _unknown) = optimizer is { } described ? KerasOptimizer.Read(described) : default;
        Optimizer = note is null ? read : note.Refine(read);
    }

    /// <inheritdoc/>
    public override Optimizer? Optimizer { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => _note?.Metadata ?? base.Metadata;

    /// <summary>The network as Keras describes it.</summary>
    protected KerasModel Root { get; }

    /// <inheritdoc/>
    public override Loss? LossOf(Model model) => _compilation is { } compilation ? KerasCompilation.Read(compilation, model) : null;

    /// <inheritdoc/>
    public override NetworkParts Build(LoadOptions options)
    {
        (_assembly, NetworkParts parts) = KerasAssembly.Build(Root, options, _note?.Preprocessing, Tensors);
        return _unknown is null
            ? parts
            : parts with { Remarks = [.. parts.Remarks, $"was trained by {FileText.Quote(_unknown)} with settings that this program does not have, so that its training cannot go on from where it was"] };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Weights(Model model, NetworkParts parts)
    {
        foreach ((KerasMade made, IReadOnlyList<NamedDataset> tensors) in Matched(_assembly!.Made.Where(made => made.Weights.Count > 0).ToList()))
        {
            if (tensors.Count != made.Weights.Count)
            {
                throw new InvalidDataException($"has {tensors.Count} tensors for the layer {FileText.Quote(made.Layer.Name)}, which takes {made.Weights.Count}");
            }

            foreach ((KerasWeight weight, NamedDataset tensor) in made.Weights.Zip(tensors))
            {
                if (weight.Weight is { } owner)
                {
                    StoredTensor stored = tensor.Tensor;
                    _assembly.Network.Set(owner, weight.ToEngine is { } order
                        ? stored with { Shape = stored.Shape == weight.Shape ? owner.Shape : stored.Shape, Read = () => order(stored.Read()) }
                        : stored);
                }
            }
        }

        return base.Weights(model, parts);
    }

    /// <inheritdoc/>
    public override StoredTraining? Training(Model model)
    {
        int epochs = _note?.Epochs ?? 0;
        IReadOnlyList<(string Name, Weight Weight, bool IsTrained)> trained = [.. model.Description.Weights.Where(weight => weight.IsTrained)];
        IReadOnlyList<string> names = (Optimizer ?? new Adam()).StateNames;
        if (_note?.Steps > 0 && OwnState() is { } own)
        {
            return new StoredTraining(_note.Steps, epochs, [.. names.Select(name => (name, (IReadOnlyList<StoredTensor>)[.. trained.Select(weight =>
                own.FindPath($"{name}/{weight.Name}") is { IsDataset: true } dataset
                    ? new NamedDataset($"{name}/{weight.Name}", dataset).Tensor
                    : throw new InvalidDataException($"lacks the tensor '{name}/{weight.Name}' of its own training"))]))]);
        }

        // Keras lists what its optimiser keeps in the order of its layers.
        HashSet<Weight> isTrained = [.. trained.Select(weight => weight.Weight)];
        Dictionary<KerasLayer, KerasMade> made = _assembly!.Made.ToDictionary(layer => layer.Layer, (IEqualityComparer<KerasLayer>)ReferenceEqualityComparer.Instance);
        Dictionary<Weight, Func<float[], float[]>?> turns = made.Values.SelectMany(layer => layer.Weights).Where(weight => weight.Weight is not null)
            .DistinctBy(weight => weight.Weight).ToDictionary(weight => weight.Weight!, weight => weight.ToEngine);
        Weight[] order = [.. Root.Leaves.Distinct(ReferenceEqualityComparer.Instance).Cast<KerasLayer>().Where(made.ContainsKey)
            .SelectMany(leaf => made[leaf].Weights).Select(weight => weight.Weight).OfType<Weight>().Where(isTrained.Contains)];
        if (Optimizer is null || State(Optimizer) is not { } state || state.Steps is < 1 or > int.MaxValue || state.States.Values.Any(tensors => tensors.Count != order.Length))
        {
            return null;
        }

        return new StoredTraining(state.Steps, epochs, [.. names.Select(name =>
        {
            Dictionary<Weight, NamedDataset> tensors = order.Zip(state.States[name]).ToDictionary(pair => pair.First, pair => pair.Second);
            return (name, (IReadOnlyList<StoredTensor>)[.. trained.Select(weight => Turned(weight.Weight, tensors[weight.Weight].Tensor))]);
        })]);

        StoredTensor Turned(Weight weight, StoredTensor tensor) => turns.GetValueOrDefault(weight) is { } order
            ? tensor with { Shape = weight.Shape, Read = () => order(tensor.Read()) }
            : tensor;
    }

    /// <summary>The group in which this program keeps what its own optimiser needs; null if there is none.</summary>
    protected virtual Hdf5Object? OwnState() => null;

    /// <summary>The tensors of a layer that stands by itself; none where they are not known apart from others'.</summary>
    protected abstract IReadOnlyList<NamedDataset> Tensors(KerasLayer layer);

    /// <summary>The tensors of all layers, in the order in which Keras keeps them.</summary>
    protected abstract IEnumerable<(KerasMade Made, IReadOnlyList<NamedDataset> Tensors)> Matched(IReadOnlyList<KerasMade> layers);

    /// <summary>What an optimiser has kept; null where there is nothing.</summary>
    protected abstract KerasOptimizerState? State(Optimizer optimizer);
}

/// <summary>A dataset by the name that the file gives it.</summary>
internal sealed record NamedDataset(string Name, Hdf5Object Dataset)
{
    /// <summary>It as a tensor.</summary>
    public StoredTensor Tensor
    {
        get
        {
            Shape shape = Dataset.FloatShape(Name);
            return new StoredTensor(Name, shape, () => Dataset.ReadFloats(Name)) { Bytes = Dataset.StoredBytes };
        }
    }
}
