using NeuralCore.Ops;

namespace NeuralCore;

/// <content>The optimiser's step.</content>
public partial interface IBackend<T>
{
    /// <summary>One step of an optimiser over flat blocks of equal length, in place.</summary>
    /// <param name="rule">The step.</param>
    /// <param name="count">The elements.</param>
    /// <param name="values">The weights.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="state">What the optimiser keeps of each.</param>
    internal void Update(UpdateRule rule, int count, Slot values, Slot gradients, in StateSlots state);
}

/// <content>The optimiser's step.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void Update(UpdateRule rule, int count, Slot values, Slot gradients, in StateSlots state)
    {
        if (rule.IsLoop)
        {
            rule.Reference(Some(values, count), Some(gradients, count), new StateSpans<float>(Some(state.First, count), Some(state.Second, count), Some(state.Third, count)));
            return;
        }

        var use = new FlatUpdate.Use<TSimd, TVec>(_pool, count, PointersOf(values, state), (nint)At(gradients));
        rule.With<TSimd, TVec, FlatUpdate.Use<TSimd, TVec>>(ref use);
    }

    private static UpdatePointers PointersOf(Slot values, in StateSlots state) =>
        new(At(values), AtOrNull(state.First), AtOrNull(state.Second), AtOrNull(state.Third));

    private static Span<float> Some(Slot? slot, int count) => slot is { } some ? NativeBlock.Values<float>(some)[..count] : default;
}

/// <content>The optimiser's step.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.Update(UpdateRule rule, int count, Slot values, Slot gradients, in StateSlots state) =>
        rule.Reference(Values(values)[..count], Values(gradients)[..count], SpansOf(state, count));

    private static StateSpans<T> SpansOf(in StateSlots state, int count) => new(Some(state.First, count), Some(state.Second, count), Some(state.Third, count));

    private static Span<T> Some(Slot? slot, int count) => slot is { } some ? Values(some)[..count] : default;
}
