using NeuralCore.Gpu.Devices;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>Every tile gives every element the same bits: those of the textbook loop on whole numbers, and those of the small tile on others.</summary>
public abstract class TileTests
{
    private readonly string _tier;

    /// <summary>Skips the tests where there is no device.</summary>
    protected TileTests(string tier)
    {
        _tier = tier;
        TestDevices.Require(tier);
    }

    [SkippableTheory]
    [InlineData(nameof(Tile.Small))]
    [InlineData(nameof(Tile.Of128x128))]
    [InlineData(nameof(Tile.Of128x64))]
    [InlineData(nameof(Tile.Of128x32))]
    public void A_pooled_convolution_is_the_same_in_every_tile(string tile)
    {
        // More than one tile of pixels, filters and terms, and none of them whole.
        var conv = Conv2DShape.Same(12, 14, 12, 72, 3, 3);
        var shape = new Conv2DMaxPoolShape(conv, new MaxPool2DShape(12, 14, 72, 2, 2, 2, 2));
        SameResults(tile, (backend, memory, values) =>
        {
            const int Images = 2;
            long scratch = backend.ScratchBytes(shape, Images);
            Slot x = memory.Input<float>("x", values(Images * conv.InputCount, 1)), w = memory.Input<float>("w", values(conv.WeightCount, 2));
            Slot bias = memory.Input<float>("bias", values(conv.Filters, 3)), dy = memory.Input<float>("dy", values(Images * shape.OutputCount, 4));
            Slot y = memory.Output<float>("y", Images * shape.OutputCount), winners = memory.Output<byte>("winners", Images * shape.OutputCount);
            Slot dx = memory.Output<float>("dx", Images * conv.InputCount);
            Slot dw = memory.Output<float>("dw", conv.WeightCount), dBias = memory.Output<float>("dbias", conv.Filters);
            backend.Conv2DMaxPoolForward(shape, Images, x, new(w, bias), Activation.Relu, new(y, winners), memory.Scratch(scratch));
            backend.Conv2DMaxPoolBackwardInput(shape, Images, new OutputGradient(dy, y), winners, w, dx, memory.Scratch(scratch));
            backend.Conv2DMaxPoolBackwardWeights(shape, Images, x, new OutputGradient(dy, y), winners, dw, dBias, memory.Scratch(scratch));
            return [y, dx, dw, dBias];
        });
    }

    [SkippableTheory]
    [InlineData(nameof(Tile.Of128x32))]
    public void A_strided_convolution_is_the_same_in_another_tile(string tile)
    {
        var shape = new Conv2DShape(new Window2D((13, 12), (3, 2), (2, 1), border: new Border(1, 0, 1, 1)), 36, 20);
        SameResults(tile, (backend, memory, values) =>
        {
            const int Images = 3;
            long scratch = backend.ScratchBytes(shape, Images);
            Slot x = memory.Input<float>("x", values(Images * shape.InputCount, 1)), w = memory.Input<float>("w", values(shape.WeightCount, 2));
            Slot bias = memory.Input<float>("bias", values(shape.Filters, 3)), dy = memory.Input<float>("dy", values(Images * shape.OutputCount, 4));
            Slot y = memory.Output<float>("y", Images * shape.OutputCount), dx = memory.Output<float>("dx", Images * shape.InputCount);
            Slot dw = memory.Output<float>("dw", shape.WeightCount), dBias = memory.Output<float>("dbias", shape.Filters);
            backend.Conv2DForward(shape, Images, x, new(w, bias), Activation.Relu, y, memory.Scratch(scratch));
            backend.Conv2DBackwardInput(shape, Images, new OutputGradient(dy, y), w, dx, memory.Scratch(scratch));
            backend.Conv2DBackwardWeights(shape, Images, x, new OutputGradient(dy, y), dw, dBias, memory.Scratch(scratch));
            return [y, dx, dw, dBias];
        });
    }

    [SkippableTheory]
    [InlineData(nameof(Tile.Of128x128))]
    public void A_dense_layer_is_the_same_in_another_tile(string tile)
    {
        // Inputs that are cut into parts, of which the last is shorter than a step.
        var shape = new DenseShape(524, 140);
        SameResults(tile, (backend, memory, values) =>
        {
            const int Items = 131;
            AdamStep step = AdamStep.At(3, 0.01);
            long scratch = backend.ScratchBytes(shape, Items);
            Slot x = memory.Input<float>("x", values(Items * shape.Inputs, 1)), w = memory.Input<float>("w", values(shape.WeightCount, 2));
            Slot bias = memory.Input<float>("bias", values(shape.Units, 3)), dy = memory.Input<float>("dy", values(Items * shape.Units, 4));
            Slot y = memory.Output<float>("y", Items * shape.Units), dx = memory.Output<float>("dx", Items * shape.Inputs);
            Slot dw = memory.Output<float>("dw", shape.WeightCount), dBias = memory.Output<float>("dbias", shape.Units);
            Slot updated = memory.InPlace<float>("w", values(shape.WeightCount, 2)), updateBias = memory.Output<float>("dbias", shape.Units);
            Slot m = memory.InPlace<float>("m", new float[shape.WeightCount]), v = memory.InPlace<float>("v", new float[shape.WeightCount]);
            backend.DenseForward(shape, Items, x, w, bias, Activation.Relu, y, memory.Scratch(scratch));
            backend.DenseBackwardInput(shape, Items, new OutputGradient(dy, y), w, dx, memory.Scratch(scratch));
            backend.DenseBackwardWeights(shape, Items, x, new OutputGradient(dy, y), dw, dBias, memory.Scratch(scratch));
            backend.DenseBackwardUpdate(shape, Items, x, new OutputGradient(dy, y), null, updateBias, step, updated, m, v, memory.Scratch(scratch));
            return backend is ReferenceBackend<float> ? [y, dx, dw, dBias, updateBias] : [y, dx, dw, dBias, updateBias, updated, m, v];
        });
    }

    private void SameResults(string tile, Func<IBackend<float>, GuardedMemory<float>, Func<int, int, float[]>, Slot[]> run)
    {
        DeviceContext device = TestDevices.Require(_tier);
        using var reference = new ReferenceBackend<float>();
        using var small = new GpuBackend(device, ownsDevice: false, new TileChoice(1, Tile.Small));
        using var actual = new GpuBackend(device, ownsDevice: false, new TileChoice(1, Enum.Parse<Tile>(tile)));
        Agree(reference, actual, TestValues.Integers);
        Agree(small, actual, TestValues.Reals);

        void Agree(IBackend<float> one, IBackend<float> other, Func<int, int, float[]> values)
        {
            using var oneMemory = new GuardedMemory<float>(one);
            using var otherMemory = new GuardedMemory<float>(other);
            Slot[] expected = run(one, oneMemory, values), results = run(other, otherMemory, values);
            otherMemory.Verify();
            for (int i = 0; i < expected.Length; i++)
            {
                int count = (int)(expected[i].Bytes / sizeof(float));
                Agreement.SameBits($"result {i}", oneMemory.Read<float>(expected[i], count), otherMemory.Read<float>(results[i], count));
            }
        }
    }
}

/// <summary>Tiles with OpenCL.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class OpenClTileTests() : TileTests(TestDevices.OpenCl);

/// <summary>Tiles with CUDA.</summary>
[Collection(TestDevices.Cuda)]
public sealed class CudaTileTests() : TileTests(TestDevices.Cuda);

/// <summary>Which tile is chosen, on a device that need not be here.</summary>
public sealed class TileChoiceTests
{
    [Theory]
    [InlineData(73728, 64, 1)]
    [InlineData(86528, 32, 1)]
    [InlineData(128, 256, 32)]
    [InlineData(128, 9216, 1)]
    [InlineData(9216, 256, 1)]
    [InlineData(288, 64, 132)]
    public void The_products_of_a_batch_of_128_fill_132_multiprocessors(int rows, int columns, int parts)
    {
        Tile tile = new TileChoice(132).Of(rows, columns, parts);
        long groups = TileChoice.Groups(tile, rows, columns, parts).GridDim.Size;
        Assert.True(groups >= 100, $"{groups} groups of tile {tile} leave more than a quarter of the device idle.");
    }
}
