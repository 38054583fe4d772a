using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Sums, element by element.</summary>
internal sealed class AddKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>> _addTo =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>>(AddToKernel);

    /// <summary>a = a + b.</summary>
    public void AddTo(AcceleratorStream stream, int count, ArrayView<float> a, ArrayView<float> b) => _addTo.Next(stream, Grid1D.Of(count), count, a, b);

    /// <summary>One thread an element.</summary>
    public static void AddToKernel(int count, ArrayView<float> a, ArrayView<float> b)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            a[i] += b[i];
        }
    }
}
