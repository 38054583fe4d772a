using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>A network in one of Keras's two formats, which differ in where they keep the tensors of a layer.</summary>
internal abstract class KerasNetwork : StoredNetwork
{
    private readonly KerasLayers _layers;
    private readonly KerasNote? _note;

    /// <summary>Takes what a file says about the network.</summary>
    protected KerasNetwork(KerasLayers layers, KerasNote? note, Adam? optimizer)
    {
        (_layers, _note) = (layers, note);
        Optimizer = note is null ? optimizer : note.Refine(optimizer);
    }

    /// <inheritdoc/>
    public override Preprocessing? Preprocessing => _note?.Preprocessing ?? _layers.Preprocessing;

    /// <inheritdoc/>
    public override Adam? Optimizer { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => _note?.Metadata ?? base.Metadata;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks => _layers.Remarks;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Layers(Preprocessing preprocessing) => _layers.Layers(preprocessing);

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Weights(IReadOnlyList<(string Name, Shape Shape)> parameters)
    {
        var tensors = new List<StoredTensor>();
        var stored = new Queue<NamedDataset>();
        foreach ((KerasLayer layer, IReadOnlyList<bool> biases) in _layers.Weights.Where(layer => layer.Biases.Count > 0))
        {
            int count = biases.Sum(hasBias => hasBias ? 2 : 1);
            IReadOnlyList<NamedDataset> found = LayerTensors(layer);
            if (found.Count != count)
            {
                throw new InvalidDataException($"has {found.Count} tensors for the layer {FileText.Quote(layer.Name)}, which takes {count}");
            }

            foreach (NamedDataset tensor in found)
            {
                stored.Enqueue(tensor);
            }

            foreach (bool hasBias in biases)
            {
                tensors.Add(stored.Dequeue().Tensor);
                Shape biasShape = parameters[tensors.Count].Shape;
                tensors.Add(hasBias ? stored.Dequeue().Tensor : new StoredTensor(parameters[tensors.Count].Name, biasShape, () => new float[biasShape.Count]));
            }
        }

        return tensors;
    }

    /// <inheritdoc/>
    public override StoredTraining? Training(IReadOnlyList<(string Name, Shape Shape)> parameters)
    {
        if (Moments() is not { } moments || moments.Steps is < 1 or > int.MaxValue
            || moments.M.Count != parameters.Count || moments.V.Count != parameters.Count)
        {
            return null;
        }

        return new StoredTraining(moments.Steps, _note?.Epochs ?? 0, [.. moments.M.Select(m => m.Tensor)], [.. moments.V.Select(v => v.Tensor)]);
    }

    /// <summary>The tensors of an outermost layer, in the order in which Keras keeps them.</summary>
    protected abstract IReadOnlyList<NamedDataset> LayerTensors(KerasLayer layer);

    /// <summary>Adam's iterations and moments, or null where there are none.</summary>
    protected abstract (long Steps, IReadOnlyList<NamedDataset> M, IReadOnlyList<NamedDataset> V)? Moments();
}

/// <summary>A dataset by the name that the file gives it.</summary>
internal sealed record NamedDataset(string Name, Hdf5Object Dataset)
{
    /// <summary>It as a tensor of float32.</summary>
    public StoredTensor Tensor => new(Name, Dataset.FloatShape(Name), () => Dataset.ReadFloats(Name));
}
