using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Concatenations.</content>
public sealed partial class GpuBackend
{
    private readonly CopyRowsKernels _copyRows;

    /// <inheritdoc/>
    public void CopyRows(in RowCopy copy, Slot source, Slot destination) => _copyRows.Copy(Stream, copy, At(source), At(destination));
}
