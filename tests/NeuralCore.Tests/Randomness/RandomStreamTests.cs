using FsCheck;
using FsCheck.Xunit;
using NeuralCore.Randomness;
using Xunit;

namespace NeuralCore.Tests.Randomness;

public class RandomStreamTests
{
    [Fact]
    public void Words_come_in_the_order_of_blocks_keyed_by_the_seed()
    {
        var stream = new RandomStream(0x299F31D0_A4093822, RandomPurpose.Dropout, a: 17, b: 99);
        for (uint block = 0; block < 5; block++)
        {
            Assert.Equal(
                Philox4x32.Block(block, 17, 99, (uint)RandomPurpose.Dropout, 0xA4093822, 0x299F31D0),
                (stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32()));
        }
    }

    [Fact]
    public void Each_seed_purpose_and_number_has_a_sequence_of_its_own()
    {
        var firsts = new HashSet<(uint, uint, uint, uint)>();
        int streams = 0;
        foreach (RandomPurpose purpose in Enum.GetValues<RandomPurpose>())
        {
            foreach (ulong seed in (ulong[])[0, 1, 1UL << 32, ulong.MaxValue])
            {
                for (uint a = 0; a < 8; a++)
                {
                    for (uint b = 0; b < 8; b++, streams++)
                    {
                        var stream = new RandomStream(seed, purpose, a, b);
                        firsts.Add((stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32()));
                    }
                }
            }
        }

        Assert.Equal(streams, firsts.Count);
    }

    [Fact]
    public void Fractions_are_the_top_bits_of_the_words()
    {
        var words = new RandomStream(3, RandomPurpose.Initialisation);
        var singles = new RandomStream(3, RandomPurpose.Initialisation);
        var doubles = new RandomStream(3, RandomPurpose.Initialisation);
        for (int i = 0; i < 1000; i++)
        {
            uint first = words.NextUInt32();
            uint second = words.NextUInt32();
            Assert.Equal((first >> 8) / 16777216f, singles.NextSingle());
            Assert.Equal((second >> 8) / 16777216f, singles.NextSingle());
            Assert.Equal(((((ulong)first << 32) | second) >> 11) / 9007199254740992.0, doubles.NextDouble());
        }
    }

    [Property]
    public void Numbers_stay_below_their_bound(DoNotSize<ulong> seed, DoNotSize<uint> any)
    {
        var stream = new RandomStream(seed.Item, RandomPurpose.Shuffle);
        foreach (uint bound in (uint[])[1, 2, Math.Max(1, any.Item), (1u << 31) | any.Item, uint.MaxValue])
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.True(stream.NextBelow(bound) < bound);
            }
        }
    }

    [Fact]
    public void A_bound_of_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, RandomPurpose.Shuffle).NextBelow(0));

    [Theory]
    [InlineData(3u)]
    [InlineData(10u)]
    [InlineData(3u << 30)] // the remainder of a word would make the first third twice as likely as the rest
    public void Numbers_below_a_bound_are_equally_likely(uint bound)
    {
        uint cells = Math.Min(bound, 12);
        int[] counts = new int[cells];
        var stream = new RandomStream(11, RandomPurpose.Shuffle);
        for (int i = 0; i < 60_000; i++)
        {
            counts[(int)((ulong)stream.NextBelow(bound) * cells / bound)]++;
        }

        AssertEquallyLikely(counts);
    }

    [Fact]
    public void Numbers_that_more_words_lead_to_are_not_more_likely()
    {
        // Without drawing again, two of every four words lead to the multiples of three.
        int[] counts = new int[3];
        var stream = new RandomStream(13, RandomPurpose.Shuffle);
        for (int i = 0; i < 60_000; i++)
        {
            counts[stream.NextBelow(3u << 30) % 3]++;
        }

        AssertEquallyLikely(counts);
    }

    [Fact]
    public void Fractions_are_equally_likely_everywhere()
    {
        int[] singles = new int[64], doubles = new int[64];
        var stream = new RandomStream(12, RandomPurpose.Initialisation);
        for (int i = 0; i < 100_000; i++)
        {
            singles[(int)(64 * stream.NextSingle())]++;
            doubles[(int)(64 * stream.NextDouble())]++;
        }

        AssertEquallyLikely(singles);
        AssertEquallyLikely(doubles);
    }

    [Property]
    public void A_shuffle_keeps_every_value_and_repeats_for_its_seed(DoNotSize<ulong> seed, uint epoch, NonEmptyArray<int> values)
    {
        int[] once = [.. values.Get];
        int[] again = [.. values.Get];
        new RandomStream(seed.Item, RandomPurpose.Shuffle, epoch).Shuffle(once);
        new RandomStream(seed.Item, RandomPurpose.Shuffle, epoch).Shuffle(again);
        Assert.Equal(once, again);
        Assert.Equal(values.Get.Order(), once.Order());
    }

    [Fact]
    public void Shuffles_of_two_epochs_differ()
    {
        int[] first = [.. Enumerable.Range(0, 100)];
        int[] second = [.. first];
        new RandomStream(1, RandomPurpose.Shuffle, 0).Shuffle(first);
        new RandomStream(1, RandomPurpose.Shuffle, 1).Shuffle(second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Every_order_is_equally_likely()
    {
        int[] counts = new int[4 * 4 * 4 * 4];
        for (uint epoch = 0; epoch < 24_000; epoch++)
        {
            int[] order = [0, 1, 2, 3];
            new RandomStream(2, RandomPurpose.Shuffle, epoch).Shuffle(order);
            counts[(64 * order[0]) + (16 * order[1]) + (4 * order[2]) + order[3]]++;
        }

        int[] orders = [.. counts.Where(count => count > 0)];
        Assert.Equal(24, orders.Length);
        AssertEquallyLikely(orders);
    }

    /// <summary>
    /// Pearson's statistic of k + 1 cells against its tail: P(X >= k + 2 sqrt(k x) + 2 x) is at most exp(-x) (Laurent and
    /// Massart 2000, lemma 1), here with x = 20, that is 2e-9.
    /// </summary>
    private static void AssertEquallyLikely(int[] counts)
    {
        const double X = 20;
        double expected = counts.Average();
        double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        double freedom = counts.Length - 1;
        Assert.InRange(statistic, 0, freedom + (2 * Math.Sqrt(freedom * X)) + (2 * X));
    }
}
