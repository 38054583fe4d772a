using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Clipping by a norm.</content>
public sealed partial class GpuBackend
{
    private readonly ClipNormKernels _clipNorm;

    long IBackend<float>.ClipNormScratchBytes(int count) => sizeof(float) * ClipNormKernels.ScratchCount(count);

    void IBackend<float>.ClipNorm(int count, Slot values, double limit, Slot scratch) => _clipNorm.Clip(Stream, count, At(values), (float)limit, At(scratch));
}
