using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Activation functions, one thread an element; <see cref="ActivationReference"/> states them. A formula is a type, and has kernels of its own.
/// </summary>
internal sealed class ActivationKernels
{
    private readonly KernelLoader _loader;
    private readonly Dictionary<Type, object> _kernels = [];

    /// <summary>Names the kernels of all functions.</summary>
    public ActivationKernels(KernelLoader loader)
    {
        _loader = loader;
        foreach (Activation activation in Enum.GetValues<Activation>().Except([Activation.Linear, Activation.Softmax]))
        {
            var naming = new Naming(this);
            ActivationFunctions.Of(activation).With(ref naming);
        }
    }

    /// <summary>The kernels of a formula.</summary>
    public FormulaKernels<TFormula> Of<TFormula>()
        where TFormula : unmanaged, IActivationFormula
    {
        if (!_kernels.TryGetValue(typeof(TFormula), out object? kernels))
        {
            _kernels.Add(typeof(TFormula), kernels = new FormulaKernels<TFormula>(_loader));
        }

        return (FormulaKernels<TFormula>)kernels;
    }

    /// <summary>y = f(x).</summary>
    public static void ForwardKernel<TFormula>(TFormula formula, int count, ArrayView<float> input, ArrayView<float> output)
        where TFormula : unmanaged, IActivationFormula
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            output[i] = formula.Value<DeviceScalar, float>(input[i]);
        }
    }

    /// <summary>dx = f'(x) dy.</summary>
    public static void BackwardKernel<TFormula>(TFormula formula, int count, ArrayView<float> saved, ArrayView<float> dOutput, ArrayView<float> dInput)
        where TFormula : unmanaged, IActivationFormula
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            dInput[i] = formula.Slope<DeviceScalar, float>(saved[i]) * dOutput[i];
        }
    }

    /// <summary>Both directions of a formula.</summary>
    public sealed class FormulaKernels<TFormula>(KernelLoader loader)
        where TFormula : unmanaged, IActivationFormula
    {
        public Kernel<Action<AcceleratorStream, KernelConfig, TFormula, int, ArrayView<float>, ArrayView<float>>> Forward { get; } =
            loader.Load<Action<AcceleratorStream, KernelConfig, TFormula, int, ArrayView<float>, ArrayView<float>>>(ForwardKernel<TFormula>);

        public Kernel<Action<AcceleratorStream, KernelConfig, TFormula, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>> Backward { get; } =
            loader.Load<Action<AcceleratorStream, KernelConfig, TFormula, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(BackwardKernel<TFormula>);
    }

    private readonly struct Naming(ActivationKernels kernels) : IActivationUser
    {
        public void Use<TFormula>(TFormula formula)
            where TFormula : unmanaged, IActivationFormula => kernels.Of<TFormula>();
    }
}
