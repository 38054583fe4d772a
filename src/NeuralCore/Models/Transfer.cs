using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// A trained network that goes on to learn something else: its first layers stay as they are (Yosinski et al., "How transferable are features in deep neural
/// networks?", 2014), and where there are other classes it gets a new last layer. Dropout among the layers that stay is left out: they run as in prediction, so
/// what they give for an item is always the same, and need be computed only once.
/// </summary>
public sealed class Transfer : IDisposable
{
    /// <summary>Stands for the last layer but one that has weights, where a layer's name is asked for.</summary>
    public const string AllButLast = "all-but-last";

    /// <summary>Stands for no layer, where a layer's name is asked for: all of them are trained, from the source's weights.</summary>
    public const string NoLayer = "none";

    private readonly Model _source;
    private readonly Model? _body;
    private readonly Layer[] _frozen;

    private Transfer(Model source, Layer[] frozen, (Model Whole, Model? Body, Model? Head) parts)
    {
        (_source, _frozen) = (source, frozen);
        (Whole, _body, Head) = parts;
    }

    /// <summary>The network, whose first layers are not trained. It is not compiled.</summary>
    public Model Whole { get; }

    /// <summary>
    /// The layers that are trained, as a network of its own: it takes what <see cref="Features"/> gives. Null where they read more than one value of those that
    /// are not, as in a residual network that is cut within a block. It is not compiled.
    /// </summary>
    public Model? Head { get; }

    /// <summary>Describes the network. Its layers are the source's own: until this is disposed of, those that stay as they are are not trainable in the source either.</summary>
    /// <param name="source">A compiled model of one input and one output, which ends in a dense layer, perhaps with layers without weights behind it. It must outlive this.</param>
    /// <param name="classes">The number of classes; where it is not the source's, the last dense layer is a new one.</param>
    /// <param name="freezeUntil">The name of the last layer that stays as it is, <see cref="AllButLast"/> or <see cref="NoLayer"/>.</param>
    /// <exception cref="ArgumentException">The source does not end in a dense layer, there is no such layer, or nothing would be left to train.</exception>
    public static Transfer Of(Model source, int classes, string freezeUntil = AllButLast)
    {
        if (source.Inputs.Count != 1 || source.Outputs.Count != 1)
        {
            throw new ArgumentException("A network to start from has one input and one output.", nameof(source));
        }

        IReadOnlyList<LayerCall> calls = source.Calls;
        int last = Enumerable.Range(0, calls.Count).LastOrDefault(i => calls[i].Layer.Weights.Count > 0, -1);
        if (last < 0 || calls[last].Layer is not Dense dense)
        {
            throw new ArgumentException("A network to start from ends in a dense layer.", nameof(source));
        }

        int cut = CutOf(source, freezeUntil, last);
        Layer[] frozen = [.. calls.Take(cut + 1).Select(call => call.Layer).Distinct().Where(layer => layer.Trainable)];
        Array.ForEach(frozen, layer => layer.Trainable = false);

        Layer newLast = dense.Units == classes ? dense : new Dense(classes, dense.Activation, dense.UseBias);
        var values = new Dictionary<Value, Value> { [source.Input] = Value.Input(source.Input.Shape, source.Input.Preprocessing, source.Input.Name) };
        Apply(calls.Take(cut + 1).Where(call => call.Layer is not Dropout), values);
        Apply(calls.Skip(cut + 1), values, dense, newLast);
        var whole = new Model(values[source.Input], Mapped(source.Output, values));
        if (cut < 0)
        {
            return new Transfer(source, frozen, (whole, null, null));
        }

        Value end = Mapped(calls[cut].Output, values);
        bool isOneValue = end.Call is not null && calls.Skip(cut + 1).All(call => call.Inputs.All(input => input == calls[cut].Output || calls.Skip(cut + 1).Any(made => made.Output == input)));
        if (!isOneValue)
        {
            return new Transfer(source, frozen, (whole, null, null));
        }

        var headValues = new Dictionary<Value, Value> { [calls[cut].Output] = Value.Input(end.Shape) };
        Apply(calls.Skip(cut + 1), headValues, dense, newLast);
        return new Transfer(source, frozen, (whole, new Model(values[source.Input], end), new Model(headValues[calls[cut].Output], headValues[source.Output])));
    }

    /// <summary>The numbers that the layers which are not trained give for one item.</summary>
    public int FeatureCount => _body?.Output.Shape.Count ?? 0;

    /// <summary>Takes the source's weights where a network has them; others keep their first values.</summary>
    /// <param name="compiled"><see cref="Whole"/> or <see cref="Head"/>, compiled.</param>
    public void TakeWeights(Model compiled) => Copy(_source, compiled);

    /// <summary>Takes the weights of the trained layers into the whole network.</summary>
    /// <exception cref="InvalidOperationException">A network is not compiled.</exception>
    public void TakeHead() => Copy(Head ?? throw new InvalidOperationException("The trained layers do not form a network by themselves."), Whole);

    /// <summary>What the layers that are not trained give for items: computed now, once for each item, and kept in memory.</summary>
    /// <param name="data">Items of the source's shape, with their classes.</param>
    /// <param name="backend">What computes; it is disposed of.</param>
    /// <returns>Items for <see cref="Head"/> with the same classes.</returns>
    /// <exception cref="InvalidOperationException">There is no <see cref="Head"/>.</exception>
    public IDataset Features(IDataset data, IBackend<float>? backend = null)
    {
        Model body = _body ?? throw new InvalidOperationException("The trained layers do not form a network by themselves.");

        // The loss is not looked at, and this one takes whatever a network gives.
        body.Compile(loss: new MeanSquaredError(), backend: backend);
        try
        {
            Copy(_source, body);
            ReadOnlyMemory<float> features = body.Predict(data).Values;
            return new ArrayDataset(features, body.Output.Shape, Enumerable.Range(0, data.Count).Select(data.Label).ToArray(), data.Classes);
        }
        finally
        {
            body.Dispose();
        }
    }

    /// <summary>Gives the memory back; the source stays, and all of its layers that were trainable are so again.</summary>
    public void Dispose()
    {
        Array.ForEach(_frozen, layer => layer.Trainable = true);
        Whole.Dispose();
        Head?.Dispose();
    }

    private static int CutOf(Model source, string freezeUntil, int last)
    {
        if (freezeUntil == NoLayer)
        {
            return -1;
        }

        IReadOnlyList<LayerCall> calls = source.Calls;
        int cut = last - 1;
        if (freezeUntil == AllButLast)
        {
            // Dropout in front of the last layer is a part of how that is trained.
            while (cut >= 0 && calls[cut].Layer is Dropout)
            {
                cut--;
            }
        }
        else
        {
            cut = Enumerable.Range(0, calls.Count).LastOrDefault(i => source.NameOf(calls[i].Layer) == freezeUntil, -1);
            if (cut < 0)
            {
                throw new ArgumentException($"The network has no layer '{freezeUntil}': its layers are {string.Join(", ", source.Layers.Select(source.NameOf))}.", nameof(freezeUntil));
            }
        }

        return cut >= 0 && cut < last
            ? cut
            : throw new ArgumentException($"With '{freezeUntil}' there is nothing to train or nothing to keep: name a layer before '{source.NameOf(calls[last].Layer)}', the last one with weights.", nameof(freezeUntil));
    }

    private static void Apply(IEnumerable<LayerCall> calls, Dictionary<Value, Value> values, Layer? replaced = null, Layer? by = null)
    {
        foreach (LayerCall call in calls)
        {
            Layer layer = call.Layer == replaced ? by! : call.Layer;
            values[call.Output] = layer.Apply([.. call.Inputs.Select(input => Mapped(input, values))]);
        }
    }

    /// <summary>What a value of the source is here; of a dropout that was left out, what it would have read.</summary>
    private static Value Mapped(Value value, Dictionary<Value, Value> values) =>
        values.TryGetValue(value, out Value? known) ? known : Mapped(value.Call!.Inputs[0], values);

    private static void Copy(Model from, Model to)
    {
        Dictionary<Weight, ModelParameter> known = from.Parameters.ToDictionary(parameter => parameter.Weight);
        foreach (ModelParameter parameter in to.Parameters)
        {
            if (known.TryGetValue(parameter.Weight, out ModelParameter? source))
            {
                parameter.Write(source.Read());
            }
        }
    }
}
