using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Zeros around images.</content>
public sealed partial class GpuBackend
{
    private readonly ZeroPaddingKernels _zeroPadding;

    void IBackend<float>.ZeroPadding2DForward(in ZeroPadding2DShape shape, int images, Slot input, Slot output) =>
        _zeroPadding.Forward(Stream, shape, images, At(input), At(output));

    void IBackend<float>.ZeroPadding2DBackwardInput(in ZeroPadding2DShape shape, int images, Slot dOutput, Slot dInput) =>
        _zeroPadding.Backward(Stream, shape, images, At(dOutput), At(dInput));
}
