using System.Numerics;

namespace NeuralCore;

/// <summary>
/// A node that makes of an item something that depends on the other items of its batch. Where a batch is cut into shards that run one by one, or in several
/// processes, each shard sums over its own items first, and both directions run with the sums of all, <see cref="NodeRun{T}.ShardSums"/>.
/// </summary>
internal interface IBatchWideNode
{
    /// <summary>How many numbers a shard sums up, each way.</summary>
    int SumCount { get; }

    /// <summary>Whether it looks at other items at all, which a frozen layer does not.</summary>
    bool IsBatchWide<T>(NodeMemory<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The sums over a shard's items that forward needs.</summary>
    void ForwardSums<T>(in NodeRun<T> run, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Changes what the layer keeps from step to step by the sums of all shards: once a process and step, whether or not it has items.</summary>
    void UpdateState<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The sums over a shard's items that backward needs; the gradients of the weights are the shard's own.</summary>
    void BackwardSums<T>(in NodeRun<T> run, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
