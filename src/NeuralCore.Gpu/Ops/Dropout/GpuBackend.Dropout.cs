using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Dropout.</content>
public sealed partial class GpuBackend
{
    private readonly DropoutKernels _dropout;

    void IBackend<float>.Dropout(in DropoutMask mask, int count, Slot source, Slot destination) => _dropout.Apply(Stream, mask, count, At(source), At(destination));
}
