using System.Numerics;

namespace NeuralCore;

/// <summary>
/// The memory of a plan before it is laid out: a buffer for each value and gradient, and the moments between which each is needed. Of S nodes, node
/// i runs forward at moment i and backward at moment 2S - 1 - i; what is brought in is there at -1, and what is read from outside at the end.
/// </summary>
internal sealed class PlanLayout<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PlanRequest _request;
    private readonly PlanSizes _sizes;
    private readonly Graph _graph;
    private readonly IReadOnlyList<Node> _nodes;
    private readonly Dictionary<Value, PlanBuffer> _data = [];
    private readonly Dictionary<Value, PlanBuffer> _gradients = [];
    private readonly HashSet<Value> _replaced = [];
    private readonly HashSet<Value> _begun = [];
    private readonly SharedGradients _shared;
    private readonly HashSet<Weight> _weightsBegun = [];
    private readonly int _end;

    public unsafe PlanLayout(IBackend<T> backend, PlanRequest request, Graph graph)
    {
        (_request, _graph, _nodes) = (request, graph, graph.Nodes);
        _shared = new SharedGradients(graph);
        _sizes = new PlanSizes(request.Capacity, sizeof(T), request.HasBackward);
        _end = request.HasBackward ? 2 * _nodes.Count : _nodes.Count;
        Scratch = new PlanBuffer("scratch", _nodes.Select(node => node.ScratchBytes(backend, request.Capacity)).DefaultIfEmpty().Max());
        Nodes = [.. _nodes.Select(node => new NodeBuffers(node))];
        LayForward(backend);
        if (request.HasBackward)
        {
            LayBackward(backend);
        }
    }

    /// <summary>Memory that holds nothing from one node to the next.</summary>
    public PlanBuffer Scratch { get; }

    /// <summary>The buffers of each node, in the order of forward.</summary>
    public IReadOnlyList<NodeBuffers> Nodes { get; }

    /// <summary>All buffers.</summary>
    public HashSet<PlanBuffer> Buffers { get; } = [];

    /// <summary>The buffer of a value.</summary>
    public PlanBuffer DataOf(Value value) => _data[_graph.Root(value)];

    /// <summary>The buffer of a value's gradient; null where none flows.</summary>
    public PlanBuffer? GradientOf(Value value) => _gradients.GetValueOrDefault(_graph.Root(value));

    /// <summary>Whether a value's gradient lies in its place.</summary>
    public bool IsReplaced(Value value) => _replaced.Contains(_graph.Root(value));

    /// <summary>The node that makes a value; null for one that is brought in.</summary>
    public Node? MakerOf(Value? value) => value is null ? null : _graph.MakerOf(value);

    private void LayForward(IBackend<T> backend)
    {
        foreach (Value input in _request.Inputs)
        {
            // In training the next batch is brought in while the losses of this one are read.
            Touch(Data(input), -1, _request.HasBackward ? _end : -1);
        }

        for (int i = 0; i < _nodes.Count; i++)
        {
            (Node node, NodeBuffers buffers) = (_nodes[i], Nodes[i]);
            buffers.Inputs.AddRange(node.Inputs.Select(Data));
            buffers.Outputs.AddRange(node.Outputs.Select(Data));
            buffers.Kept.AddRange(node.Kept(_sizes).Select(kept => new PlanBuffer(kept.Name, kept.Bytes)));
            foreach (PlanBuffer buffer in (IEnumerable<PlanBuffer>)[.. buffers.Inputs, .. buffers.Outputs, .. buffers.Kept, Scratch])
            {
                Touch(buffer, i);
            }

            if (_request.KeepPrepared && node.PreparedBytes(backend) is > 0 and long bytes)
            {
                buffers.Prepared = new PlanBuffer("prepared weights", bytes);
                Touch(buffers.Prepared, -1, _end);
            }
        }

        foreach (Value output in _request.Outputs)
        {
            Touch(Data(output), _end);
        }
    }

    private void LayBackward(IBackend<T> backend)
    {
        HashSet<Value> receiving = Receiving();
        foreach (Value seed in _request.Seeds)
        {
            Touch(Gradient(seed), _nodes.Count - 1);
            _begun.Add(_graph.Root(seed));
        }

        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            (Node node, NodeBuffers buffers) = (_nodes[i], Nodes[i]);
            bool isReached = node.IsLoss || node.Outputs.Any(output => receiving.Contains(_graph.Root(output)) && GradientOf(output) is not null);
            bool[] wants = [.. node.Inputs.Select(input => _graph.WantsGradient(input))];
            buffers.RunsBackward = isReached && (wants.Contains(true) || node.Weights.Any(_graph.IsTrained));
            if (buffers.RunsBackward)
            {
                LayBackward(backend, i, node, buffers, wants);
            }
            else
            {
                buffers.InputGradients.AddRange(node.Inputs.Select(_ => (PlanBuffer?)null));
                buffers.OutputGradients.AddRange(node.Outputs.Select(_ => (PlanBuffer?)null));
            }
        }

        foreach (Value input in _request.WithGradient)
        {
            Touch(Gradient(input), _end);
        }
    }

    private void LayBackward(IBackend<T> backend, int i, Node node, NodeBuffers buffers, bool[] wants)
    {
        int time = (2 * _nodes.Count) - 1 - i;
        buffers.OutputGradients.AddRange(node.Outputs.Select(output => node.IsLoss ? null : GradientOf(output)));
        if (wants[0] && CanReplaceInput(backend, node))
        {
            Value root = _graph.Root(node.Input);
            _replaced.Add(root);
            _gradients[root] = _data[root];
        }

        for (int k = 0; k < node.Inputs.Count; k++)
        {
            buffers.InputGradients.Add(wants[k] ? HandedOn(i, node, k, buffers) ?? GradientToWrite(node.Inputs[k], buffers) : null);
        }

        foreach (Weight weight in node.Weights)
        {
            // Of several nodes that share a weight the first to run writes its gradient, and the others add theirs.
            bool adds = _graph.IsTrained(weight) && !_weightsBegun.Add(weight);
            buffers.WeightGradients.Add(adds ? new PlanBuffer("part of d " + weight.Name, _sizes.ElementSize * (long)weight.Shape.Count) : null);
        }

        buffers.Updates = _request.Update is { } update && node.CanUpdate(backend, update) && _graph.IsTrained(node.Weights[0]) && buffers.WeightGradients[0] is null
            && _nodes.Sum(other => other.Weights.Count(weight => weight == node.Weights[0])) == 1;
        IEnumerable<PlanBuffer?> touched =
        [
            Scratch, .. buffers.Kept, .. node.ReadBackward.Select(DataOf), .. buffers.InputGradients, .. buffers.OutputGradients, .. buffers.WeightGradients,
            .. buffers.Sums.Select(sum => sum.Into),
        ];
        foreach (PlanBuffer? buffer in touched.Where(buffer => buffer is not null))
        {
            Touch(buffer!, time);
        }
    }

    /// <summary>
    /// The memory of the output's gradient, if that is the input's as well and both can lie there; null where the input's has to be written.
    /// </summary>
    private PlanBuffer? HandedOn(int i, Node node, int k, NodeBuffers buffers)
    {
        Value input = _graph.Root(node.Inputs[k]);
        return node.HandsGradientOn && buffers.OutputGradients[0] is { } gradient && !_begun.Contains(input) && _shared.TryShare(gradient, input, i) && _begun.Add(input)
            ? _gradients[input] = gradient
            : null;
    }

    /// <summary>
    /// A value that is read in several places gets a gradient from each. The last of them runs backward first and writes it; each other one writes
    /// into memory of its own, which is added then: one order of summation, whatever the network looks like.
    /// </summary>
    private PlanBuffer GradientToWrite(Value value, NodeBuffers buffers)
    {
        PlanBuffer whole = Gradient(value);
        if (_begun.Add(_graph.Root(value)))
        {
            return whole;
        }

        var part = new PlanBuffer("part of " + whole.Name, whole.Bytes);
        buffers.Sums.Add((whole, part, value.Shape.Count));
        return part;
    }

    /// <summary>
    /// An op that reads its input for the last time when it writes that input's gradient may put it in its place, if the input came out of a ReLU: its
    /// zeros say where the ReLU lets no gradient through.
    /// </summary>
    private bool CanReplaceInput(IBackend<T> backend, Node node) =>
        node.CanReplaceInput(backend) && _graph.ReadersOf(node.Input) == 1 && _graph.MakerOf(node.Input) is { ReluScale: not null, Outputs.Count: 1 };

    /// <summary>The values on which a loss, or an output whose gradient is brought in, depends.</summary>
    private HashSet<Value> Receiving()
    {
        HashSet<Value> receiving = [.. _request.Seeds.Select(_graph.Root)];
        foreach (Node node in _nodes.Reverse())
        {
            if (node.IsLoss || node.Outputs.Any(receiving.Contains))
            {
                receiving.UnionWith(node.Inputs.Where(input => input.Kind == ElementKind.Number).Select(_graph.Root));
            }
        }

        return receiving;
    }

    private PlanBuffer Data(Value value)
    {
        Value root = _graph.Root(value);
        if (!_data.TryGetValue(root, out PlanBuffer? buffer))
        {
            _data[root] = buffer = new PlanBuffer(root.Name, root.Kind == ElementKind.Label ? (long)_sizes.Capacity * sizeof(int) : Bytes(root));
        }

        return buffer;
    }

    private PlanBuffer Gradient(Value value)
    {
        Value root = _graph.Root(value);
        if (!_gradients.TryGetValue(root, out PlanBuffer? buffer))
        {
            _gradients[root] = buffer = new PlanBuffer("d " + root.Name, Bytes(root));
        }

        return buffer;
    }

    private long Bytes(Value value)
    {
        // Ops count elements in 32 bits, and round counts up to whole chunks.
        const int MostElements = int.MaxValue - 65536;
        return (long)_sizes.Capacity * value.Shape.Count <= MostElements
            ? _sizes.Bytes(value.Shape.Count)
            : throw new ArgumentException($"A batch of {_sizes.Capacity:N0} items is too large for {value.Name}, which has {value.Shape.Count:N0} values an item.");
    }

    private void Touch(PlanBuffer buffer, params ReadOnlySpan<int> times)
    {
        Buffers.Add(buffer);
        foreach (int time in times)
        {
            buffer.Touch(time);
        }
    }
}

/// <summary>The buffers of one node of a plan.</summary>
internal sealed class NodeBuffers(Node node)
{
    public Node Node => node;

    public List<PlanBuffer> Inputs { get; } = [];

    public List<PlanBuffer> Outputs { get; } = [];

    public List<PlanBuffer> Kept { get; } = [];

    public PlanBuffer? Prepared { get; set; }

    /// <summary>Whether it has a part in the backward pass.</summary>
    public bool RunsBackward { get; set; }

    public List<PlanBuffer?> InputGradients { get; } = [];

    public List<PlanBuffer?> OutputGradients { get; } = [];

    /// <summary>Memory for gradients of weights that other nodes have begun to sum.</summary>
    public List<PlanBuffer?> WeightGradients { get; } = [];

    /// <summary>What is to be added when the node has run backward: into which gradient, from where, and how many numbers an item.</summary>
    public List<(PlanBuffer Into, PlanBuffer Part, int ItemCount)> Sums { get; } = [];

    public bool Updates { get; set; }
}
