using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Dropout, whose mask is drawn anew in each direction; <see cref="DropoutReference"/> states it.</summary>
internal sealed class DropoutKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, MaskKey, int, ArrayView<float>, ArrayView<float>>> _apply =
        loader.Load<Action<AcceleratorStream, KernelConfig, MaskKey, int, ArrayView<float>, ArrayView<float>>>(ApplyKernel);

    /// <summary>Scales what the mask keeps of <paramref name="count"/> elements and zeroes the rest; destination may be source.</summary>
    public void Apply(AcceleratorStream stream, in DropoutMask mask, int count, ArrayView<float> source, ArrayView<float> destination) =>
        _apply.Next(stream, Grid1D.Of(count), new MaskKey(mask), count, source, destination);

    /// <summary>
    /// One thread an element, although eight of them draw the same block of random numbers: what a dense layer drops is so little that a device
    /// would otherwise wait for few threads. (Behind a convolution and a pooling their own kernel drops.)
    /// </summary>
    public static void ApplyKernel(MaskKey mask, int count, ArrayView<float> source, ArrayView<float> destination)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            destination[i] = Philox.Keeps(mask, i) ? mask.Scale * source[i] : 0f;
        }
    }
}
