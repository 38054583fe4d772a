using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>What differs from one run of a plan to the next.</summary>
/// <param name="Items">The items in the batch, at most the plan's largest.</param>
/// <param name="Training">Whether dropout drops.</param>
/// <param name="HasLabels">Whether the batch has labels, so that there is a loss.</param>
/// <param name="Seed">The key of every random number.</param>
/// <param name="Step">The number of the training step, counted from 0.</param>
/// <param name="Update">
/// The optimiser's step, for those that update parameters themselves in backward, <see cref="Step{T}.Updates"/>; null to compute
/// gradients and update nothing.
/// </param>
internal readonly record struct PlanRun(int Items, bool Training, bool HasLabels, ulong Seed, uint Step, AdamStep? Update = null);

/// <summary>
/// One entry of a plan: an op with the memory it reads and writes. Backward is the mirror of forward: it takes the gradient
/// of the output and writes (never adds to) the gradients of the parameters and, where somebody needs it, of the input.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal abstract class Step<T>(PlanValue input, PlanValue output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public PlanValue Input { get; } = input;

    public PlanValue Output { get; } = output;

    /// <summary>The op and its sizes, for <c>plan.ToString()</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The floating-point operations of one item forward, where arithmetic is what takes the time.</summary>
    public virtual long ForwardFlop => 0;

    /// <summary>The same backward: once for the parameters, and once for the input where somebody needs its gradient.</summary>
    public virtual long BackwardFlop => Input.Gradient is null ? ForwardFlop : 2 * ForwardFlop;

    /// <summary>The parameter that backward updates itself where the run has an update; its gradient is not written then.</summary>
    public virtual Parameter? Updates => null;

    /// <summary>Whether the output is that of a ReLU, perhaps with a dropout behind it, so that its zeros say where the ReLU's derivative is zero.</summary>
    public virtual bool EndsInRelu => false;

    /// <summary>The dropout behind that ReLU, if there is one.</summary>
    public virtual DropoutStep<T>? EndsInDropout => null;

    /// <summary>The buffers that forward touches, apart from the data of input and output.</summary>
    public virtual IEnumerable<PlanBuffer> ForwardBuffers => [];

    /// <summary>The buffers that backward touches, apart from the gradients of input and output.</summary>
    public virtual IEnumerable<PlanBuffer> BackwardBuffers => [];

    /// <summary>The convolution whose weights forward may take in another form, <see cref="IBackend{T}.Prepare"/>; null where there is none.</summary>
    public virtual (Conv2DShape Shape, Parameter Weights)? Prepares => null;

    /// <summary>Where a plan keeps those weights from one run to the next; null where forward brings them into that form itself.</summary>
    public PlanBuffer? Prepared { get; set; }

    /// <summary>The bytes of scratch that either direction takes.</summary>
    public virtual long ScratchBytes(IBackend<T> backend, int items) => 0;

    public abstract void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch);

    public abstract void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch);

    /// <summary>What the dropout behind the ReLU multiplies with.</summary>
    public double KeptScale(in PlanRun run) => EndsInDropout?.Mask(run).Scale ?? 1;

    /// <summary>What backward is given: the gradient of the output and, behind a ReLU whose derivative nobody has taken yet, the output.</summary>
    protected OutputGradient OutputGradient(in PlanRun run)
    {
        PlanBuffer gradient = Output.Gradient!;
        return EndsInRelu && gradient.Replaces is null ? new(gradient.Slot, Output.Data.Slot, KeptScale(run)) : new(gradient.Slot);
    }
}
