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
    public void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch) =>
        _dense.Forward(Stream, shape, items, At(input), At(weights), At(bias), activation == Activation.Relu, At(output), At(scratch));

    /// <inheritdoc/>
    public void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch) =>
        _dense.BackwardInput(Stream, shape, items, new DeviceGradient(dOutput), At(weights), At(dInput.Gradient), At(scratch));

    /// <inheritdoc/>
    public void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch) =>
        _dense.BackwardWeights(Stream, shape, items, At(input), new DeviceGradient(dOutput), At(dWeights), At(dBias), At(scratch));

    /// <inheritdoc/>
    public void DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, Slot dBias, in AdamStep step, Slot weights, Slot m, Slot v, Slot scratch)
    {
        if (dInput is { } dx)
        {
            DenseBackwardInput(shape, items, dOutput, weights, dx, scratch);
        }

        if (DenseKernels.CanUpdate(shape, items))
        {
            _dense.BackwardUpdate(Stream, shape, items, At(input), new DeviceGradient(dOutput), At(dBias), step, At(weights), At(m), At(v));
        }
        else
        {
            (Slot dWeights, Slot rest) = Cut(scratch, shape.WeightCount);
            DenseBackwardWeights(shape, items, input, dOutput, dWeights, dBias, rest);
            Adam(step, shape.WeightCount, weights, dWeights, m, v);
        }
    }
}
