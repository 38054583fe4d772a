using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The rectified linear unit; <see cref="NeuralCore.Ops.ReluReference"/> states it.</summary>
internal sealed class ReluKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, float>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, float>>(BackwardKernel);

    /// <summary>y = max(x, 0) of <paramref name="count"/> elements; y may be x.</summary>
    public void Forward(AcceleratorStream stream, int count, ArrayView<float> input, ArrayView<float> output) =>
        _forward.Next(stream, Grid1D.Of(count), count, input, output);

    /// <summary>dx = scale * dy where y is not 0, else 0; dx may be dy.</summary>
    public void Backward(
        AcceleratorStream stream, int count, ArrayView<float> output, ArrayView<float> dOutput, ArrayView<float> dInput, float scale = 1) =>
        _backward.Next(stream, Grid1D.Of(count), count, output, dOutput, dInput, scale);

    /// <summary>A value or, in its place, zero if it is not above zero; NaN stays NaN.</summary>
    internal static float Rectify(float value) => value <= 0f ? 0f : value;

    /// <summary>One thread an element.</summary>
    public static void ForwardKernel(int count, ArrayView<float> input, ArrayView<float> output)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            output[i] = Rectify(input[i]);
        }
    }

    /// <summary>One thread an element.</summary>
    public static void BackwardKernel(int count, ArrayView<float> output, ArrayView<float> dOutput, ArrayView<float> dInput, float scale)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            dInput[i] = output[i] <= 0f ? 0f : scale * dOutput[i];
        }
    }
}
