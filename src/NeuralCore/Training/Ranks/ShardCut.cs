namespace NeuralCore;

/// <summary>
/// How the batches of a training are cut into shards, and how shards are assigned to ranks. Shard s has the items from s * <see cref="ShardItems"/> on, so it is a
/// function of the sizes and the number of shards alone; in a small last batch the last shards are empty.
/// </summary>
/// <param name="BatchSize">The items of a batch.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="Ranks">The number of ranks, which may be more than there are shards.</param>
/// <param name="Rank">The rank of this process.</param>
internal readonly record struct ShardCut(int BatchSize, int Shards, int Ranks, int Rank)
{
    /// <summary>The most items of a shard.</summary>
    public int ShardItems => (BatchSize + Shards - 1) / Shards;

    /// <summary>This rank's first shard.</summary>
    public int First => FirstOf(Rank);

    /// <summary>The number of this rank's shards.</summary>
    public int Count => FirstOf(Rank + 1) - First;

    /// <summary>The first shard of a rank: neighbours have neighbouring ones, and the numbers of shards differ by at most one.</summary>
    public int FirstOf(int rank) => (int)((long)rank * Shards / Ranks);

    /// <summary>The rank that has a shard.</summary>
    public int RankOf(int shard)
    {
        int rank = (int)((long)shard * Ranks / Shards);
        while (FirstOf(rank + 1) <= shard)
        {
            rank++;
        }

        return rank;
    }

    /// <summary>The number of shards that have items, which are the first ones.</summary>
    /// <param name="items">The items of the whole batch.</param>
    public int Used(int items) => (items + ShardItems - 1) / ShardItems;

    /// <summary>The items of one shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="items">The items of the whole batch.</param>
    public int ItemsOf(int shard, int items) => Math.Clamp(items - (shard * ShardItems), 0, ShardItems);
}
