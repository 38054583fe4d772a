using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Average-pooling.</content>
public partial interface IBackend<T>
{
    /// <summary>y = average-pool(x).</summary>
    internal void AveragePool2DForward(in AveragePool2DShape shape, int images, Slot input, Slot output);

    /// <summary>dx of an average-pooling from dy.</summary>
    internal void AveragePool2DBackwardInput(in AveragePool2DShape shape, int images, Slot dOutput, Slot dInput);
}

/// <content>Average-pooling.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void AveragePool2DForward(in AveragePool2DShape shape, int images, Slot input, Slot output) =>
        AveragePool2DCpu.Forward<TSimd, TVec>(_pool, shape, images, At(input), At(output));

    public void AveragePool2DBackwardInput(in AveragePool2DShape shape, int images, Slot dOutput, Slot dInput) =>
        AveragePool2DCpu.BackwardInput<TSimd, TVec>(_pool, shape, images, At(dOutput), At(dInput));
}

/// <content>Average-pooling.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.AveragePool2DForward(in AveragePool2DShape shape, int images, Slot input, Slot output) =>
        AveragePool2DReference.Forward<T>(shape, images, Values(input), Values(output));

    void IBackend<T>.AveragePool2DBackwardInput(in AveragePool2DShape shape, int images, Slot dOutput, Slot dInput) =>
        AveragePool2DReference.BackwardInput<T>(shape, images, Values(dOutput), Values(dInput));
}
