using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Batch normalization.</content>
public partial interface IBackend<T>
{
    /// <summary>The scratch bytes that any pass of a batch normalization of up to <paramref name="items"/> items takes.</summary>
    internal long ScratchBytes(in BatchNormShape shape, int items);

    /// <summary>The statistics of a batch, and the moving ones with these taken in.</summary>
    internal void BatchNormStatistics(in BatchNormShape shape, int items, Slot input, Slot movingMean, Slot movingVariance, Slot statistics, Slot scratch);

    /// <summary>The moving statistics in the form that the other passes read.</summary>
    internal void BatchNormMovingStatistics(in BatchNormShape shape, Slot movingMean, Slot movingVariance, Slot statistics);

    /// <summary>y = activation(gamma (x - mean) / sqrt(variance + epsilon) + beta).</summary>
    internal void BatchNormForward(in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, Activation activation, Slot output, Slot scratch);

    /// <summary>dx, dgamma and dbeta from dy and x. Behind a ReLU the weights have to be those of the forward pass: what it let through may be computed anew.</summary>
    internal void BatchNormBackward(in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Slot scratch);

    /// <summary>The kernel, Rows x Channels, and the bias of the one linear op that is equal to a linear op and the normalization of its output.</summary>
    internal void BatchNormFold(in BatchNormShape shape, int rows, Slot kernel, Slot? bias, BatchNormWeights weights, Slot foldedKernel, Slot foldedBias);
}

/// <content>Batch normalization.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public long ScratchBytes(in BatchNormShape shape, int items) => BatchNormCpu.ScratchBytes(shape, items);

    public void BatchNormStatistics(in BatchNormShape shape, int items, Slot input, Slot movingMean, Slot movingVariance, Slot statistics, Slot scratch) =>
        BatchNormCpu.Statistics<TSimd, TVec>(_pool, shape, items, At(input), At(movingMean), At(movingVariance), At(statistics), At(scratch));

    public void BatchNormMovingStatistics(in BatchNormShape shape, Slot movingMean, Slot movingVariance, Slot statistics) =>
        BatchNormCpu.MovingStatistics(shape, At(movingMean), At(movingVariance), At(statistics));

    public void BatchNormForward(in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, Activation activation, Slot output, Slot scratch) =>
        BatchNormCpu.Forward<TSimd, TVec>(_pool, shape, items, At(input), Pointers(weights), activation == Activation.Relu, At(output), At(scratch));

    public void BatchNormBackward(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Slot scratch)
    {
        var destinations = new BatchNormCpu.Destinations(gradients.OfBatch, AtOrNull(gradients.DInput), AtOrNull(gradients.DGamma), AtOrNull(gradients.DBeta));
        BatchNormCpu.Backward<TSimd, TVec>(_pool, shape, items, At(input), Pointers(weights), Gradient(dOutput), destinations, At(scratch));
    }

    public void BatchNormFold(in BatchNormShape shape, int rows, Slot kernel, Slot? bias, BatchNormWeights weights, Slot foldedKernel, Slot foldedBias) =>
        BatchNormReference.Fold<float>(
            shape, new(At(kernel), rows * shape.Channels), bias is { } some ? new(At(some), shape.Channels) : default, Spans(shape, weights),
            new(At(foldedKernel), rows * shape.Channels), new(At(foldedBias), shape.Channels));

    private static BatchNormCpu.Pointers Pointers(BatchNormWeights weights) => new(At(weights.Statistics), AtOrNull(weights.Gamma), AtOrNull(weights.Beta));

    private static BatchNormSpans<float> Spans(in BatchNormShape shape, BatchNormWeights weights) => new(
        new(At(weights.Statistics), 3 * shape.Channels),
        weights.Gamma is { } gamma ? new(At(gamma), shape.Channels) : default,
        weights.Beta is { } beta ? new(At(beta), shape.Channels) : default);
}

/// <content>Batch normalization.</content>
public sealed partial class ReferenceBackend<T>
{
    long IBackend<T>.ScratchBytes(in BatchNormShape shape, int items) => 0;

    void IBackend<T>.BatchNormStatistics(in BatchNormShape shape, int items, Slot input, Slot movingMean, Slot movingVariance, Slot statistics, Slot scratch) =>
        BatchNormReference.Statistics<T>(shape, items, Values(input), Values(movingMean), Values(movingVariance), Values(statistics));

    void IBackend<T>.BatchNormMovingStatistics(in BatchNormShape shape, Slot movingMean, Slot movingVariance, Slot statistics) =>
        BatchNormReference.MovingStatistics<T>(shape, Values(movingMean), Values(movingVariance), Values(statistics));

    void IBackend<T>.BatchNormForward(in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, Activation activation, Slot output, Slot scratch) =>
        BatchNormReference.Forward<T>(shape, items, Values(input), Spans(weights), activation, Values(output));

    void IBackend<T>.BatchNormBackward(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Slot scratch) =>
        BatchNormReference.Backward<T>(
            shape, items, Values(input), Spans(weights), gradients.OfBatch, BeforeActivation(dOutput), ValuesOrNone(gradients.DInput),
            new BatchNormSpans<T>(default, ValuesOrNone(gradients.DGamma), ValuesOrNone(gradients.DBeta)));

    void IBackend<T>.BatchNormFold(in BatchNormShape shape, int rows, Slot kernel, Slot? bias, BatchNormWeights weights, Slot foldedKernel, Slot foldedBias) =>
        BatchNormReference.Fold<T>(shape, Values(kernel)[..(rows * shape.Channels)], ValuesOrNone(bias), Spans(weights), Values(foldedKernel), Values(foldedBias));

    private static BatchNormSpans<T> Spans(BatchNormWeights weights) => new(Values(weights.Statistics), ValuesOrNone(weights.Gamma), ValuesOrNone(weights.Beta));
}
