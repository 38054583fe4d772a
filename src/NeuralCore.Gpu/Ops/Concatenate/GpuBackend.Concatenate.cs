using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Concatenations.</content>
public sealed partial class GpuBackend
{
    private readonly CopyRowsKernels _copyRows;

    void IBackend<float>.CopyRows(in RowCopy copy, Slot source, Slot destination) => _copyRows.Copy(Stream, copy, At(source), At(destination));
}
