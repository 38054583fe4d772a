namespace NeuralCore;

/// <summary>A step whose formula is somebody's loop over spans.</summary>
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

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second)
    {
        if (typeof(T) == typeof(float))
        {
            optimizer.Update(_step, Cast(values), Cast(gradients), Cast(first), Cast(second));
            return;
        }

        throw new NotSupportedException($"The optimiser {Name} is a loop over 32-bit numbers.");

        static Span<float> Cast(ReadOnlySpan<T> span) => System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
            ref System.Runtime.CompilerServices.Unsafe.As<T, float>(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(span)), span.Length);
    }

    internal override void With<TSimd, TVec, TUser>(ref TUser user) => throw new NotSupportedException($"The optimiser {Name} has no formula in vectors.");
}
