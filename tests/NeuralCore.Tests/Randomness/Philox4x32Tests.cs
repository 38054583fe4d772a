using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Xunit;
using NeuralCore.Randomness;
using Xunit;

namespace NeuralCore.Tests.Randomness;

public class Philox4x32Tests
{
    [Fact]
    public void Known_answers_of_Random123()
    {
        Assert.Equal(
            (0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u),
            Philox4x32.Block(0, 0, 0, 0, 0, 0));
        Assert.Equal(
            (0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu),
            Philox4x32.Block(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue));
        Assert.Equal(
            (0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u),
            Philox4x32.Block(0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0));
    }

    [Property(MaxTest = 1000)]
    public void Eight_blocks_are_the_eight_blocks(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        uint[] input = [.. Enumerable.Range(0, 6).Select(_ => (uint)random.NextInt64(1L << 32))];
        AssertEightBlocks(input[0], input);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    [InlineData(uint.MaxValue - 3)]
    [InlineData(int.MaxValue - 2u)]
    public void Eight_blocks_wrap_in_the_lowest_word_alone(uint firstCounter) =>
        AssertEightBlocks(firstCounter, [0, uint.MaxValue, 7, 0x80000000, 0, uint.MaxValue]);

    [Fact]
    public void Eight_blocks_allocate_nothing()
    {
        Vector256<uint> sum = EveryBlock(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum ^= EveryBlock(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(Vector256<uint>.Zero, sum);
    }

    [Fact]
    public void Each_input_bit_changes_about_half_of_the_output()
    {
        // 192 input bits x 200 inputs x 128 output bits: n coins, whose heads stray from n / 2 by 6 standard deviations
        // of sqrt(n) / 2 with a probability of 2e-9.
        var random = new Random(5);
        long changed = 0, coins = 0;
        for (int times = 0; times < 200; times++)
        {
            uint[] input = [.. Enumerable.Range(0, 6).Select(_ => (uint)random.NextInt64(1L << 32))];
            UInt128 before = Block(input);
            for (int bit = 0; bit < 192; bit++)
            {
                input[bit / 32] ^= 1u << (bit % 32);
                changed += (long)UInt128.PopCount(before ^ Block(input));
                input[bit / 32] ^= 1u << (bit % 32);
                coins += 128;
            }
        }

        Assert.InRange(changed - (coins / 2.0), -3 * Math.Sqrt(coins), 3 * Math.Sqrt(coins));
    }

    private static Vector256<uint> EveryBlock(uint count)
    {
        Vector256<uint> sum = default;
        for (uint i = 0; i < count; i++)
        {
            Philox4x32.Blocks8(8 * i, 1, 2, 3, 4, 5, out var w0, out var w1, out var w2, out var w3);
            sum ^= w0 ^ w1 ^ w2 ^ w3;
        }

        return sum;
    }

    private static void AssertEightBlocks(uint firstCounter, uint[] input)
    {
        Philox4x32.Blocks8(
            firstCounter, input[1], input[2], input[3], input[4], input[5], out var w0, out var w1, out var w2, out var w3);
        for (int lane = 0; lane < 8; lane++)
        {
            Assert.Equal(
                Philox4x32.Block(firstCounter + (uint)lane, input[1], input[2], input[3], input[4], input[5]),
                (w0[lane], w1[lane], w2[lane], w3[lane]));
        }
    }

    private static UInt128 Block(uint[] input)
    {
        (uint w0, uint w1, uint w2, uint w3) = Philox4x32.Block(input[0], input[1], input[2], input[3], input[4], input[5]);
        return new UInt128(((ulong)w0 << 32) | w1, ((ulong)w2 << 32) | w3);
    }
}
