using NeuralCore.Ops;

namespace NeuralCore;

/// <content>The ReLU.</content>
public partial interface IBackend<T>
{
    /// <summary>y = max(x, 0); output may be input.</summary>
    internal void ReluForward(int count, Slot input, Slot output);

    /// <summary>dx = dy where y is not 0; dInput may be dOutput.</summary>
    internal void ReluBackward(int count, Slot output, Slot dOutput, Slot dInput);
}

/// <content>The ReLU.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void ReluForward(int count, Slot input, Slot output) => ReluCpu.Run<TSimd, TVec>(_pool, count, At(input), At(input), At(output));

    public void ReluBackward(int count, Slot output, Slot dOutput, Slot dInput) =>
        ReluCpu.Run<TSimd, TVec>(_pool, count, At(output), At(dOutput), At(dInput));
}

/// <content>The ReLU.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.ReluForward(int count, Slot input, Slot output) =>
        ReluReference.Forward<T>(Values(input)[..count], Values(output));

    void IBackend<T>.ReluBackward(int count, Slot output, Slot dOutput, Slot dInput) =>
        ReluReference.Backward<T>(Values(output)[..count], Values(dOutput), Values(dInput));
}
