using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace NeuralCore.Tests.Training.Ranks;

/// <summary>The order of sums does not depend on who has which shard.</summary>
public sealed class SumTreeTests
{
    [Fact]
    public void Sums_are_a_tree()
    {
        Assert.Equal("0", OneRank(1));
        Assert.Equal("((01)2)", OneRank(3));
        Assert.Equal("(((01)(23))((45)6))", OneRank(7));
    }

    [Fact]
    public void Any_number_of_ranks_adds_in_the_same_order()
    {
        var sizes = from shards in Gen.Choose(1, 40) from ranks in Gen.Choose(1, 50) from used in Gen.Choose(1, shards) select (shards, ranks, used);
        TestScale.ForAll(500, sizes.ToArbitrary(), test =>
        {
            var cut = new ShardCut(test.shards, test.shards, test.ranks, 0);
            string?[] sums = [.. Enumerable.Range(0, test.used).Select(Name)];
            for (int rank = 0; rank < test.ranks; rank++)
            {
                (int first, int end) = (Math.Min(cut.FirstOf(rank), test.used), Math.Min(cut.FirstOf(rank + 1), test.used));
                Assert.All(Enumerable.Range(first, end - first), shard => Assert.Equal(rank, cut.RankOf(shard)));
                SumTree.Add(first, end, test.used, new Joiner(sums));
                Assert.All(
                    Enumerable.Range(first, end - first),
                    shard => Assert.Equal(sums[shard] is not null, SumTree.IsRoot(shard, first, end, test.used)));
            }

            SumTree.Add(0, test.used, test.used, new Joiner(sums));
            Assert.Equal(OneRank(test.used), sums[0]);
            Assert.All(sums[1..], Assert.Null);
        });
    }

    [Fact]
    public void Shards_have_all_items_once()
    {
        var sizes = from batch in Gen.Choose(1, 60) from shards in Gen.Choose(1, batch) from items in Gen.Choose(1, batch) select (batch, shards, items);
        TestScale.ForAll(300, sizes.ToArbitrary(), test =>
        {
            var cut = new ShardCut(test.batch, test.shards, 1, 0);
            int[] items = [.. Enumerable.Range(0, test.shards).Select(shard => cut.ItemsOf(shard, test.items))];
            Assert.Equal(test.items, items.Sum());
            Assert.Equal(cut.Used(test.items), items.Count(count => count > 0));
            Assert.All(items[..cut.Used(test.items)], count => Assert.True(count > 0));
        });
    }

    private static string OneRank(int shards)
    {
        string?[] sums = [.. Enumerable.Range(0, shards).Select(Name)];
        SumTree.Add(0, shards, shards, new Joiner(sums));
        return sums[0]!;
    }

    private static string Name(int shard) => $"{(char)('0' + shard)}";

    private readonly struct Joiner(string?[] sums) : IAdder
    {
        public void Add(int first, int second)
        {
            if (sums[first] is not null && sums[second] is not null)
            {
                (sums[first], sums[second]) = ($"({sums[first]}{sums[second]})", null);
            }
        }
    }
}
