using ILGPU;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>Batch normalization.</content>
public sealed partial class GpuBackend
{
    private readonly BatchNormKernels _batchNorm;

    long IBackend<float>.ScratchBytes(in BatchNormShape shape, int items) => sizeof(float) * BatchNormKernels.ScratchCount(shape, items);

    void IBackend<float>.BatchNormStatistics(in BatchNormShape shape, int items, Slot input, Slot movingMean, Slot movingVariance, Slot statistics, Slot scratch) =>
        _batchNorm.Statistics(Stream, new BatchNormSizes(shape, items * shape.Positions), At(input), At(movingMean), At(movingVariance), At(statistics), At(scratch));

    void IBackend<float>.BatchNormMovingStatistics(in BatchNormShape shape, Slot movingMean, Slot movingVariance, Slot statistics) =>
        _batchNorm.MovingStatistics(Stream, new BatchNormSizes(shape, 1), At(movingMean), At(movingVariance), At(statistics));

    void IBackend<float>.BatchNormForward(in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, Activation activation, Slot output, Slot scratch) =>
        _batchNorm.Forward(Stream, new BatchNormSizes(shape, items * shape.Positions, activation == Activation.Relu), At(input), Views(weights), At(output));

    void IBackend<float>.BatchNormBackward(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Slot scratch)
    {
        var sizes = new BatchNormSizes(shape, items * shape.Positions, ofBatch: gradients.OfBatch);
        var gradient = new DeviceGradient(dOutput);
        ArrayView<float> sums = At(scratch);
        if (gradients.OfBatch || gradients.DGamma is not null || gradients.DBeta is not null)
        {
            sums = _batchNorm.Gradients(Stream, sizes, At(input), Views(weights), gradient, sums);
        }

        if (gradients.DBeta is { } dBeta)
        {
            _add.Copy(Stream, sizes.Channels, sums, At(dBeta));
        }

        if (gradients.DGamma is { } dGamma)
        {
            _add.Copy(Stream, sizes.Channels, sums.SubView(sizes.Channels), At(dGamma));
        }

        if (gradients.DInput is { } dInput)
        {
            _batchNorm.Input(Stream, sizes, At(input), Views(weights), gradient, sums, At(dInput));
        }
    }

    void IBackend<float>.BatchNormFold(in BatchNormShape shape, int rows, Slot kernel, Slot? bias, BatchNormWeights weights, Slot foldedKernel, Slot foldedBias) =>
        _batchNorm.Fold(Stream, new BatchNormSizes(shape, rows), At(kernel), OrEmpty(bias, kernel), Views(weights), At(foldedKernel), At(foldedBias));

    private static BatchNormViews Views(BatchNormWeights weights) =>
        new(At(weights.Statistics), OrEmpty(weights.Gamma, weights.Statistics), OrEmpty(weights.Beta, weights.Statistics));

    /// <summary>A slot; where there is none no elements, of memory that is there.</summary>
    private static ArrayView<float> OrEmpty(Slot? slot, Slot other) => slot is { } some ? At(some) : At(other).SubView(0, 0);
}
