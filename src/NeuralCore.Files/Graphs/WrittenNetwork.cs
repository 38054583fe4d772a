namespace NeuralCore.Files;

/// <summary>One application of a layer, as formats write it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Name">Its name in the model; of a layer within a composed one behind that one's: <c>residual_block/conv2d</c>.</param>
/// <param name="IsTrainable">Whether it and all layers that it is part of may be trained.</param>
/// <param name="Inputs">What it takes: inputs of the network, or outputs of calls before it.</param>
/// <param name="Output">What it gives.</param>
internal sealed record WrittenCall(Layer Layer, string Name, bool IsTrainable, IReadOnlyList<Value> Inputs, Value Output);

/// <summary>
/// A model as the layers that a format can hold, inputs before what reads them. Composed layers that it cannot hold are taken apart; the
/// network stays the same to the bit, weights and their order included.
/// </summary>
internal sealed class WrittenNetwork
{
    private readonly Func<Layer, bool> _isKnown;
    private readonly Model _model;
    private readonly List<WrittenCall> _calls = [];
    private readonly Dictionary<Layer, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Value, Value> _same = [];

    private WrittenNetwork(Model model, Func<Layer, bool> isKnown)
    {
        (_model, _isKnown) = (model, isKnown);
        foreach (LayerCall call in model.Calls)
        {
            Add(call, prefix: string.Empty, isTrainable: true);
        }

        Outputs = [.. model.Outputs.Select(Find)];
        Names = _calls.Select(call => call.Layer).Distinct().Select(layer => _names[layer]).ToArray();
    }

    private WrittenNetwork(WrittenNetwork network, IReadOnlyList<WrittenCall> calls)
    {
        (_model, _isKnown, Outputs) = (network._model, network._isKnown, network.Outputs);
        _calls.AddRange(calls);
        Names = [.. calls.DistinctBy(call => call.Layer, ReferenceEqualityComparer.Instance).Select(call => call.Name)];
    }

    /// <summary>Where items enter.</summary>
    public IReadOnlyList<Value> Inputs => _model.Inputs;

    /// <summary>The applications, in order.</summary>
    public IReadOnlyList<WrittenCall> Calls => _calls;

    /// <summary>The names of the layers, each once, in the order in which they are applied first.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the network gives.</summary>
    public IReadOnlyList<Value> Outputs { get; }

    /// <summary>Whether each layer reads the one before it, and the last gives the network's output.</summary>
    public bool IsChain => Inputs.Count == 1 && Outputs.Count == 1 && Names.Count == _calls.Count && Outputs[0] == _calls[^1].Output
        && _calls.Index().All(call => call.Item.Inputs is [var input] && input == (call.Index == 0 ? Inputs[0] : _calls[call.Index - 1].Output));

    /// <summary>Takes a model apart.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isKnown">Whether the format can hold a layer.</param>
    /// <exception cref="NotSupportedException">It cannot hold a layer that is not composed of others; the message names it.</exception>
    public static WrittenNetwork Of(Model model, Func<Layer, bool> isKnown) => new(model, isKnown);

    /// <summary>The same network, said in other applications of layers that give the same.</summary>
    public WrittenNetwork With(IReadOnlyList<WrittenCall> calls) => new(this, calls);

    /// <summary>The weights of a compiled model.</summary>
    public static Dictionary<Weight, ModelParameter> Parameters(Model model) =>
        model.Description.Weights.Zip(model.Parameters).ToDictionary(pair => pair.First.Weight, pair => pair.Second);

    /// <summary>What the optimiser of a compiled model keeps of each weight that is trained, in the order of its names.</summary>
    public static IReadOnlyDictionary<Weight, float[][]> States(Model model, TrainingState training)
    {
        IReadOnlyList<OptimizerState> states = training.Optimizer;
        return model.Description.Weights.Index().Where(entry => entry.Item.IsTrained)
            .ToDictionary(entry => entry.Item.Weight, entry => states.Select(state => state.Values[entry.Index]).ToArray());
    }

    private void Add(LayerCall call, string prefix, bool isTrainable)
    {
        string name = _names.TryGetValue(call.Layer, out string? known) ? known : prefix + _model.NameOf(call.Layer);
        isTrainable &= call.Layer.Trainable;
        if (_isKnown(call.Layer))
        {
            // Within a composed layer, a layer that does nothing may hand its input through.
            if (!call.Inputs.Contains(call.Output))
            {
                _names.TryAdd(call.Layer, name);
                _calls.Add(new WrittenCall(call.Layer, name, isTrainable, [.. call.Inputs.Select(Find)], call.Output));
            }

            return;
        }

        if (call.Inner.Count == 0)
        {
            throw new NotSupportedException(
                $"The layer {name} of type {call.Layer.GetType().Name} cannot be written to a file of this format; LayerCodecs.Register lets .safetensors files hold layers of your own.");
        }

        foreach (LayerCall inner in call.Inner)
        {
            Add(inner, name + "/", isTrainable);
        }

        if (call.Output.Maker is IdentityNode same && _calls.All(made => made.Output != call.Output))
        {
            _same[call.Output] = Find(same.Input);
        }
    }

    private Value Find(Value value) => _same.GetValueOrDefault(value, value);
}
