using Xunit;

namespace NeuralCore.Tests.Tensors;

/// <summary>Memory and the parts of it.</summary>
public sealed class MemoryBlockTests
{
    [Fact]
    public void Native_memory_is_aligned_and_zero()
    {
        using var block = new NativeBlock(1001);
        unsafe
        {
            Assert.Equal(0, (long)NativeBlock.Pointer<byte>(block.Slot(0, 1001)) % Slot.Alignment);
        }

        Assert.Equal(new byte[1001], NativeBlock.Values<byte>(block.Slot(0, 1001)).ToArray());
        Assert.Equal(250, NativeBlock.Values<float>(block.Slot(0, 1001)).Length);
    }

    [Fact]
    public void A_slot_lies_within_its_block()
    {
        using var block = new NativeBlock(100);
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slot(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slot(0, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slot(101, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slot(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slot(1, long.MaxValue));
        Assert.Equal(new Slot(block, 100, 0), block.Slot(100, 0));
    }

    [Fact]
    public void Memory_that_was_given_back_is_not_touched()
    {
        var block = new NativeBlock(64);
        Slot slot = block.Slot(0, 64);
        block.Dispose();
        block.Dispose();
        Assert.Throws<ObjectDisposedException>(() => NativeBlock.Values<byte>(slot).Length);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 128)]
    public void Sizes_are_rounded_up_to_the_alignment(long bytes, long aligned) => Assert.Equal(aligned, Slot.Align(bytes));
}
