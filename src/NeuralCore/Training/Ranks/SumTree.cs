namespace NeuralCore;

/// <summary>
/// The order in which the sums of shards are added, on any number of ranks: a binary tree, ((0 + 1) + (2 + 3)) + ((4 + 5) + 6). The sum of shards i to i + 2s - 1,
/// for i a multiple of 2s, is the sum of the first s plus the sum of the others, or the first sum alone if there are no others.
/// </summary>
internal static class SumTree
{
    /// <summary>
    /// Whether a rank that has the shards from <paramref name="first"/> to <paramref name="end"/> - 1, and has called <see cref="Add"/> for them, is left with a sum
    /// that begins at a shard: one that was not added to another sum of the rank.
    /// </summary>
    /// <param name="shard">The shard, one of the rank's.</param>
    /// <param name="first">The first.</param>
    /// <param name="end">What follows the last.</param>
    /// <param name="used">The number of shards on all ranks that have items.</param>
    public static bool IsRoot(int shard, int first, int end, int used)
    {
        int size = shard & -shard;
        return shard == 0 || shard - size < first || Math.Min(shard + size, used) > end;
    }

    /// <summary>Adds all that can be added of the shards from <paramref name="first"/> to <paramref name="end"/> - 1: the sum of the second is added to that of the first.</summary>
    /// <param name="first">The first shard.</param>
    /// <param name="end">What follows the last.</param>
    /// <param name="used">The number of shards on all ranks that have items.</param>
    /// <param name="adder">Adds two sums, each named by its first shard.</param>
    public static void Add<TAdder>(int first, int end, int used, TAdder adder)
        where TAdder : IAdder, allows ref struct
    {
        for (int size = 1; size < used; size *= 2)
        {
            int step = 2 * size;
            for (int shard = (first + step - 1) / step * step; shard + size < end; shard += step)
            {
                if (Math.Min(shard + step, used) <= end)
                {
                    adder.Add(shard, shard + size);
                }
            }
        }
    }
}

/// <summary>Adds sums of shards.</summary>
internal interface IAdder
{
    /// <summary>The first becomes the sum of both.</summary>
    void Add(int first, int second);
}
