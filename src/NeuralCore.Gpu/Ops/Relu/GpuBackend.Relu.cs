using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>The rectified linear unit.</content>
public sealed partial class GpuBackend
{
    private readonly ReluKernels _relu;

    void IBackend<float>.ReluForward(int count, Slot input, Slot output) => _relu.Forward(Stream, count, At(input), At(output));

    void IBackend<float>.ReluBackward(int count, Slot output, Slot dOutput, Slot dInput) => _relu.Backward(Stream, count, At(output), At(dOutput), At(dInput));
}
