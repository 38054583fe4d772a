using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>Turns a Keras model into layers of the engine. Models within the model become part of it, shared ones as often as they are called.</summary>
internal sealed class KerasAssembly
{
    private const string UnnamedInput = "input";

    private readonly NetworkAssembly _network = new();
    private readonly Dictionary<KerasLayer, KerasMade> _made = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _names;
    private readonly List<FileInput> _inputs = [];
    private readonly Func<KerasLayer, IReadOnlyList<NamedDataset>> _tensors;
    private readonly KerasModel _model;
    private readonly LoadOptions _options;
    private readonly IReadOnlyList<Preprocessing>? _noted;

    private KerasAssembly(KerasModel model, LoadOptions options, IReadOnlyList<Preprocessing>? noted, Func<KerasLayer, IReadOnlyList<NamedDataset>> tensors)
    {
        (_model, _options, _noted, _tensors) = (model, options, noted, tensors);
        _names = model.Leaves.GroupBy(leaf => leaf.Name).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>What each layer that is no model became, in the order in which they were applied first.</summary>
    public List<KerasMade> Made { get; } = [];

    /// <summary>The tensors of weights.</summary>
    public NetworkAssembly Network => _network;

    /// <summary>Puts the network together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="noted">How raw values are prepared, where a note of this program's says so.</param>
    /// <param name="tensors">Finds the tensors of a layer.</param>
    /// <exception cref="InvalidDataException">A layer is unknown to the engine, or does not fit; the message completes "the file ...".</exception>
    public static (KerasAssembly Assembly, NetworkParts Parts) Build(
        KerasModel model, LoadOptions options, IReadOnlyList<Preprocessing>? noted, Func<KerasLayer, IReadOnlyList<NamedDataset>> tensors)
    {
        var assembly = new KerasAssembly(model, options, noted, tensors);
        IReadOnlyList<FileValue> outputs = assembly.Apply(model, given: null, prefix: string.Empty, isTrainable: true);
        Value[] values = [.. outputs.Select(assembly.Finished)];
        if (options.IsClassifier && values is [var only])
        {
            values = [assembly.AsProbabilities(only)];
        }

        Value[] inputs = [.. assembly._inputs.Select(input => input.Value)];
        return (assembly, new NetworkParts(inputs, values, assembly._inputs.All(input => input.SaysPreprocessing))
        {
            Tensors = assembly._network.Tensors,
            Remarks = assembly._network.Remarks,
        });
    }

    private Value Finished(FileValue output) => output.Placement.IsSame
        ? output.Value
        : throw new InvalidDataException("gives a tensor whose channels stand before its rows and columns; let it give one with channels last");

    private Value AsProbabilities(Value output)
    {
        if (!Ending.IsLogits(output))
        {
            return output;
        }

        _network.Remark("ends without a softmax, which is added, so that it gives probabilities");
        var softmax = new Softmax();
        softmax.SetName(_network.NameFor(softmax.Kind));
        return _network.Apply(softmax, output);
    }

    private IReadOnlyList<FileValue> Apply(KerasModel model, IReadOnlyList<FileValue>? given, string prefix, bool isTrainable) => model.IsSequential
        ? [ApplyChain(model, given, prefix, isTrainable)]
        : ApplyGraph(model, given, prefix, isTrainable);

    private FileValue ApplyChain(KerasModel model, IReadOnlyList<FileValue>? given, string prefix, bool isTrainable)
    {
        FileValue? value = given switch
        {
            null => null,
            [var only] => only,
            _ => throw new InvalidDataException($"gives {given.Count} values to a model that takes one"),
        };
        foreach (KerasLayer layer in model.Layers)
        {
            if (layer.ClassName != "InputLayer")
            {
                value ??= NewInput(UnnamedInput, KerasInput.Find(model)).Begin();
                value = One(Apply(layer, [value], prefix, isTrainable), layer);
            }
            else if (value is null)
            {
                value = NewInput(layer.Name, KerasInput.Find(layer)).Begin();
            }
        }

        return value ?? throw new InvalidDataException("holds a model without layers");
    }

    private IReadOnlyList<FileValue> ApplyGraph(KerasModel model, IReadOnlyList<FileValue>? given, string prefix, bool isTrainable)
    {
        var values = new Dictionary<KerasReference, FileValue>();
        Dictionary<string, KerasLayer> layers = [];
        foreach (KerasLayer layer in model.Layers)
        {
            if (!layers.TryAdd(layer.Name, layer))
            {
                throw new InvalidDataException($"has two layers called {FileText.Quote(layer.Name)}");
            }
        }

        // Files before Keras 2 list no ends: inputs are the input layers then.
        IReadOnlyList<KerasReference> inputs = model.Inputs.Count > 0
            ? model.Inputs
            : [.. model.Layers.Where(layer => layer.ClassName == "InputLayer").Select(layer => new KerasReference(layer.Name, 0, 0))];
        if (given is not null && given.Count != inputs.Count)
        {
            throw new InvalidDataException($"gives {given.Count} values to a model that takes {inputs.Count}");
        }

        foreach ((int index, KerasReference input) in inputs.Index())
        {
            KerasLayer layer = layers.GetValueOrDefault(input.Layer) ?? throw new InvalidDataException($"takes its input from the layer {FileText.Quote(input.Layer)}, which it does not have");
            values[input] = given?[index] ?? NewInput(layer.Name, KerasInput.Find(layer)).Begin();
        }

        IReadOnlyList<KerasReference> outputs = model.Outputs.Count > 0 ? model.Outputs : KerasOrder.Unread(model);
        Dictionary<KerasReference, int> readers = model.Layers.SelectMany(layer => layer.Calls).SelectMany(call => call).Concat(outputs).CountBy(reference => reference).ToDictionary();
        foreach ((KerasLayer layer, int call) in KerasOrder.Of(model, values.Keys))
        {
            FileValue[] taken = [.. layer.Calls[call].Select(reference => Value(reference, layer))];
            foreach ((int tensor, FileValue output) in Apply(layer, taken, prefix, isTrainable).Index())
            {
                values[new KerasReference(layer.Name, call, tensor)] = output;
            }
        }

        return outputs.Count == 0
            ? throw new InvalidDataException("holds a model that gives nothing")
            : [.. outputs.Select(output => values.GetValueOrDefault(output) ?? throw new InvalidDataException($"gives what the layer {FileText.Quote(output.Layer)} does not make"))];

        FileValue Value(KerasReference reference, KerasLayer reader)
        {
            FileValue value = values.GetValueOrDefault(reference)
                ?? throw new InvalidDataException($"has the layer {FileText.Quote(reader.Name)}, which takes what the layer {FileText.Quote(reference.Layer)} does not give");
            if (readers[reference] > 1)
            {
                value.Raw?.Share();
            }

            return value;
        }
    }

    private IReadOnlyList<FileValue> Apply(KerasLayer layer, IReadOnlyList<FileValue> inputs, string prefix, bool isTrainable)
    {
        if (layer.Inner is { } inner)
        {
            return Apply(inner, inputs, $"{prefix}{layer.Name}_", isTrainable && KerasInput.IsTrainable(inner));
        }

        IKerasReader reader = LayerCodecs.ForKeras(layer.ClassName)
            ?? throw new InvalidDataException($"has {KerasSettings.Described(layer.Name, layer.ClassName)}, which this program has nothing for");
        if (!_made.TryGetValue(layer, out KerasMade? made))
        {
            _made[layer] = made = new KerasMade(layer);
            Made.Add(made);
        }

        var call = new KerasCall(_network, made, _names[layer.Name] == 1 ? layer.Name : prefix + layer.Name, inputs, _model.IsKeras3) { Tensors = () => _tensors(layer) };
        try
        {
            reader.ReadKeras(call);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"has {call.Settings.Layer} where it does not fit ({failure.Message.TrimEnd('.')})", failure);
        }

        made.Layers.ForEach(piece => piece.Trainable &= isTrainable);
        return [call.Output!];
    }

    private FileInput NewInput(string name, int[] dims)
    {
        NetworkAssembly.RequireSize(dims);
        var input = new FileInput(_network.NameFor(KerasInput.IsUnnamed(name) ? UnnamedInput : name), dims, hasChannelsFirst: false)
        {
            Unsaid = _options.Unsaid,
            Noted = _noted is { Count: > 0 } ? _noted[Math.Min(_inputs.Count, _noted.Count - 1)] : null,
        };
        _inputs.Add(input);
        return input;
    }

    private static FileValue One(IReadOnlyList<FileValue> values, KerasLayer layer) => values is [var one]
        ? one
        : throw new InvalidDataException($"has the model {FileText.Quote(layer.Name)}, which gives {values.Count} values, in a plain list of layers");
}
