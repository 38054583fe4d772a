using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>The optimiser's step.</content>
public sealed partial class GpuBackend
{
    private readonly UpdateKernels _updates;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The optimiser is a loop over the processor's memory.</exception>
    void IBackend<float>.Update(UpdateRule rule, int count, Slot values, Slot gradients, in StateSlots state)
    {
        var user = new FlatUser(this, count, Views(values, state), At(gradients));
        rule.With<DeviceScalar, float, FlatUser>(ref user);
    }

    private static UpdateViews Views(Slot values, in StateSlots state) =>
        new(At(values), At(state.First ?? values), At(state.Second ?? values), At(state.Third ?? values));

    /// <summary>Launches a formula's kernel.</summary>
    private readonly struct FlatUser(GpuBackend backend, int count, UpdateViews at, ArrayView<float> gradients) : IFormulaUser<DeviceScalar, float>
    {
        public void Use<TFormula>(TFormula formula)
            where TFormula : unmanaged, IUpdateFormula<float> =>
            backend._updates.Of<TFormula>().Next(backend.Stream, Grid1D.Of(count), formula, count, at.Values, gradients, at.First, at.Second, at.Third);
    }
}
