using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>
/// The kernels whose threads hand each other numbers, on the emulated device: there each thread is one of the operating system's, which run as
/// they please, so a barrier too few gives wrong sums. That takes milliseconds a group, so sizes are tiny.
/// </summary>
[Collection(TestDevices.Emulated)]
public sealed class BarrierTests
{
    [SkippableTheory]
    [InlineData(nameof(Tile.Small))]
    [InlineData(nameof(Tile.Of128x128))]
    [InlineData(nameof(Tile.Of128x32))]
    public void Products_and_the_sums_of_their_parts_are_exact(string tile)
    {
        // Two parts of 17 and 16 or 33 and 32 steps.
        var shape = new DenseShape(520, 20);
        const int Items = 5;
        SameBits(tile, (backend, memory) =>
        {
            Slot x = memory.Input<float>("x", TestValues.Integers(Items * shape.Inputs, 1)), w = memory.Input<float>("w", TestValues.Integers(shape.WeightCount, 2));
            Slot bias = memory.Input<float>("bias", TestValues.Integers(shape.Units, 3)), y = memory.Output<float>("y", Items * shape.Units);
            backend.DenseForward(shape, Items, x, w, bias, Activation.Relu, y, memory.Scratch(backend.ScratchBytes(shape, Items)));
            return [y];
        });
    }

    [SkippableFact]
    public void A_layer_of_few_units_is_exact()
    {
        var shape = new DenseShape(70, 3);
        const int Items = 11;
        SameBits(nameof(Tile.Small), (backend, memory) =>
        {
            Slot x = memory.Input<float>("x", TestValues.Integers(Items * shape.Inputs, 1)), w = memory.Input<float>("w", TestValues.Integers(shape.WeightCount, 2));
            Slot bias = memory.Input<float>("bias", TestValues.Integers(shape.Units, 3)), dy = memory.Input<float>("dy", TestValues.Integers(Items * shape.Units, 4));
            Slot y = memory.Output<float>("y", Items * shape.Units), dw = memory.Output<float>("dw", shape.WeightCount), dBias = memory.Output<float>("dbias", shape.Units);
            Slot scratch = memory.Scratch(backend.ScratchBytes(shape, Items));
            backend.DenseForward(shape, Items, x, w, bias, Activation.Relu, y, scratch);
            backend.DenseBackwardWeights(shape, Items, x, new OutputGradient(dy, y), dw, dBias, scratch);
            return [y, dw, dBias];
        });
    }

    [SkippableFact]
    public void What_warps_hand_each_other_behind_a_pooling_is_exact()
    {
        // Nine pairs of pixel rows: two groups, of which the second begins with a row of windows of the first.
        var conv = Conv2DShape.Same(16, 4, 32, 8, 3, 3);
        var shape = new Conv2DMaxPoolShape(conv, new MaxPool2DShape(16, 4, 8, 2, 2, 2, 2));
        var random = new Random(3);
        byte[] won = [.. Enumerable.Range(0, shape.OutputCount).Select(_ => (byte)random.Next(4))];
        SameBits(nameof(Tile.Small), (backend, memory) =>
        {
            Slot dy = memory.Input<float>("dy", TestValues.Integers(shape.OutputCount, 1)), winners = memory.Input<byte>("winners", won);
            Slot w = memory.Input<float>("w", TestValues.Integers(conv.WeightCount, 2)), dx = memory.Output<float>("dx", conv.InputCount);
            backend.Conv2DMaxPoolBackwardInput(shape, 1, dy, winners, w, dx, memory.Scratch(backend.ScratchBytes(shape, 1)));
            return [dx];
        });
    }

    [SkippableTheory]
    [InlineData(4)]
    [InlineData(1)]
    public void Gradients_of_weights_and_of_the_bias_are_exact(int channels)
    {
        var shape = new Conv2DShape(6, 9, channels, 4, 3, 3);
        const int Images = 5;
        SameBits(nameof(Tile.Of128x64), (backend, memory) =>
        {
            Slot x = memory.Input<float>("x", TestValues.Integers(Images * shape.InputCount, 1));
            Slot dy = memory.Input<float>("dy", TestValues.Integers(Images * shape.OutputCount, 2));
            Slot dw = memory.Output<float>("dw", shape.WeightCount), dBias = memory.Output<float>("dbias", shape.Filters);
            backend.Conv2DBackwardWeights(shape, Images, x, dy, dw, dBias, memory.Scratch(backend.ScratchBytes(shape, Images)));
            return [dw, dBias];
        });
    }

    private static void SameBits(string tile, Func<IBackend<float>, GuardedMemory<float>, Slot[]> run)
    {
        using var reference = new ReferenceBackend<float>();
        using var emulated = new GpuBackend(TestDevices.Require(TestDevices.Emulated), ownsDevice: false, new TileChoice(1, Enum.Parse<Tile>(tile)));
        using var expectedMemory = new GuardedMemory<float>(reference);
        using var memory = new GuardedMemory<float>(emulated);
        Slot[] expected = run(reference, expectedMemory), actual = run(emulated, memory);
        memory.Verify();
        for (int i = 0; i < expected.Length; i++)
        {
            int count = (int)(expected[i].Bytes / sizeof(float));
            Agreement.SameBits($"result {i}", expectedMemory.Read<float>(expected[i], count), memory.Read<float>(actual[i], count));
        }
    }
}
