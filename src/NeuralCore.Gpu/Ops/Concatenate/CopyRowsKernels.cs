using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Copies of parts of rows, one thread an element; <see cref="NeuralCore.Ops.ConcatenateReference"/> states them.</summary>
internal sealed class CopyRowsKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, RowCopySizes, ArrayView<float>, ArrayView<float>>> _copy =
        loader.Load<Action<AcceleratorStream, KernelConfig, RowCopySizes, ArrayView<float>, ArrayView<float>>>(CopyKernel);

    /// <summary>Copies.</summary>
    public void Copy(AcceleratorStream stream, in RowCopy copy, ArrayView<float> source, ArrayView<float> destination) =>
        _copy.Next(stream, Grid1D.Of(copy.Rows * copy.Width), new RowCopySizes(copy), source, destination);

    /// <summary>Copies one element.</summary>
    public static void CopyKernel(RowCopySizes sizes, ArrayView<float> source, ArrayView<float> destination)
    {
        int i = Grid1D.Index;
        if (i < sizes.Rows * sizes.Width)
        {
            int row = i / sizes.Width, column = i - (row * sizes.Width);
            destination[(row * sizes.DestinationStride) + sizes.DestinationFirst + column] = source[(row * sizes.SourceStride) + sizes.SourceFirst + column];
        }
    }
}

/// <summary>A copy of parts of rows as the kernel takes it.</summary>
internal readonly struct RowCopySizes(in RowCopy copy)
{
    public readonly int Rows = copy.Rows;
    public readonly int Width = copy.Width;
    public readonly int SourceFirst = copy.SourceFirst;
    public readonly int SourceStride = copy.SourceStride;
    public readonly int DestinationFirst = copy.DestinationFirst;
    public readonly int DestinationStride = copy.DestinationStride;
}
