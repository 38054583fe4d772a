namespace NeuralCore;

/// <summary>
/// A network as its layers make it: which were applied to what, what they are called, and which weights they have. A network is described by its
/// inputs and outputs; everything else follows.
/// </summary>
internal sealed class NetworkDescription
{
    private readonly Dictionary<Layer, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Name, Weight Weight, bool IsTrained)> _weights = [];
    private readonly HashSet<Weight> _known = [];
    private readonly HashSet<Weight> _frozen = [];
    private readonly Dictionary<Node, uint> _drawn = [];

    /// <summary>Describes a network.</summary>
    /// <exception cref="ArgumentException">An output does not come out of a layer, or depends on an input that is not among the inputs, or an input is none, or nothing depends on it.</exception>
    public NetworkDescription(IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs)
    {
        (Inputs, Outputs) = (inputs, outputs);
        if (inputs.Count == 0 || outputs.Count == 0)
        {
            throw new ArgumentException("A model has at least one input and one output.");
        }

        if (inputs.FirstOrDefault(input => !input.IsInput) is { } made)
        {
            throw new ArgumentException($"The model's input '{made}' is made by a layer: inputs come from {nameof(Value)}.{nameof(Value.Input)}.");
        }

        if (inputs.Distinct().Count() < inputs.Count)
        {
            throw new ArgumentException("A model's inputs are different ones.");
        }

        Nodes = Graph.NodesOf([.. inputs], outputs);
        if (outputs.FirstOrDefault(output => output.Call is null) is { } bare)
        {
            throw new ArgumentException($"The model's output '{bare}' does not come out of a layer.");
        }

        if (inputs.FirstOrDefault(input => !outputs.Contains(input) && !Nodes.Any(node => node.Inputs.Contains(input))) is { } unread)
        {
            throw new ArgumentException($"Nothing that the model gives depends on its input '{unread}': leave it out, or apply a layer to it.");
        }

        Calls = CallsOf(outputs);
        NameAll();
        foreach (Node node in Nodes.Where(node => node.Drawn == node))
        {
            _drawn.Add(node, (uint)_drawn.Count);
        }
    }

    /// <summary>Where items enter.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>What the network gives.</summary>
    public IReadOnlyList<Value> Outputs { get; }

    /// <summary>The ops, in the order in which they run.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The layers' applications, inputs before what reads them.</summary>
    public IReadOnlyList<LayerCall> Calls { get; }

    /// <summary>The layers, each once, in the order in which they are applied first.</summary>
    public IReadOnlyList<Layer> Layers => [.. Calls.Select(call => call.Layer).Distinct()];

    /// <summary>All weights, each with its name and whether it is trained as layers say now, in the order of the layers.</summary>
    public IReadOnlyList<(string Name, Weight Weight, bool IsTrained)> Weights
    {
        get
        {
            _weights.Clear();
            _known.Clear();
            _frozen.Clear();
            foreach (LayerCall call in Calls)
            {
                AddWeights(call, _names[call.Layer], isTrained: true);
            }

            return [.. _weights];
        }
    }

    /// <summary>The weights of layers that are not trained as layers said when <see cref="Weights"/> was read last: states among them stay as they are.</summary>
    public IReadOnlySet<Weight> Frozen => _frozen;

    /// <summary>A layer's name.</summary>
    public string NameOf(Layer layer) => _names[layer];

    /// <summary>The number of a node among those that draw random numbers.</summary>
    public uint DrawOf(Node node) => _drawn[node];

    private static List<LayerCall> CallsOf(IReadOnlyList<Value> outputs)
    {
        var found = new HashSet<LayerCall>();
        var waiting = new Stack<Value>(outputs);
        while (waiting.TryPop(out Value? value))
        {
            if (value.Call is { } call && found.Add(call))
            {
                foreach (Value input in call.Inputs)
                {
                    waiting.Push(input);
                }
            }
        }

        return [.. found.OrderBy(call => call.Output.Maker!.Number)];
    }

    /// <summary>The names that layers get which follow one another.</summary>
    public static IReadOnlyDictionary<Layer, string> NamesOf(IEnumerable<Layer> layers)
    {
        var names = new Dictionary<Layer, string>(ReferenceEqualityComparer.Instance);
        Name([.. layers.Distinct()], names);
        return names;
    }

    /// <summary>Gives each layer its own name, or its kind and, from the second of a kind on, a number, as Keras does.</summary>
    private static void Name(IReadOnlyList<Layer> layers, Dictionary<Layer, string> names)
    {
        var used = new HashSet<string>(layers.Select(layer => layer.Name).OfType<string>());
        var counts = new Dictionary<string, int>();
        foreach (Layer layer in layers.Where(layer => !names.ContainsKey(layer)))
        {
            string name = layer.Name ?? layer.Kind;
            while (layer.Name is null && (counts.GetValueOrDefault(layer.Kind) > 0 || used.Contains(name)))
            {
                int number = counts.GetValueOrDefault(layer.Kind, 1);
                counts[layer.Kind] = number + 1;
                name = $"{layer.Kind}_{number}";
                if (used.Add(name))
                {
                    break;
                }
            }

            counts.TryAdd(layer.Kind, 1);
            names[layer] = name;
        }
    }

    private void NameAll()
    {
        IReadOnlyList<Layer> layers = Layers;
        if (layers.Select(layer => layer.Name).OfType<string>().GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two layers are called '{twice.Key}': names in a model differ.");
        }

        Name(layers, _names);
        foreach (LayerCall call in Calls)
        {
            NameInner(call);
        }
    }

    private void NameInner(LayerCall call)
    {
        Name([.. call.Inner.Select(inner => inner.Layer).Distinct()], _names);
        foreach (LayerCall inner in call.Inner)
        {
            NameInner(inner);
        }
    }

    private void AddWeights(LayerCall call, string path, bool isTrained)
    {
        isTrained &= call.Layer.Trainable;
        foreach (Weight weight in call.Layer.Weights.Where(_known.Add))
        {
            _weights.Add(($"{path}/{weight.Name}", weight, isTrained && weight.Role != WeightRole.State));
            if (!isTrained)
            {
                _frozen.Add(weight);
            }
        }

        foreach (LayerCall inner in call.Inner)
        {
            AddWeights(inner, $"{path}/{_names[inner.Layer]}", isTrained);
        }
    }
}
