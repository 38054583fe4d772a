using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>A dense layer's backward with its weights' update.</content>
public sealed partial class GpuBackend : IFusedDenseUpdate
{
    /// <summary>Products have no room for a third.</summary>
    int IFusedDenseUpdate.MostStates => 2;

    void IFusedDenseUpdate.DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, in DenseUpdate update, Slot scratch)
    {
        if (dInput is { } dx)
        {
            Primitives.DenseBackwardInput(shape, items, dOutput, update.Weights.Values, dx, scratch);
        }

        if (DenseKernels.CanUpdate(shape, items))
        {
            var user = new DenseUser(this, shape, items, At(input), new DeviceGradient(dOutput), DBias(update.DBias, shape.Units), Views(update.Weights.Values, update.Weights.State));
            update.Rule.With<DeviceScalar, float, DenseUser>(ref user);
        }
        else
        {
            (Slot dWeights, Slot rest) = Cut(scratch, shape.WeightCount);
            Primitives.DenseBackwardWeights(shape, items, input, dOutput, dWeights, update.DBias, rest);
            Primitives.Update(update.Rule, shape.WeightCount, update.Weights.Values, dWeights, update.Weights.State);
        }
    }

    /// <summary>Launches the backward pass with a formula.</summary>
    private readonly struct DenseUser(
        GpuBackend backend, DenseShape shape, int items, ArrayView<float> input, DeviceGradient dOutput, ArrayView<float> dBias, UpdateViews weights)
        : IFormulaUser<DeviceScalar, float>
    {
        public void Use<TFormula>(TFormula formula)
            where TFormula : unmanaged, IUpdateFormula<float> =>
            backend._dense.BackwardUpdate(backend.Stream, shape, items, input, dOutput, dBias, formula, weights);
    }
}
