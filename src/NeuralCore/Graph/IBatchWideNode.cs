using System.Numerics;

namespace NeuralCore;

/// <summary>
/// A node whose output for an item depends on the other items of the batch. If a batch is cut into shards, each shard sums over its own items first, and both
/// directions then run with the sums of all shards, <see cref="NodeRun{T}.ShardSums"/>.
/// </summary>
internal interface IBatchWideNode
{
    /// <summary>The length of the sums of one shard, the same in both directions.</summary>
    int SumCount { get; }

    /// <summary>Whether it does depend on other items: the node of a frozen layer does not.</summary>
    bool IsBatchWide<T>(NodeMemory<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Writes the sums over a shard's items that forward needs; they stay 0 for a shard without items.</summary>
    void ForwardSums<T>(in NodeRun<T> run, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Updates what the layer keeps from step to step by the sums of all shards: once in every process and step, also in one without items.</summary>
    void UpdateState<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Writes the sums over a shard's items that backward needs, and the gradients of the weights, which are those of the shard.</summary>
    void BackwardSums<T>(in NodeRun<T> run, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
