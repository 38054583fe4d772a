using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;

namespace NeuralCore.Gpu;

/// <content>Max-pooling.</content>
public sealed partial class GpuBackend
{
    private readonly MaxPoolKernels _maxPool;

    void IBackend<float>.MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        _maxPool.Forward(Stream, shape, images, At(input), At(output), Winners(winners, output));

    void IBackend<float>.MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        _maxPool.Backward(Stream, shape, images, At(dOutput), GpuBlock.View<byte>(winners), At(dInput));

    /// <summary>The winners; where they are not asked for, no bytes, of memory that is there.</summary>
    private static ArrayView<byte> Winners(Slot? winners, Slot other) =>
        winners is { } slot ? GpuBlock.View<byte>(slot) : GpuBlock.View<byte>(other).SubView(0, 0);
}
