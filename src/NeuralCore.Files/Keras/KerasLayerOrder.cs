namespace NeuralCore.Files.Keras;

/// <summary>
/// The order in which Keras lists the layers of a functional model. Its files keep weights in that order and not by name, so whoever writes one has
/// to know it: by depth, the number of layers up to an output, the deepest first; those of one depth in the order in which a walk from the outputs
/// comes to them (<c>map_graph</c> in keras/src/ops/function.py, <c>_map_graph_network</c> in Keras 2).
/// </summary>
internal sealed class KerasLayerOrder
{
    private readonly Dictionary<Value, WrittenCall> _makers;
    private readonly List<Value> _nodes = [];
    private readonly HashSet<Value> _done = [];
    private readonly Dictionary<object, int> _met = new(ReferenceEqualityComparer.Instance);

    private KerasLayerOrder(WrittenNetwork network)
    {
        _makers = network.Calls.ToDictionary(call => call.Output);
        foreach (Value output in network.Outputs)
        {
            Visit(output);
        }
    }

    /// <summary>The layers, and the inputs as <see cref="Value"/>s.</summary>
    public static IReadOnlyList<object> Of(WrittenNetwork network)
    {
        var walk = new KerasLayerOrder(network);
        Dictionary<object, int> depths = walk.Depths();
        object[] unread = [.. network.Inputs.Where(input => !walk._met.ContainsKey(input))];
        return [.. depths.Keys.OrderByDescending(item => depths[item]).ThenBy(item => walk._met[item]), .. unread];
    }

    /// <summary>Walks up to the inputs, and notes each value behind those that it depends on. What is deep in a network is deep on this stack.</summary>
    private void Visit(Value output)
    {
        var path = new Stack<(Value Value, int Next)>();
        Enter(output);
        while (path.TryPop(out (Value Value, int Next) step))
        {
            IReadOnlyList<Value> inputs = _makers.TryGetValue(step.Value, out WrittenCall? call) ? call.Inputs : [];
            if (step.Next == inputs.Count)
            {
                if (_done.Add(step.Value))
                {
                    _nodes.Add(step.Value);
                }

                continue;
            }

            path.Push((step.Value, step.Next + 1));
            Enter(inputs[step.Next]);
        }

        void Enter(Value value)
        {
            if (!_done.Contains(value))
            {
                _met.TryAdd(LayerOf(value), _met.Count);
                path.Push((value, 0));
            }
        }
    }

    private Dictionary<object, int> Depths()
    {
        var ofValues = new Dictionary<Value, int>();
        var ofLayers = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        foreach (Value value in Enumerable.Reverse(_nodes))
        {
            // A shared layer stands as deep as its deepest application.
            object layer = LayerOf(value);
            int depth = Math.Max(ofValues.GetValueOrDefault(value), ofLayers.GetValueOrDefault(layer));
            ofLayers[layer] = ofValues[value] = depth;
            foreach (Value input in _makers.TryGetValue(value, out WrittenCall? call) ? call.Inputs : [])
            {
                ofValues[input] = Math.Max(depth + 1, ofValues.GetValueOrDefault(input));
            }
        }

        return ofLayers;
    }

    private object LayerOf(Value value) => _makers.TryGetValue(value, out WrittenCall? call) ? call.Layer : value;
}
