using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Sums and copies, one thread an element.</summary>
internal sealed class AddKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _add =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(AddKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>> _copy =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>>(CopyKernel);

    /// <summary>sum = a + b; the sum may be one of them.</summary>
    public void Add(AcceleratorStream stream, int count, ArrayView<float> a, ArrayView<float> b, ArrayView<float> sum) =>
        _add.Next(stream, Grid1D.Of(count), count, a, b, sum);

    /// <summary>destination = source.</summary>
    public void Copy(AcceleratorStream stream, int count, ArrayView<float> source, ArrayView<float> destination) =>
        _copy.Next(stream, Grid1D.Of(count), count, source, destination);

    /// <summary>sum = a + b.</summary>
    public static void AddKernel(int count, ArrayView<float> a, ArrayView<float> b, ArrayView<float> sum)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            sum[i] = a[i] + b[i];
        }
    }

    /// <summary>destination = source.</summary>
    public static void CopyKernel(int count, ArrayView<float> source, ArrayView<float> destination)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            destination[i] = source[i];
        }
    }
}
