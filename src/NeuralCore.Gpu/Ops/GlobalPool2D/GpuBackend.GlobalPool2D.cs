using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;

namespace NeuralCore.Gpu;

/// <content>Pooling over whole images.</content>
public sealed partial class GpuBackend
{
    private readonly GlobalPoolKernels _globalPool;

    void IBackend<float>.GlobalAveragePool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output) =>
        _globalPool.Average(Stream, shape, images, At(input), At(output));

    void IBackend<float>.GlobalAveragePool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot dInput) =>
        _globalPool.AverageBackward(Stream, shape, images, At(dOutput), At(dInput));

    void IBackend<float>.GlobalMaxPool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        _globalPool.Max(Stream, shape, images, At(input), At(output), winners is { } slot ? GpuBlock.View<int>(slot) : GpuBlock.View<int>(output).SubView(0, 0));

    void IBackend<float>.GlobalMaxPool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        _globalPool.MaxBackward(Stream, shape, images, At(dOutput), GpuBlock.View<int>(winners), At(dInput));
}
