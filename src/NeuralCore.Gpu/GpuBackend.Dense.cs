using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;
using NeuralCore.Tensors;

namespace NeuralCore.Gpu;

/// <content>The dense layer.</content>
public sealed partial class GpuBackend
{
    private readonly ProductKernels _products;

    /// <inheritdoc/>
    public long ScratchBytes(in DenseShape shape, int items) =>
        sizeof(float) * (Aligned((long)items * shape.Units) + Aligned(shape.WeightCount) + ColumnSumKernels.ScratchCount(items, shape.Units));

    /// <inheritdoc/>
    public void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch) =>
        Conv2DForward(AsConvolution(shape), items, input, weights, bias, activation, output, scratch);

    /// <inheritdoc/>
    public void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DBackwardInput(AsConvolution(shape), items, dOutput, weights, dInput, scratch);

    /// <inheritdoc/>
    public void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch) =>
        Conv2DBackwardWeights(AsConvolution(shape), items, input, dOutput, dWeights, dBias, scratch);

    /// <inheritdoc/>
    public void DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot? dInput, Slot dBias, in AdamStep step, Slot weights, Slot m, Slot v, Slot scratch)
    {
        if (dInput is { } dx)
        {
            DenseBackwardInput(shape, items, dOutput, weights, dx, scratch);
        }

        (Slot dWeights, Slot rest) = Cut(scratch, shape.WeightCount);
        DenseBackwardWeights(shape, items, input, dOutput, dWeights, dBias, rest);
        Adam(step, shape.WeightCount, weights, dWeights, m, v);
    }

    private static Conv2DShape AsConvolution(in DenseShape shape) => new(1, 1, shape.Inputs, shape.Units, 1, 1);
}
