using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Zeros around images.</content>
public partial interface IBackend<T>
{
    /// <summary>y: x with zeros around it.</summary>
    internal void ZeroPadding2DForward(in ZeroPadding2DShape shape, int images, Slot input, Slot output);

    /// <summary>dx: what lies in the middle of dy.</summary>
    internal void ZeroPadding2DBackwardInput(in ZeroPadding2DShape shape, int images, Slot dOutput, Slot dInput);
}

/// <content>Zeros around images.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void ZeroPadding2DForward(in ZeroPadding2DShape shape, int images, Slot input, Slot output) =>
        ZeroPadding2DCpu.Forward(_pool, shape, images, At(input), At(output));

    public void ZeroPadding2DBackwardInput(in ZeroPadding2DShape shape, int images, Slot dOutput, Slot dInput) =>
        ZeroPadding2DCpu.BackwardInput(_pool, shape, images, At(dOutput), At(dInput));
}

/// <content>Zeros around images.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.ZeroPadding2DForward(in ZeroPadding2DShape shape, int images, Slot input, Slot output) =>
        ZeroPadding2DReference.Forward<T>(shape, images, Values(input), Values(output));

    void IBackend<T>.ZeroPadding2DBackwardInput(in ZeroPadding2DShape shape, int images, Slot dOutput, Slot dInput) =>
        ZeroPadding2DReference.BackwardInput<T>(shape, images, Values(dOutput), Values(dInput));
}
