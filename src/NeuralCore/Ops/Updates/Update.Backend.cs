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
    /// <param name="first">The first number that the optimiser keeps of each, if it keeps one.</param>
    /// <param name="second">The second, if it keeps two.</param>
    void Update(UpdateRule rule, int count, Slot values, Slot gradients, Slot? first, Slot? second);
}

/// <content>The optimiser's step.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void Update(UpdateRule rule, int count, Slot values, Slot gradients, Slot? first, Slot? second)
    {
        if (rule.IsLoop)
        {
            rule.Reference<float>(Some(values, count), Some(gradients, count), Some(first, count), Some(second, count));
            return;
        }

        var use = new FlatUpdate.Use<TSimd, TVec>(_pool, count, new UpdatePointers(At(values), AtOrNull(first), AtOrNull(second)), (nint)At(gradients));
        rule.With<TSimd, TVec, FlatUpdate.Use<TSimd, TVec>>(ref use);
    }

    private static Span<float> Some(Slot? slot, int count) => slot is { } some ? NativeBlock.Values<float>(some)[..count] : default;
}

/// <content>The optimiser's step.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Update(UpdateRule rule, int count, Slot values, Slot gradients, Slot? first, Slot? second) =>
        rule.Reference(Values(values)[..count], Values(gradients)[..count], Some(first, count), Some(second, count));

    private static Span<T> Some(Slot? slot, int count) => slot is { } some ? Values(some)[..count] : default;
}
