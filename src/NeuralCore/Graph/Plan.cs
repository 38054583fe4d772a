using System.Globalization;
using System.Numerics;
using System.Text;

namespace NeuralCore;

/// <summary>
/// A network ready to run: a flat list of nodes with their memory laid out. Forward calls them in order, backward in reverse; neither allocates
/// (on the CPU backend), branches on layer types, or does anything that the list does not show.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal sealed class Plan<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IBackend<T> _backend;
    private readonly PlanLayout<T> _layout;
    private readonly PlanStep<T>[] _steps;
    private readonly MemoryBlock _arena;
    private long _prepared = -1;

    /// <summary>Lays out the memory of a graph.</summary>
    /// <param name="backend">What computes.</param>
    /// <param name="request">What the plan is made for.</param>
    /// <param name="weights">The memory of the weights.</param>
    /// <param name="drawn">The number of each node that draws random numbers.</param>
    /// <param name="rules">What may be joined.</param>
    /// <exception cref="ArgumentException">The batch is too large for the network.</exception>
    public Plan(IBackend<T> backend, PlanRequest request, Func<Weight, WeightSlots> weights, Func<Node, uint> drawn, IReadOnlyList<FusionRule> rules)
    {
        (_backend, Request) = (backend, request);
        Graph graph = Graph.Of(request, weight => weights(weight).Gradient is not null);
        graph.Rewrite([.. rules.Where(rule => (request.Fuse || rule.IsDefinition) && rule.IsOfferedBy(backend))], backend);
        _layout = new PlanLayout<T>(backend, request, graph);
        ArenaBytes = MemoryPlanner.Assign(_layout.Buffers);
        _arena = backend.Allocate(ArenaBytes);
        foreach (PlanBuffer buffer in _layout.Buffers)
        {
            buffer.Slot = _arena.Slot(buffer.Offset, buffer.Bytes);
        }

        _steps = [.. _layout.Nodes.Select(node => new PlanStep<T>(node, _layout, weights, drawn))];
    }

    /// <summary>What the plan was made for.</summary>
    public PlanRequest Request { get; }

    /// <summary>The most items that fit into one batch.</summary>
    public int Capacity => Request.Capacity;

    /// <summary>The bytes of all buffers together, laid out by lifetime.</summary>
    public long ArenaBytes { get; }

    /// <summary>The nodes, in the order of forward.</summary>
    public IReadOnlyList<PlanStep<T>> Steps => _steps;

    /// <summary>The weights that backward updates itself, where the run has an update.</summary>
    public IEnumerable<Weight> Updated => _steps.Where(step => step.Memory.Updates is not null).Select(step => step.Node.Weights[0]);

    /// <summary>All buffers, for those who look into the plan.</summary>
    public IReadOnlyCollection<PlanBuffer> Buffers => _layout.Buffers;

    /// <summary>The memory of a value. After forward only the inputs' and outputs' still hold what they held.</summary>
    public Slot this[Value value] => _layout.DataOf(value).Slot;

    /// <summary>The memory of a value's gradient; null where there is none.</summary>
    public Slot? GradientOf(Value value) => _layout.GradientOf(value)?.Slot;

    /// <summary>Whether a value's gradient lies in its place.</summary>
    public bool IsReplaced(Value value) => _layout.IsReplaced(value);

    /// <summary>Brings weights into the form that forward computes with, unless that was done since they changed.</summary>
    /// <param name="version">Another number than before if any weight has changed.</param>
    public void Prepare(long version)
    {
        if (_prepared == version)
        {
            return;
        }

        var run = new PlanRun(0, Training: false, HasTargets: false, Seed: 0, Step: 0);
        foreach (PlanStep<T> step in _steps)
        {
            if (step.Memory.Prepared is not null)
            {
                step.Node.Prepare(new NodeRun<T>(_backend, step.Memory, run));
            }
        }

        _prepared = version;
    }

    /// <summary>Runs all nodes forward.</summary>
    public void Forward(in PlanRun run, IStepClock? clock = null)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i].Forward(new NodeRun<T>(_backend, _steps[i].Memory, run));
            clock?.Forward(i);
        }
    }

    /// <summary>Runs all nodes backward that a gradient reaches, in reverse.</summary>
    public void Backward(in PlanRun run, IStepClock? clock = null)
    {
        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            _steps[i].RunBackward(_backend, run);
            clock?.Backward(i);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _arena.Dispose();

    /// <summary>One line a node: the op, its shapes, and where its output and gradient lie in the arena.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        long sum = Buffers.Sum(b => b.Bytes);
        text.AppendLine(CultureInfo.InvariantCulture, $"{(Request.HasBackward ? "training" : "inference")} plan, up to {Capacity} items, arena {ArenaBytes / 1048576.0:F1} MiB (buffers {sum / 1048576.0:F1} MiB)");
        for (int i = 0; i < _steps.Length; i++)
        {
            Node node = _steps[i].Node;
            string description = node.Description + (_steps[i].Memory.Updates is { } role ? $" + {Request.Update!.Of(role).Name}" : string.Empty);
            text.Append(CultureInfo.InvariantCulture, $"{i,2}  {description,-34} {string.Join(" ", node.Inputs.Where(input => input.Kind == ElementKind.Number).Select(input => input.Shape)),-9} -> {node.Output.Shape,-9} {Place(_layout.DataOf(node.Output))}");
            if (_layout.GradientOf(node.Output) is { } gradient)
            {
                text.Append(CultureInfo.InvariantCulture, $"  d {(IsReplaced(node.Output) ? "in its place" : Place(gradient))}");
            }

            text.AppendLine(node.WaysOn(_backend, Capacity) is { Length: > 0 } ways ? $"  {ways}" : string.Empty);
        }

        return text.ToString();
    }

    private static string Place(PlanBuffer buffer) =>
        string.Create(CultureInfo.InvariantCulture, $"@{buffer.Offset / 1024,6} KiB +{buffer.Bytes / 1024,6}");
}

/// <summary>Something that takes the time of each step of a plan.</summary>
internal interface IStepClock
{
    /// <summary>A step has run forward.</summary>
    void Forward(int step);

    /// <summary>A step has run backward.</summary>
    void Backward(int step);
}
