using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>A step's constants, each rounded once.</summary>
internal readonly struct AdamConstants(in AdamStep step)
{
    public readonly float StepSize = (float)step.StepSize;
    public readonly float Beta1 = (float)step.Beta1;
    public readonly float OneMinusBeta1 = (float)(1 - step.Beta1);
    public readonly float Beta2 = (float)step.Beta2;
    public readonly float OneMinusBeta2 = (float)(1 - step.Beta2);
    public readonly float Epsilon = (float)step.Epsilon;
}

/// <summary>Adam over flat blocks; <see cref="AdamStep"/> states it. Seven transfers an element: bound by memory.</summary>
internal sealed class AdamKernels(KernelLoader loader)
{
    private const float SmallestNormal = 1.17549435e-38f;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, AdamConstants, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _update =
        loader.Load<Action<AcceleratorStream, KernelConfig, AdamConstants, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(UpdateKernel);

    /// <summary>One step of <paramref name="count"/> elements, in place.</summary>
    public void Update(
        AcceleratorStream stream, in AdamStep step, int count, ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> m, ArrayView<float> v) =>
        _update.Next(stream, Grid1D.Of(count), new AdamConstants(step), count, parameters, gradients, m, v);

    /// <summary>One thread an element.</summary>
    public static void UpdateKernel(
        AdamConstants step, int count, ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> m, ArrayView<float> v)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            UpdateElement(step, i, gradients[i], parameters, m, v);
        }
    }

    /// <summary>One step of one element, whose gradient need not be in memory.</summary>
    internal static void UpdateElement(in AdamConstants step, int i, float gradient, ArrayView<float> parameters, ArrayView<float> m, ArrayView<float> v)
    {
        float first = First(step, m[i], gradient), second = Second(step, v[i], gradient);
        m[i] = first;
        v[i] = second;
        parameters[i] -= Change(step, first, second);
    }

    /// <summary>One step of four neighbours, the first at a multiple of 4.</summary>
    internal static void UpdateVector(in AdamConstants step, int i, Float4 gradient, ArrayView<float> parameters, ArrayView<float> m, ArrayView<float> v)
    {
        Float4 p = parameters.Cast<Float4>()[i >> 2], first = m.Cast<Float4>()[i >> 2], second = v.Cast<Float4>()[i >> 2];
        first = new Float4(First(step, first.X, gradient.X), First(step, first.Y, gradient.Y), First(step, first.Z, gradient.Z), First(step, first.W, gradient.W));
        second = new Float4(Second(step, second.X, gradient.X), Second(step, second.Y, gradient.Y), Second(step, second.Z, gradient.Z), Second(step, second.W, gradient.W));
        m.Cast<Float4>()[i >> 2] = first;
        v.Cast<Float4>()[i >> 2] = second;
        parameters.Cast<Float4>()[i >> 2] = new Float4(
            p.X - Change(step, first.X, second.X), p.Y - Change(step, first.Y, second.Y), p.Z - Change(step, first.Z, second.Z), p.W - Change(step, first.W, second.W));
    }

    private static float First(in AdamConstants step, float m, float gradient) => ZeroIfSubnormal((step.Beta1 * m) + (step.OneMinusBeta1 * gradient));

    private static float Second(in AdamConstants step, float v, float gradient) => ZeroIfSubnormal((step.Beta2 * v) + (step.OneMinusBeta2 * gradient * gradient));

    private static float Change(in AdamConstants step, float first, float second) => step.StepSize * first / (XMath.Sqrt(second) + step.Epsilon);

    private static float ZeroIfSubnormal(float moment) => XMath.Abs(moment) < SmallestNormal ? 0 : moment;
}
