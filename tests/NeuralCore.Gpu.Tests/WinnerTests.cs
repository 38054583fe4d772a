using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>The backward passes that visit a pooling's winners alone, which only take sizes that few random shapes have.</summary>
public abstract class WinnerTests
{
    private readonly string _tier;

    /// <summary>Skips the tests where there is no device.</summary>
    protected WinnerTests(string tier)
    {
        _tier = tier;
        TestDevices.Require(tier);
    }

    [SkippableTheory]
    [InlineData(3, 5, 7, 32, 8, true)]
    [InlineData(2, 9, 8, 64, 72, false)]
    [InlineData(1, 3, 4, 32, 16, false)]
    [InlineData(5, 6, 6, 32, 64, true)]
    public void Gradients_of_integers_are_exact(int images, int height, int width, int channels, int filters, bool isPadded)
    {
        Conv2DShape conv = isPadded ? Conv2DShape.Same(height, width, channels, filters, 3, 3) : new Conv2DShape(height, width, channels, filters, 3, 3);
        if (conv.OutHeight < 2)
        {
            conv = new Conv2DShape(new Window2D((height, width), 3, border: new Border(2, 0, 0, 1)), channels, filters);
        }

        var shape = new Conv2DMaxPoolShape(conv, new MaxPool2DShape(conv.OutHeight, conv.OutWidth, filters, 2, 2, 2, 2));
        using var device = TestDevices.Backend(_tier);
        using var reference = new ReferenceBackend<float>();
        using var expectedMemory = new GuardedMemory<float>(reference);
        using var memory = new GuardedMemory<float>(device);
        float[][] expected = Gradients(reference, expectedMemory), actual = Gradients(device, memory);
        memory.Verify();
        Agreement.SameBits("dx", expected[0], actual[0]);
        Agreement.SameBits("dw", expected[1], actual[1]);
        Agreement.SameBits("dbias", expected[2], actual[2]);

        float[][] Gradients(IBackend<float> backend, GuardedMemory<float> at)
        {
            int outputs = images * shape.OutputCount;
            long scratch = backend.ScratchBytes(shape, images);
            Slot x = at.Input<float>("x", TestValues.Integers(images * conv.InputCount, 1)), w = at.Input<float>("w", TestValues.Integers(conv.WeightCount, 2));
            Slot dy = at.Input<float>("dy", TestValues.Integers(outputs, 3)), y = at.Input<float>("y", TestValues.Integers(outputs, 4));
            var random = new Random(5);
            byte[] won = [.. Enumerable.Range(0, outputs).Select(_ => (byte)random.Next(4))];
            Slot winners = at.Input<byte>("winners", won);
            Slot dx = at.Output<float>("dx", images * conv.InputCount);
            Slot dw = at.Output<float>("dw", conv.WeightCount), dBias = at.Output<float>("dbias", filters);
            var gradient = new OutputGradient(dy, y, 2);
            backend.Conv2DMaxPoolBackwardInput(shape, images, gradient, winners, w, dx, at.Scratch(scratch));
            backend.Conv2DMaxPoolBackwardWeights(shape, images, x, gradient, winners, dw, dBias, at.Scratch(scratch));
            return [at.Read<float>(dx, images * conv.InputCount), at.Read<float>(dw, conv.WeightCount), at.Read<float>(dBias, filters)];
        }
    }
}

/// <summary>Winners with OpenCL.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class OpenClWinnerTests() : WinnerTests(TestDevices.OpenCl);

/// <summary>Winners with CUDA.</summary>
[Collection(TestDevices.Cuda)]
public sealed class CudaWinnerTests() : WinnerTests(TestDevices.Cuda);
