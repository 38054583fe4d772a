using FsCheck;
using FsCheck.Fluent;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>The memory plan: what is alive together never shares a byte, and what the plan calls dead is never read.</summary>
public sealed class MemoryPlannerTests
{
    private static readonly Gen<int[][]> Lifetimes =
        from count in Gen.Choose(1, 30)
        from buffers in (
            from bytes in Gen.Frequency((4, Gen.Choose(1, 500)), (1, Gen.Choose(0, 100_000)))
            from first in Gen.Choose(-1, 20)
            from length in Gen.Frequency((3, Gen.Choose(0, 3)), (1, Gen.Choose(0, 20)))
            select (int[])[bytes, first, first + length]).ArrayOf(count)
        select buffers;

    [Fact]
    public void Buffers_that_are_alive_together_share_no_byte()
    {
        TestScale.ForAll(500, Arb.From(Lifetimes), lifetimes =>
        {
            PlanBuffer[] buffers = [.. lifetimes.Select(Make)];
            long size = MemoryPlanner.Assign(buffers);
            RequireDisjoint(buffers, size);

            // No plan is smaller than what is alive at the fullest moment, or larger than no sharing at all.
            Assert.True(size <= buffers.Sum(buffer => Slot.Align(buffer.Bytes)));
            Assert.True(size >= Enumerable.Range(-1, 43).Max(time => buffers.Where(b => b.First <= time && time <= b.Last).Sum(b => b.Bytes)));
        });

        static PlanBuffer Make(int[] lifetime)
        {
            var buffer = new PlanBuffer("buffer", lifetime[0]);
            buffer.Touch(lifetime[1]);
            buffer.Touch(lifetime[2]);
            return buffer;
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void The_seed_networks_plan_is_laid_out_well(bool training, bool fuse)
    {
        using IBackend<float> backend = CpuBackend.Create(2);
        using var network = PlannedNetwork.Create(backend, TestNetworks.Seed, capacity: 128, training, fuse);
        RequireDisjoint(network.Plan.Buffers, network.Plan.ArenaBytes);
        Assert.True(network.Plan.ArenaBytes < network.Plan.Buffers.Sum(buffer => buffer.Bytes), "The plan shares no memory.");
    }

    /// <summary>
    /// Between any two moments of a training step, every byte that no living buffer owns is filled with NaN. If a lifetime ended too
    /// early, or an op read what it should write, the NaN would be in the results.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dead_memory_is_never_read(bool fuse)
    {
        using IBackend<float> backend = CpuBackend.Create(2);
        using var plain = PlannedNetwork.Create(backend, TestNetworks.Small, capacity: 5, training: true, fuse);
        using var poisoned = PlannedNetwork.Create(backend, TestNetworks.Small, capacity: 5, training: true, fuse);
        plain.UploadBatch(4);
        poisoned.Poison(-1);
        poisoned.UploadBatch(4);
        plain.Plan.Forward(PlannedNetwork.RunOf(4));
        plain.Plan.Backward(PlannedNetwork.RunOf(4));
        poisoned.RunPoisoning(PlannedNetwork.RunOf(4));
        Agreement.SameBits("losses", plain.Losses(4), poisoned.Losses(4));
        Agreement.SameBits("gradients", plain.Gradients(), poisoned.Gradients());
    }

    private static void RequireDisjoint(IReadOnlyCollection<PlanBuffer> buffers, long size)
    {
        foreach (PlanBuffer buffer in buffers)
        {
            Assert.True(buffer.Offset >= 0 && buffer.Offset % Slot.Alignment == 0 && buffer.Offset + buffer.Bytes <= size);
            foreach (PlanBuffer other in buffers)
            {
                bool together = buffer.First <= other.Last && other.First <= buffer.Last;
                bool overlap = buffer.Offset < other.Offset + other.Bytes && other.Offset < buffer.Offset + buffer.Bytes;
                Assert.False(buffer != other && together && overlap, $"{buffer.Name} and {other.Name} are alive together and overlap.");
            }
        }
    }
}
