using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Layer normalization.</content>
public partial interface IBackend<T>
{
    /// <summary>The scratch bytes that the backward pass of a layer normalization of up to <paramref name="items"/> items takes.</summary>
    internal long ScratchBytes(in LayerNormShape shape, int items);

    /// <summary>y = gamma (x - mean) / sqrt(variance + epsilon) + beta, row by row.</summary>
    internal void LayerNormForward(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot? beta, Slot output);

    /// <summary>dx of a layer normalization from dy and x.</summary>
    internal void LayerNormBackwardInput(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot dOutput, Slot dInput);

    /// <summary>dgamma and dbeta of a layer normalization, each if it is asked for.</summary>
    internal void LayerNormBackwardWeights(in LayerNormShape shape, int items, Slot input, Slot dOutput, Slot? dGamma, Slot? dBeta, Slot scratch);
}

/// <content>Layer normalization.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public long ScratchBytes(in LayerNormShape shape, int items) => LayerNormCpu.ScratchBytes(shape, items);

    public void LayerNormForward(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot? beta, Slot output) =>
        LayerNormCpu.Forward(_pool, shape, items, At(input), AtOrNull(gamma), AtOrNull(beta), At(output));

    public void LayerNormBackwardInput(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot dOutput, Slot dInput) =>
        LayerNormCpu.BackwardInput(_pool, shape, items, At(input), AtOrNull(gamma), At(dOutput), At(dInput));

    public void LayerNormBackwardWeights(in LayerNormShape shape, int items, Slot input, Slot dOutput, Slot? dGamma, Slot? dBeta, Slot scratch) =>
        LayerNormCpu.BackwardWeights(_pool, shape, items, At(input), At(dOutput), AtOrNull(dGamma), AtOrNull(dBeta), NativeBlock.Pointer<double>(scratch));
}

/// <content>Layer normalization.</content>
public sealed partial class ReferenceBackend<T>
{
    long IBackend<T>.ScratchBytes(in LayerNormShape shape, int items) => 0;

    void IBackend<T>.LayerNormForward(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot? beta, Slot output) =>
        LayerNormReference.Forward<T>(shape, items, Values(input), ValuesOrNone(gamma), ValuesOrNone(beta), Values(output));

    void IBackend<T>.LayerNormBackwardInput(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot dOutput, Slot dInput) =>
        LayerNormReference.BackwardInput<T>(shape, items, Values(input), ValuesOrNone(gamma), Values(dOutput), Values(dInput));

    void IBackend<T>.LayerNormBackwardWeights(in LayerNormShape shape, int items, Slot input, Slot dOutput, Slot? dGamma, Slot? dBeta, Slot scratch) =>
        LayerNormReference.BackwardWeights<T>(shape, items, Values(input), Values(dOutput), ValuesOrNone(dGamma), ValuesOrNone(dBeta));
}
