using NeuralCore.Ops;

namespace NeuralCore;

/// <content>How nodes are run and differentiated.</content>
public sealed partial class Tape
{
    /// <summary>What defines a chain of nodes, and is no optimisation: it holds here, too.</summary>
    private static readonly FusionRule[] Definitions = [.. FusionRules.All.Where(rule => rule.IsDefinition)];

    private readonly List<TapeStep> _steps = [];
    private readonly Dictionary<Value, Tensor> _tensors = [];
    private readonly Dictionary<Tensor, Tensor> _roots = [];
    private readonly Dictionary<Weight, Tensor> _givenWeights = [];
    private readonly Dictionary<Tensor, TapeStep> _losses = [];
    private readonly List<Tensor> _computed = [];
    private readonly List<MemoryBlock> _blocks = [];
    private MemoryBlock? _scratch;
    private uint _draws;

    /// <summary>
    /// The gradients of a loss, or of the sum of the elements of any other tensor, with respect to every tensor on the way to the trained variables.
    /// </summary>
    /// <param name="target">What is differentiated.</param>
    /// <exception cref="ArgumentException">The target is not on this tape, or depends on no variable.</exception>
    public Gradients Gradients(Tensor target) => Gradients([target]);

    /// <summary>The gradients of a sum of losses and of the elements of other tensors.</summary>
    /// <param name="targets">The summands.</param>
    /// <exception cref="ArgumentException">A target is not on this tape, or depends on no variable.</exception>
    public Gradients Gradients(params ReadOnlySpan<Tensor> targets)
    {
        var slots = new Dictionary<Tensor, Slot>();
        var losses = new HashSet<TapeStep>();
        foreach (Tensor target in targets)
        {
            RequireOwn(target);
            if (!target.WantsGradient)
            {
                throw new ArgumentException($"The tensor of {target.Shape} depends on no variable, so there is nothing to differentiate.");
            }

            if (_losses.TryGetValue(target, out TapeStep? loss))
            {
                losses.Add(loss);
            }
            else
            {
                Slot ones = AllocateLike(target);
                Backend.Upload<float>(Enumerable.Repeat(1f, target.Count).ToArray(), ones);
                Sum(slots, target, ones);
            }
        }

        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            if (losses.Contains(_steps[i]) || (!_steps[i].Node.IsLoss && _steps[i].Outputs.Any(slots.ContainsKey)))
            {
                Backward(_steps[i], slots);
            }
        }

        var gradients = slots.ToDictionary(pair => pair.Key, pair => Computed(ItemOf(pair.Key.Shape), pair.Key.Shape, pair.Value, wantsGradient: false));
        foreach ((Tensor alias, Tensor root) in _roots.Where(pair => slots.ContainsKey(pair.Value)))
        {
            gradients[alias] = Computed(ItemOf(alias.Shape), alias.Shape, slots[root], wantsGradient: false);
        }

        return new Gradients(gradients);
    }

    private Value[] ValuesOf(ReadOnlySpan<Tensor> tensors)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var values = new Value[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            RequireOwn(tensors[i]);
            if (tensors[i].Shape.Rank == 0 || tensors[i].Shape[0] != tensors[0].Shape[0])
            {
                throw new ArgumentException($"Ops run over the items of a batch, and a tensor of {tensors[i].Shape} beside one of {tensors[0].Shape} has another number of them.");
            }

            values[i] = tensors[i].Value;
            _tensors[values[i]] = tensors[i];
        }

        return values;
    }

    private void RequireOwn(Tensor tensor)
    {
        if (tensor.Tape != this)
        {
            throw new ArgumentException(tensor.Tape is null
                ? $"The tensor of {tensor.Shape} is not on the tape: put it there by {nameof(Constant)} or {nameof(Variable)}."
                : $"The tensor of {tensor.Shape} is on another tape.");
        }
    }

    /// <summary>Runs what has not been run of the nodes that a value depends on.</summary>
    private Tensor Run(Value output, int items)
    {
        Graph graph = GraphOf([.. _tensors.Keys], output, items);
        foreach (Node node in graph.Nodes)
        {
            Execute(node, graph, items);
        }

        Tensor root = _tensors[graph.Root(output)];
        if (root.Value == output)
        {
            return root;
        }

        int[] extents = [items, .. output.Shape.Extents];
        Tensor alias = Computed(output, new Shape(extents), root.Slot, root.WantsGradient);
        _roots[alias] = RootOf(root);
        return _tensors[output] = alias;
    }

    private Tensor MeanLoss(Value losses, int items)
    {
        // From the very beginning: a rule may join the loss to a node that has been run.
        Graph graph = GraphOf([.. _tensors.Keys.Where(value => value.Maker is null)], losses, items);
        graph.Rewrite(Definitions);
        foreach (Node node in graph.Nodes.Where(node => _steps.TrueForAll(step => step.Node != node)))
        {
            Execute(node, graph, items);
        }

        double sum = 0;
        foreach (float value in _tensors[losses].ToArray())
        {
            sum += value;
        }

        var mean = new Tensor(this, (float)(sum / items), _tensors[losses].WantsGradient);
        _losses[mean] = _steps[^1];
        return mean;
    }

    private Graph GraphOf(IReadOnlyList<Value> known, Value output, int items) => Graph.Of(
        new PlanRequest { Inputs = known, Outputs = [output], Capacity = items, Training = Training, HasBackward = true },
        weight => TensorOf(weight).WantsGradient);

    private void Execute(Node node, Graph graph, int items)
    {
        Tensor[] inputs = [.. node.Inputs.Select(input => _tensors[graph.Root(input)])];
        Tensor[] weights = [.. node.Weights.Select(TensorOf)];
        bool wantsGradient = inputs.Concat(weights).Any(tensor => tensor.WantsGradient);
        foreach (Value value in node.Outputs.Where(value => !_tensors.ContainsKey(value)))
        {
            int[] extents = [items, .. value.Shape.Extents];
            var shape = new Shape(extents);
            _tensors[value] = Computed(value, shape, Allocate(shape.Count * (long)sizeof(float)), wantsGradient);
        }

        var step = new TapeStep(
            node, inputs, weights, [.. node.Outputs.Select(value => _tensors[value])],
            [.. node.Kept(new PlanSizes(items, sizeof(float), HasBackward: true)).Select(kept => Allocate(kept.Bytes))], items, (uint)Steps, node.Drawn == node ? _draws++ : 0);
        node.Forward(new NodeRun<float>(Backend, step.Memory(ScratchOf(node, items), inputGradients: [], weightGradients: [], _ => null, _frozen), RunOf(step)));
        _steps.Add(step);
    }

    private void Backward(TapeStep step, Dictionary<Tensor, Slot> slots)
    {
        var parts = new List<(Tensor Tensor, Slot Part)>();
        Slot?[] inputs = [.. step.Inputs.Select(ToWrite)], weights = [.. step.Weights.Select(ToWrite)];
        NodeMemory<float> memory = step.Memory(
            ScratchOf(step.Node, step.Items), inputs, weights, output => !step.Node.IsLoss && slots.TryGetValue(RootOf(output), out Slot slot) ? slot : null, _frozen);
        step.Node.Backward(new NodeRun<float>(Backend, memory, RunOf(step)));
        foreach ((Tensor tensor, Slot part) in parts)
        {
            Backend.AddTo(tensor.Count, slots[tensor], part);
        }

        // The last reader of a tensor writes its gradient, and the others add to it: the order in which a plan sums.
        Slot? ToWrite(Tensor tensor)
        {
            if (!tensor.WantsGradient)
            {
                return null;
            }

            Tensor root = RootOf(tensor);
            Slot slot = AllocateLike(root);
            if (!slots.TryAdd(root, slot))
            {
                parts.Add((root, slot));
            }

            return slot;
        }
    }

    private void Sum(Dictionary<Tensor, Slot> slots, Tensor target, Slot addend)
    {
        if (!slots.TryAdd(RootOf(target), addend))
        {
            Backend.AddTo(target.Count, slots[RootOf(target)], addend);
        }
    }

    private PlanRun RunOf(TapeStep step) => new(step.Items, Training, HasTargets: true, Seed, step.Step);

    private Tensor RootOf(Tensor tensor) => _roots.GetValueOrDefault(tensor, tensor);

    private Tensor TensorOf(Weight weight) => _givenWeights.TryGetValue(weight, out Tensor? given) ? given : _layerWeights[weight];

    private Tensor Computed(Value value, Shape shape, Slot slot, bool wantsGradient)
    {
        var tensor = new Tensor(this, value, shape, slot, wantsGradient);
        _computed.Add(tensor);
        return tensor;
    }

    private Slot AllocateLike(Tensor tensor) => Allocate(tensor.Count * (long)sizeof(float));

    private Slot Allocate(long bytes)
    {
        MemoryBlock block = Backend.Allocate(Slot.Align(bytes));
        _blocks.Add(block);
        return block.Slot(0, bytes);
    }

    private Slot ScratchOf(Node node, int items)
    {
        long bytes = node.ScratchBytes(Backend, items);
        if (_scratch is null || _scratch.Bytes < bytes)
        {
            _scratch?.Dispose();
            _scratch = Backend.Allocate(Math.Max(Slot.Alignment, Slot.Align(bytes)));
        }

        return _scratch.Slot(0, _scratch.Bytes);
    }
}

/// <summary>A node that a tape has run.</summary>
internal sealed record TapeStep(
    Node Node, Tensor[] Inputs, Tensor[] Weights, Tensor[] Outputs, Slot[] Kept, int Items, uint Step, uint Draw)
{
    /// <summary>The node's memory, with the gradients of one pass.</summary>
    public NodeMemory<float> Memory(Slot scratch, Slot?[] inputGradients, Slot?[] weightGradients, Func<Tensor, Slot?> outputGradient, IReadOnlySet<Weight> frozen) => new()
    {
        Inputs = [.. Inputs.Select(tensor => tensor.Slot)],
        InputGradients = inputGradients,
        Outputs = [.. Outputs.Select(tensor => tensor.Slot)],
        OutputGradients = [.. Outputs.Select(outputGradient)],
        Kept = Kept,
        Weights = [.. Weights.Select((tensor, i) => new WeightSlots(tensor.Slot, i < weightGradients.Length ? weightGradients[i] : null, IsFrozen: frozen.Contains(Node.Weights[i])))],
        Scratch = scratch,
        Draw = Draw,
    };
}
