namespace NeuralCore;

/// <summary>
/// The order in which the sums of shards are added, whoever has them: a binary tree, ((0 + 1) + (2 + 3)) + ((4 + 5) + 6). The sum of shards i to i + 2s - 1,
/// of which i is a multiple of 2s, is that of the first s plus that of the others; where there are no others it is that of the first alone.
/// </summary>
internal static class SumTree
{
    /// <summary>
    /// Whether someone who has the shards from <paramref name="first"/> to <paramref name="end"/> - 1 and has added what can be added without others has a sum
    /// that begins at a shard, and does not end as a part of one that begins before it.
    /// </summary>
    /// <param name="shard">The shard, one of theirs.</param>
    /// <param name="first">The first.</param>
    /// <param name="end">What follows the last.</param>
    /// <param name="used">The number of shards that there are in all.</param>
    public static bool IsRoot(int shard, int first, int end, int used)
    {
        int size = shard & -shard;
        return shard == 0 || shard - size < first || Math.Min(shard + size, used) > end;
    }

    /// <summary>Adds all that can be added of the shards from <paramref name="first"/> to <paramref name="end"/> - 1: the sum of the second is added to that of the first.</summary>
    /// <param name="first">The first shard.</param>
    /// <param name="end">What follows the last.</param>
    /// <param name="used">The number of shards that there are in all.</param>
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
