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
        _apply.Next(stream, Grid1D.Of((count + 63) / 64 * 8), new MaskKey(mask), count, source, destination);

    /// <summary>One thread a Philox block: eight elements, eight apart, so that eight neighbouring threads visit neighbours.</summary>
    public static void ApplyKernel(MaskKey mask, int count, ArrayView<float> source, ArrayView<float> destination)
    {
        int block = Grid1D.Index;
        int first = ((block >> 3) << 6) + (block & 7);
        if (first < count)
        {
            PhiloxWords words = Philox.Block(mask, block);
            for (int half = 0; half < 8; half++)
            {
                int i = first + (8 * half);
                if (i < count)
                {
                    destination[i] = Philox.Bits(Philox.Word(words, half >> 1), half) >= mask.Threshold ? mask.Scale * source[i] : 0f;
                }
            }
        }
    }
}
