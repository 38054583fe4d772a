using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Average-pooling.</content>
public sealed partial class GpuBackend
{
    private readonly AveragePoolKernels _averagePool;

    void IBackend<float>.AveragePool2DForward(in AveragePool2DShape shape, int images, Slot input, Slot output) =>
        _averagePool.Forward(Stream, shape, images, At(input), At(output));

    void IBackend<float>.AveragePool2DBackwardInput(in AveragePool2DShape shape, int images, Slot dOutput, Slot dInput) =>
        _averagePool.Backward(Stream, shape, images, At(dOutput), At(dInput));
}
