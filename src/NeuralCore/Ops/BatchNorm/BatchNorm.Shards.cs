using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// Batch normalization of a batch that is cut into shards, for a backend in the host's memory. Sums are those of <see cref="ShardSums"/>, in double.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal interface IShardedBatchNorm<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Of a shard the sum of each channel, then of each channel the sum of squared deviations from its mean: 2 x Channels.</summary>
    void BatchNormShardMoments(in BatchNormShape shape, int items, Slot input, Span<double> sums, Slot scratch);

    /// <summary>Of a shard dbeta of each channel, then dgamma: 2 x Channels; also as gradients, each if its slot is given.</summary>
    void BatchNormShardGradientSums(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Span<double> sums, Slot scratch);

    /// <summary>dx of a shard, from dbeta and dgamma over the whole batch.</summary>
    void BatchNormShardInputGradient(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, Slot dInput, BatchNormTotals totals, Slot scratch);
}

/// <summary>The sums over a whole batch that dx needs.</summary>
/// <param name="Gradients">dbeta of each channel, then dgamma: 2 x Channels.</param>
/// <param name="Count">The elements of a channel in the whole batch.</param>
internal readonly record struct BatchNormTotals(double[] Gradients, int Count);

/// <content>Batch normalization of shards.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec> : IShardedBatchNorm<float>
{
    public void BatchNormShardMoments(in BatchNormShape shape, int items, Slot input, Span<double> sums, Slot scratch)
    {
        fixed (double* to = sums)
        {
            BatchNormCpu.ShardMoments<TSimd, TVec>(_pool, shape, items, At(input), to, At(scratch));
        }
    }

    public void BatchNormShardGradientSums(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Span<double> sums, Slot scratch)
    {
        fixed (double* to = sums)
        {
            var destinations = new BatchNormCpu.Destinations(true, null, AtOrNull(gradients.DGamma), AtOrNull(gradients.DBeta));
            BatchNormCpu.ShardGradientSums<TSimd, TVec>(_pool, new BatchNormRows(shape, items), At(input), Pointers(weights), Gradient(dOutput), destinations, to, At(scratch));
        }
    }

    public void BatchNormShardInputGradient(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, Slot dInput, BatchNormTotals totals, Slot scratch) =>
        BatchNormCpu.ShardInputGradient<TSimd, TVec>(_pool, new BatchNormRows(shape, items), At(input), Pointers(weights), Gradient(dOutput), At(dInput), totals, At(scratch));
}

/// <content>Batch normalization of shards.</content>
public sealed partial class ReferenceBackend<T> : IShardedBatchNorm<T>
{
    void IShardedBatchNorm<T>.BatchNormShardMoments(in BatchNormShape shape, int items, Slot input, Span<double> sums, Slot scratch) =>
        BatchNormReference.ShardMoments<T>(shape, items, Values(input), sums);

    void IShardedBatchNorm<T>.BatchNormShardGradientSums(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, BatchNormGradients gradients, Span<double> sums, Slot scratch)
    {
        // The reference of a whole batch has these sums as its gradients.
        T[] dGamma = new T[shape.Channels], dBeta = new T[shape.Channels];
        BatchNormReference.Backward<T>(
            shape, items, Values(input), Spans(weights), ofBatch: true, BeforeActivation(dOutput), default, new BatchNormSpans<T>(default, dGamma, dBeta));
        for (int c = 0; c < shape.Channels; c++)
        {
            (sums[c], sums[shape.Channels + c]) = (double.CreateChecked(dBeta[c]), double.CreateChecked(dGamma[c]));
        }

        new BatchNormSpans<T>(default, ValuesOrNone(gradients.DGamma), ValuesOrNone(gradients.DBeta)).Write(dGamma, dBeta);
    }

    void IShardedBatchNorm<T>.BatchNormShardInputGradient(
        in BatchNormShape shape, int items, Slot input, BatchNormWeights weights, OutputGradient dOutput, Slot dInput, BatchNormTotals totals, Slot scratch) =>
        BatchNormReference.ShardInputGradient(shape, items, Values(input), Spans(weights), BeforeActivation(dOutput), Values(dInput), totals);
}
