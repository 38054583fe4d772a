using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>What the backward pass of a dense layer needs to update its weights.</summary>
/// <param name="Rule">The optimiser's step.</param>
/// <param name="Weights">The weights with what the optimiser keeps of each; their gradient is not written.</param>
/// <param name="DBias">Receives the bias's gradient; null where there is no bias, or it is not trained.</param>
internal readonly record struct DenseUpdate(UpdateRule Rule, WeightSlots Weights, Slot? DBias);

/// <summary>
/// A backend that can do all of a dense layer's backward and the optimiser's step of its weights in one pass over them, whose gradient is never
/// written: dx (of the weights as they were) unless dInput is null, dbias, and the weights updated in place.
/// </summary>
internal interface IFusedDenseUpdate
{
    /// <summary>How many numbers an optimiser may keep of each weight for that.</summary>
    int MostStates => UpdateRule.MostStates;

    /// <summary>Does it.</summary>
    void DenseBackwardUpdate(in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, in DenseUpdate update, Slot scratch);
}

/// <content>A dense layer's backward with its weights' update.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec> : IFusedDenseUpdate
{
    public void DenseBackwardUpdate(in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, in DenseUpdate update, Slot scratch)
    {
        var use = new DenseUpdateUse<TSimd, TVec>(
            _pool, shape, items, At(input), new DenseGradients(Gradient(dOutput), AtOrNull(dInput?.Gradient), Replaced(dInput), AtOrNull(update.DBias)),
            PointersOf(update.Weights.Values, update.Weights.State), At(scratch));
        update.Rule.With<TSimd, TVec, DenseUpdateUse<TSimd, TVec>>(ref use);
    }
}

/// <content>A dense layer's backward with its weights' update.</content>
public sealed partial class ReferenceBackend<T> : IFusedDenseUpdate
{
    /// <inheritdoc/>
    void IFusedDenseUpdate.DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, in DenseUpdate update, Slot scratch)
    {
        // dw is of the input as it was, so it comes before what may replace it, and dx is of the weights as they were.
        var dWeights = new T[shape.WeightCount];
        DenseReference.BackwardWeights<T>(shape, items, Values(input), BeforeActivation(dOutput), dWeights, ValuesOrNone(update.DBias));
        if (dInput is { } dx)
        {
            Primitives.DenseBackwardInput(shape, items, dOutput, update.Weights.Values, dx, scratch);
        }

        update.Rule.Reference(Values(update.Weights.Values)[..dWeights.Length], dWeights, SpansOf(update.Weights.State, dWeights.Length));
    }
}
