using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>The dense layer.</content>
public sealed partial class GpuBackend
{
    private readonly DenseKernels _dense;

    /// <inheritdoc/>
    public long ScratchBytes(in DenseShape shape, int items) =>
        sizeof(float) * (DenseKernels.ScratchCount(shape, items) + (DenseKernels.CanUpdate(shape, items) ? 0 : Aligned(shape.WeightCount)));

    /// <inheritdoc/>
    public void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch) =>
        _dense.Forward(Stream, shape, items, At(input), At(weights), Bias(bias, shape.Units), activation == Activation.Relu, At(output), At(scratch));

    /// <inheritdoc/>
    public void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch) =>
        _dense.BackwardInput(Stream, shape, items, new DeviceGradient(dOutput), At(weights), At(dInput.Gradient), At(scratch));

    /// <inheritdoc/>
    public void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        _dense.BackwardWeights(Stream, shape, items, At(input), new DeviceGradient(dOutput), At(dWeights), DBias(dBias, shape.Units), At(scratch));

    /// <summary>Products have no room for a third.</summary>
    int IFusedDenseUpdate.MostStates => 2;

    void IFusedDenseUpdate.DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, in DenseUpdate update, Slot scratch)
    {
        if (dInput is { } dx)
        {
            DenseBackwardInput(shape, items, dOutput, update.Weights.Values, dx, scratch);
        }

        if (DenseKernels.CanUpdate(shape, items))
        {
            var user = new DenseUser(this, shape, items, At(input), new DeviceGradient(dOutput), DBias(update.DBias, shape.Units), Views(update.Weights.Values, update.Weights.State));
            update.Rule.With<DeviceScalar, float, DenseUser>(ref user);
        }
        else
        {
            (Slot dWeights, Slot rest) = Cut(scratch, shape.WeightCount);
            DenseBackwardWeights(shape, items, input, dOutput, dWeights, update.DBias, rest);
            Update(update.Rule, shape.WeightCount, update.Weights.Values, dWeights, update.Weights.State);
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
