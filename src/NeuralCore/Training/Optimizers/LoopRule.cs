using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NeuralCore;

/// <summary>A step whose formula is a user's loop over spans.</summary>
internal sealed class LoopRule(Optimizer optimizer) : UpdateRule
{
    private long _step;

    internal override int StateCount => optimizer.StateNames.Count;

    internal override string Name => optimizer.GetType().Name;

    internal override bool IsLoop => true;

    /// <summary>The rule of a step.</summary>
    public LoopRule At(long step)
    {
        _step = step;
        return this;
    }

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state)
    {
        if (typeof(T) != typeof(float))
        {
            throw new NotSupportedException($"The optimiser {Name} is a loop over 32-bit numbers.");
        }

        try
        {
            optimizer.Update(_step, Cast(values), Cast(gradients), new StateSpans<float>(Kept(state, 0), Kept(state, 1), Kept(state, 2)));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"The optimiser {Name} failed in step {_step}: {failure.Message}", failure);
        }

        Span<float> Kept(StateSpans<T> kept, int index) => index < StateCount ? Cast(kept[index]) : default;

        static Span<float> Cast(ReadOnlySpan<T> span) =>
            MemoryMarshal.CreateSpan(ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(span)), span.Length);
    }

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user) =>
        throw new NotSupportedException($"The optimiser {Name} is a loop over the processor's memory: compile the model with a CPU backend.");
}
