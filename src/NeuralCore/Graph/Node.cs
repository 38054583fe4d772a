using System.Numerics;

namespace NeuralCore;

/// <summary>
/// An op applied to values. It says what it reads, writes and keeps, and how it runs in both directions; it holds no memory, so the same node runs
/// in every plan that it belongs to, in float and in double. Backward is the mirror of forward: it takes the gradients of the outputs and writes
/// (never adds to) those of the weights and of the inputs that need one. Where several nodes give one value a gradient, the plan adds them.
/// </summary>
internal abstract class Node
{
    private static long _made;

    /// <summary>Applies an op.</summary>
    /// <param name="inputs">What it reads.</param>
    /// <param name="weights">The weights that it reads.</param>
    protected Node(IReadOnlyList<Value> inputs, IReadOnlyList<Weight>? weights = null)
    {
        (Inputs, Weights) = (inputs, weights ?? []);
        Number = Interlocked.Increment(ref _made);
    }

    /// <summary>The order in which nodes were made: inputs are made before what reads them.</summary>
    public long Number { get; }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>What it writes.</summary>
    public IReadOnlyList<Value> Outputs { get; private set; } = [];

    /// <summary>The weights that it reads.</summary>
    public IReadOnlyList<Weight> Weights { get; }

    /// <summary>The first input.</summary>
    public Value Input => Inputs[0];

    /// <summary>The first output.</summary>
    public Value Output => Outputs[0];

    /// <summary>The op and its sizes, for <c>plan.ToString()</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The algorithm of each pass on a backend, for <c>plan.ToString()</c>; empty for an op that has only one.</summary>
    public virtual string WaysOn<T>(IBackend<T> backend, int items)
        where T : unmanaged, IFloatingPointIeee754<T> => string.Empty;

    /// <summary>Whether it only gives its input another name or shape, so that a plan needs no step for it.</summary>
    public virtual bool IsAlias(bool training) => false;

    /// <summary>Whether it makes losses: backward begins here, and nothing is to be given to it.</summary>
    public virtual bool IsLoss => false;

    /// <summary>The node whose random numbers it draws: itself, or one that was joined into it; null where it draws none.</summary>
    public virtual Node? Drawn => null;

    /// <summary>Whether backward can update the first weight itself, given an optimiser's step, and never write its gradient.</summary>
    public virtual bool CanUpdate(object backend, UpdateRules update) => false;

    /// <summary>Whether backward can put the gradient of its input in that input's place.</summary>
    public virtual bool CanReplaceInput<T>(IBackend<T> backend)
        where T : unmanaged, IFloatingPointIeee754<T> => false;

    /// <summary>
    /// Whether the gradient of each input is that of the first output, of the same shape: then a plan may give both the same memory, and backward
    /// writes only those that have memory of their own.
    /// </summary>
    public virtual bool HandsGradientOn => false;

    /// <summary>The floating-point operations of one item forward, where arithmetic is what takes the time.</summary>
    public virtual long ForwardFlop => 0;

    /// <summary>The same backward: once for the weights, and once for the input where its gradient is needed.</summary>
    public virtual long BackwardFlop(bool withInput) => withInput ? 2 * ForwardFlop : ForwardFlop;

    /// <summary>The values, beside gradients, that backward reads.</summary>
    public virtual IEnumerable<Value> ReadBackward => Inputs;

    /// <summary>
    /// If the output is that of a ReLU, perhaps with a dropout behind it, what that dropout multiplied those that it kept with, or 1: then the
    /// gradient of what went into the ReLU is this times that of the output where the output is not 0, else 0. Null where there is no ReLU.
    /// </summary>
    public virtual double? ReluScale => null;

    /// <summary>What forward keeps for backward beside values.</summary>
    public virtual IReadOnlyList<KeptBuffer> Kept(PlanSizes sizes) => [];

    /// <summary>The bytes of scratch that either direction takes.</summary>
    public virtual long ScratchBytes<T>(IBackend<T> backend, int items)
        where T : unmanaged, IFloatingPointIeee754<T> => 0;

    /// <summary>The bytes that its weights take in the form that forward computes with in prediction, if that is another than their own; else 0.</summary>
    public virtual long PreparedBytes<T>(IBackend<T> backend)
        where T : unmanaged, IFloatingPointIeee754<T> => 0;

    /// <summary>Brings the weights into that form, <see cref="NodeRun{T}.Prepared"/>.</summary>
    public virtual void Prepare<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
    }

    /// <summary>Runs forward.</summary>
    public abstract void Forward<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Runs backward.</summary>
    public abstract void Backward<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Makes an output.</summary>
    protected Value NewOutput(string name, Shape shape)
    {
        var value = new Value(name, shape, ElementKind.Number, this);
        Outputs = [.. Outputs, value];
        return value;
    }

    /// <summary>Makes the node the source of a value that another node made, in whose place it runs.</summary>
    protected void TakeOver(Value output) => Outputs = [.. Outputs, output];
}

/// <summary>Memory that a node fills forward and reads backward.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct KeptBuffer(string Name, long Bytes);

/// <summary>The sizes of a plan that buffers depend on.</summary>
/// <param name="Capacity">The most items of a batch.</param>
/// <param name="ElementSize">The bytes of a number.</param>
/// <param name="HasBackward">Whether there is a backward pass.</param>
internal readonly record struct PlanSizes(int Capacity, int ElementSize, bool HasBackward)
{
    /// <summary>The bytes that a tensor of a given number of elements an item takes.</summary>
    public long Bytes(long itemCount) => (long)Capacity * itemCount * ElementSize;
}

/// <summary>A value under another name: what a layer makes that hands its input through.</summary>
internal sealed class IdentityNode : Node
{
    public IdentityNode(Value input, string name = "identity", Shape? shape = null)
        : base([input]) => NewOutput(name, shape ?? input.Shape);

    public override string Description => "Reshape";

    public override bool IsAlias(bool training) => true;

    public override void Forward<T>(in NodeRun<T> run)
    {
    }

    public override void Backward<T>(in NodeRun<T> run)
    {
    }
}
