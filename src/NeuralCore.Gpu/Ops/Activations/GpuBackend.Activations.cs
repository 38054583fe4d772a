using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>Activation functions.</content>
public sealed partial class GpuBackend
{
    private readonly ActivationKernels _activations;

    void IBackend<float>.ActivationForward(ActivationFunction function, int count, Slot input, Slot output)
    {
        var user = new ActivationUser(this, count, At(input), default, At(output));
        function.With(ref user);
    }

    void IBackend<float>.ActivationBackward(ActivationFunction function, int count, Slot saved, Slot dOutput, Slot dInput)
    {
        var user = new ActivationUser(this, count, At(saved), At(dOutput), At(dInput));
        function.With(ref user);
    }

    /// <summary>Launches a formula's kernel; forward, where there is no gradient.</summary>
    private readonly struct ActivationUser(GpuBackend backend, int count, ArrayView<float> source, ArrayView<float> gradient, ArrayView<float> destination)
        : IActivationUser
    {
        public void Use<TFormula>(TFormula formula)
            where TFormula : unmanaged, IActivationFormula
        {
            ActivationKernels.FormulaKernels<TFormula> kernels = backend._activations.Of<TFormula>();
            if (gradient.IsValid)
            {
                kernels.Backward.Next(backend.Stream, Grid1D.Of(count), formula, count, source, gradient, destination);
            }
            else
            {
                kernels.Forward.Next(backend.Stream, Grid1D.Of(count), formula, count, source, destination);
            }
        }
    }
}
