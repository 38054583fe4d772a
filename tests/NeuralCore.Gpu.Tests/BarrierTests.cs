using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;
using NeuralCore.Tensors;
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
        var shape = new DenseShape(520, 8);
        const int Items = 5;
        SameBits(tile, (backend, memory) =>
        {
            Slot x = memory.Input<float>("x", TestValues.Integers(Items * shape.Inputs, 1)), w = memory.Input<float>("w", TestValues.Integers(shape.WeightCount, 2));
            Slot bias = memory.Input<float>("bias", TestValues.Integers(shape.Units, 3)), y = memory.Output<float>("y", Items * shape.Units);
            backend.DenseForward(shape, Items, x, w, bias, Activation.Relu, y, memory.Scratch(backend.ScratchBytes(shape, Items)));
            return [y];
        });
    }

    [SkippableTheory]
    [InlineData(4)]
    [InlineData(1)]
    public void Gradients_of_weights_and_of_the_bias_are_exact(int channels)
    {
        var shape = new Conv2DShape(6, 9, channels, 4, 3, 3);
        const int Images = 5;
        SameBits(nameof(Tile.Of96x64), (backend, memory) =>
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
