using System.Numerics;

namespace NeuralCore;

/// <summary>A node of a plan with its memory.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal sealed class PlanStep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Pass _backward;
    private readonly (Slot Into, Slot Part, int ItemCount)[] _sums;
    private readonly (Slot Into, Slot Part, int Count)[] _weightSums;

    public PlanStep(NodeBuffers buffers, PlanLayout<T> layout, Func<Weight, WeightSlots> weights, Func<Node, uint> drawn)
    {
        Node = buffers.Node;

        // Calls of generic virtual methods look for the method each time; a delegate has found it.
        (Forward, _backward, RunsBackward) = (Node.Forward<T>, Node.Backward<T>, buffers.RunsBackward);
        WeightSlots[] slots = [.. Node.Weights.Select((weight, i) =>
            buffers.WeightGradients.ElementAtOrDefault(i) is { } part ? weights(weight) with { Gradient = part.Slot } : weights(weight))];
        Node? maker = layout.MakerOf(Node.Inputs.Count > 0 ? Node.Input : null);
        Memory = new NodeMemory<T>
        {
            Inputs = [.. buffers.Inputs.Select(buffer => buffer.Slot)],
            Outputs = [.. buffers.Outputs.Select(buffer => buffer.Slot)],
            InputGradients = [.. buffers.InputGradients.Select(buffer => buffer?.Slot)],
            OutputGradients = [.. buffers.OutputGradients.Select(buffer => buffer?.Slot)],
            Kept = [.. buffers.Kept.Select(buffer => buffer.Slot)],
            Weights = slots,
            Prepared = buffers.Prepared?.Slot,
            Scratch = layout.Scratch.Slot,
            ReplacedScale = maker is not null && layout.IsReplaced(Node.Input) ? maker.ReluScale : null,
            GradientIsBeforeRelu = layout.IsReplaced(Node.Output),
            Draw = Node.Drawn is { } source ? drawn(source) : 0,
            Updates = buffers.Updates ? Node.Weights[0].Role : null,
        };
        _sums = [.. buffers.Sums.Select(sum => (sum.Into.Slot, sum.Part.Slot, sum.ItemCount))];
        _weightSums =
        [
            .. Node.Weights.Select((weight, i) => (weight, buffers.WeightGradients.ElementAtOrDefault(i)))
                .Where(pair => pair.Item2 is not null)
                .Select(pair => (weights(pair.weight).Gradient!.Value, pair.Item2!.Slot, pair.weight.Shape.Count)),
        ];
    }

    /// <summary>One direction of a node.</summary>
    public delegate void Pass(in NodeRun<T> run);

    /// <summary>The node.</summary>
    public Node Node { get; }

    /// <summary>Its memory.</summary>
    public NodeMemory<T> Memory { get; }

    /// <summary>Runs it forward.</summary>
    public Pass Forward { get; }

    /// <summary>Whether it has a part in the backward pass.</summary>
    public bool RunsBackward { get; }

    /// <summary>The floating-point operations of one item backward.</summary>
    public long BackwardFlop => RunsBackward ? Node.BackwardFlop(Memory.InputGradients is [not null, ..]) : 0;

    /// <summary>Runs it backward, and adds its part to gradients that others have begun.</summary>
    public void RunBackward(IBackend<T> backend, in PlanRun run, ReadOnlySpan<double> shardSums = default)
    {
        if (!RunsBackward)
        {
            return;
        }

        _backward(new NodeRun<T>(backend, Memory, run, shardSums));
        foreach ((Slot into, Slot part, int itemCount) in _sums)
        {
            backend.AddTo(run.Items * itemCount, into, part);
        }

        foreach ((Slot into, Slot part, int count) in _weightSums)
        {
            backend.AddTo(count, into, part);
        }
    }
}
