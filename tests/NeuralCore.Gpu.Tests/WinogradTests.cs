using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>
/// Convolutions by Winograd's filtering have the bits of the processor's, whose error is held elsewhere.
/// </summary>
public abstract class WinogradTests
{
    private readonly string _tier;

    /// <summary>Skips the tests where there is no device.</summary>
    protected WinogradTests(string tier)
    {
        _tier = tier;
        TestDevices.Require(tier);
    }

    /// <summary>Images, height, width, channels, filters, padding on every side: output sizes of every rest by four, and more images than pass at once.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes { get; } = new()
    {
        { 2, 26, 26, 32, 64, 0 },
        { 3, 4, 4, 16, 16, 0 },
        { 2, 7, 5, 16, 32, 0 },
        { 2, 8, 12, 48, 16, 0 },
        { 1, 13, 14, 64, 80, 1 },
        { 5, 4, 11, 16, 16, 1 },
        { 1, 9, 16, 32, 48, 2 },
        { 140, 26, 26, 32, 64, 0 },
    };

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void The_bits_are_those_of_the_processor(int images, int height, int width, int channels, int filters, int padding)
    {
        Conv2DShape shape = Shape(height, width, channels, filters, padding);
        Agree((backend, memory) =>
        {
            (Slot x, Slot w, Slot bias) = Operands(memory, shape, images);
            Slot linear = memory.Output<float>("y", images * shape.OutputCount), relu = memory.Output<float>("y", images * shape.OutputCount);
            backend.Conv2DForward(shape, images, x, new(w, bias), Activation.Linear, linear, memory.Scratch(backend.ScratchBytes(shape, images)));
            backend.Conv2DForward(shape, images, x, new(w, bias), Activation.Relu, relu, memory.Scratch(backend.ScratchBytes(shape, images)));
            return ([linear, relu], []);
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Pooled_and_dropped_too(int images, int height, int width, int channels, int filters, int padding)
    {
        Conv2DShape conv = Shape(height, width, channels, filters, padding);
        var shape = new Conv2DMaxPoolShape(conv, new MaxPool2DShape(conv.OutHeight, conv.OutWidth, filters, 2, 2, 2, 2));
        int outputs = images * shape.OutputCount;
        Agree((backend, memory) =>
        {
            (Slot x, Slot w, Slot bias) = Operands(memory, conv, images);
            long scratch = backend.ScratchBytes(shape, images);
            Slot plain = memory.Output<float>("y", outputs), dropped = memory.Output<float>("y", outputs), alone = memory.Output<float>("y", outputs);
            Slot winners = memory.Output<byte>("winners", outputs), droppedWinners = memory.Output<byte>("winners", outputs);
            backend.Conv2DMaxPoolForward(shape, images, x, new(w, bias), Activation.Linear, new(plain, winners), memory.Scratch(scratch));
            backend.Conv2DMaxPoolForward(
                shape, images, x, new(w, bias), Activation.Relu, new(dropped, droppedWinners, new DropoutMask(0.3, 7, 5, 2)), memory.Scratch(scratch));

            // As inference does it: nobody asks who won, and the weights were transformed before.
            Slot prepared = memory.Output<float>("u", (int)backend.PreparedBytes(conv) / sizeof(float));
            backend.Prepare(conv, w, prepared);
            backend.Conv2DMaxPoolForward(shape, images, x, new(w, bias, prepared), Activation.Relu, new(alone, null), memory.Scratch(scratch));
            return ([plain, dropped, alone], [winners, droppedWinners]);
        });
    }

    [SkippableTheory]
    [InlineData(3)]
    [InlineData(4)]
    public void Behind_larger_windows_the_bits_are_those_of_two_ops(int window)
    {
        const int Images = 2;
        Conv2DShape conv = Shape(13, 14, 16, 32, 1);
        var shape = new Conv2DMaxPoolShape(conv, new MaxPool2DShape(conv.OutHeight, conv.OutWidth, conv.Filters, window, window, window, window));
        int outputs = Images * shape.OutputCount;
        using IBackend<float> backend = TestDevices.Backend(_tier, ConvAlgorithm.Winograd);
        using var memory = new GuardedMemory<float>(backend);
        (Slot x, Slot w, Slot bias) = Operands(memory, conv, Images);
        Slot between = memory.Output<float>("y1", Images * conv.OutputCount);
        Slot[] y = [memory.Output<float>("y", outputs), memory.Output<float>("y", outputs)];
        Slot[] winners = [memory.Output<byte>("winners", outputs), memory.Output<byte>("winners", outputs)];
        backend.Conv2DForward(conv, Images, x, new(w, bias), Activation.Relu, between, memory.Scratch(backend.ScratchBytes(conv, Images)));
        backend.MaxPool2DForward(shape.Pool, Images, between, y[0], winners[0]);
        backend.Conv2DMaxPoolForward(shape, Images, x, new(w, bias), Activation.Relu, new(y[1], winners[1]), memory.Scratch(backend.ScratchBytes(shape, Images)));
        memory.Verify();
        Agreement.SameBits("y", memory.Read<float>(y[0], outputs), memory.Read<float>(y[1], outputs));
        Assert.Equal(memory.Read<byte>(winners[0], outputs), memory.Read<byte>(winners[1], outputs));
    }

    private static Conv2DShape Shape(int height, int width, int channels, int filters, int padding) =>
        new(new Window2D((height, width), 3, border: padding), channels, filters);

    private static (Slot X, Slot W, Slot Bias) Operands(GuardedMemory<float> memory, Conv2DShape shape, int images) =>
        (memory.Input<float>("x", TestValues.Reals(images * shape.InputCount, 1)), memory.Input<float>("w", TestValues.Reals(shape.WeightCount, 2)),
            memory.Input<float>("bias", TestValues.Reals(shape.Filters, 3)));

    /// <summary>Runs ops on the processor and the device, and compares what they wrote.</summary>
    private void Agree(Func<IBackend<float>, GuardedMemory<float>, (Slot[] Values, Slot[] Winners)> run)
    {
        (float[][] values, byte[][] winners) = Results(CpuBackend.Create(conv: ConvAlgorithm.Winograd));
        (float[][] deviceValues, byte[][] deviceWinners) = Results(TestDevices.Backend(_tier, ConvAlgorithm.Winograd));
        Assert.Equal(winners, deviceWinners);
        for (int i = 0; i < values.Length; i++)
        {
            Agreement.SameBits($"result {i}", values[i], deviceValues[i]);
        }

        (float[][] Values, byte[][] Winners) Results(IBackend<float> backend)
        {
            using (backend)
            {
                using var memory = new GuardedMemory<float>(backend);
                (Slot[] written, Slot[] won) = run(backend, memory);
                memory.Verify();
                return ([.. written.Select(slot => memory.Read<float>(slot, (int)slot.Bytes / sizeof(float)))], [.. won.Select(slot => memory.Read<byte>(slot, (int)slot.Bytes))]);
            }
        }
    }
}

/// <summary>Winograd with OpenCL.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class OpenClWinogradTests() : WinogradTests(TestDevices.OpenCl);

/// <summary>Winograd with CUDA.</summary>
[Collection(TestDevices.Cuda)]
public sealed class CudaWinogradTests() : WinogradTests(TestDevices.Cuda);
