using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// An optimiser's formula over flat blocks: for Adam seven transfers an element, bound by memory. A formula is a type, and has kernels of its own.
/// </summary>
internal sealed class UpdateKernels
{
    private readonly KernelLoader _loader;
    private readonly Dictionary<Type, object> _kernels = [];

    public UpdateKernels(KernelLoader loader)
    {
        _loader = loader;
        Of<AdamFormula<DeviceScalar, float>>();
        Of<SgdFormula<DeviceScalar, float>>();
        Of<MomentumFormula<DeviceScalar, float>>();
        Of<RmsPropFormula<DeviceScalar, float, No, No>>();
        Of<RmsPropFormula<DeviceScalar, float, Yes, Yes>>();
        Of<RegularizedFormula<DeviceScalar, float, AdamFormula<DeviceScalar, float>>>();
        Of<AverageFormula<DeviceScalar, float>>();
        Of<ExchangeFormula<float>>();
    }

    /// <summary>A launch.</summary>
    internal delegate void Launch<TFormula>(
        AcceleratorStream stream, KernelConfig config, TFormula formula, int count, ArrayView<float> values, ArrayView<float> gradients, ArrayView<float> first,
        ArrayView<float> second, ArrayView<float> third);

    /// <summary>The kernel of a formula, which is found when it is first asked for.</summary>
    public Kernel<Launch<TFormula>> Of<TFormula>()
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        if (!_kernels.TryGetValue(typeof(TFormula), out object? kernel))
        {
            kernel = _loader.Load<Launch<TFormula>>(UpdateKernel<TFormula>);
            _kernels.Add(typeof(TFormula), kernel);
        }

        return (Kernel<Launch<TFormula>>)kernel;
    }

    /// <summary>One thread an element.</summary>
    public static void UpdateKernel<TFormula>(
        TFormula formula, int count, ArrayView<float> values, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second, ArrayView<float> third)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            float value = values[i];
            float kept = TFormula.StateCount > 0 ? first[i] : 0, kept2 = TFormula.StateCount > 1 ? second[i] : 0, kept3 = TFormula.StateCount > 2 ? third[i] : 0;
            formula.Step(ref value, gradients[i], ref kept, ref kept2, ref kept3);
            if (TFormula.StateCount > 0)
            {
                first[i] = kept;
            }

            if (TFormula.StateCount > 1)
            {
                second[i] = kept2;
            }

            if (TFormula.StateCount > 2)
            {
                third[i] = kept3;
            }

            values[i] = value;
        }
    }

    /// <summary>One step of one element, whose gradient is not in memory, of a formula that keeps at most two numbers.</summary>
    internal static void UpdateElement<TFormula>(
        TFormula formula, int i, float gradient, ArrayView<float> values, ArrayView<float> first, ArrayView<float> second)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        float value = values[i], kept = TFormula.StateCount > 0 ? first[i] : 0, kept2 = TFormula.StateCount > 1 ? second[i] : 0, none = 0;
        formula.Step(ref value, gradient, ref kept, ref kept2, ref none);
        if (TFormula.StateCount > 0)
        {
            first[i] = kept;
        }

        if (TFormula.StateCount > 1)
        {
            second[i] = kept2;
        }

        values[i] = value;
    }

    /// <summary>The same of four neighbours, the first at a multiple of 4.</summary>
    internal static void UpdateVector<TFormula>(
        TFormula formula, int i, Float4 gradient, ArrayView<float> values, ArrayView<float> first, ArrayView<float> second)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        Float4 value = values.Cast<Float4>()[i >> 2];
        Float4 kept = TFormula.StateCount > 0 ? first.Cast<Float4>()[i >> 2] : default, kept2 = TFormula.StateCount > 1 ? second.Cast<Float4>()[i >> 2] : default;
        float x = value.X, y = value.Y, z = value.Z, w = value.W, m0 = kept.X, m1 = kept.Y, m2 = kept.Z, m3 = kept.W, v0 = kept2.X, v1 = kept2.Y, v2 = kept2.Z, v3 = kept2.W, none = 0;
        formula.Step(ref x, gradient.X, ref m0, ref v0, ref none);
        formula.Step(ref y, gradient.Y, ref m1, ref v1, ref none);
        formula.Step(ref z, gradient.Z, ref m2, ref v2, ref none);
        formula.Step(ref w, gradient.W, ref m3, ref v3, ref none);
        if (TFormula.StateCount > 0)
        {
            first.Cast<Float4>()[i >> 2] = new Float4(m0, m1, m2, m3);
        }

        if (TFormula.StateCount > 1)
        {
            second.Cast<Float4>()[i >> 2] = new Float4(v0, v1, v2, v3);
        }

        values.Cast<Float4>()[i >> 2] = new Float4(x, y, z, w);
    }
}
