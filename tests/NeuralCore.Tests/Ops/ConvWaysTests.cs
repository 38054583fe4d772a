using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>Every form of every pass, whether the rules take it for these sizes or not: what is exchanged for what, and that nothing else changes.</summary>
public sealed class ConvWaysTests
{
    private const int Images = 19;

    public static TheoryData<int[]> Shapes { get; } =
    [
        // Height, width, channels, filters, kernel, stride, border: rows of four pixels, a vector of filters, few filters of many channels, strides, one channel.
        [8, 8, 32, 32, 5, 2, 2],
        [9, 7, 6, 16, 5, 1, 0],
        [6, 6, 16, 12, 3, 1, 1],
        [9, 8, 16, 32, 3, 2, 1],
        [7, 7, 16, 16, 3, 1, 1],
        [10, 6, 1, 16, 3, 1, 1],
        [10, 6, 1, 32, 3, 1, 1],
        [4, 4, 32, 16, 1, 1, 0],
        [4, 4, 16, 32, 4, 1, 0],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Images_in_lanes_and_products_give_the_same_bits_forward_and_for_the_input(int[] sizes)
    {
        (Conv2DShape shape, Numbers numbers) = Case(sizes);
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            (float[] y, float[] dx) product = Run(ConvWay.Product), lanes = Run(ConvWay.Lanes);
            Agreement.SameBits("y", product.y, lanes.y);
            Agreement.SameBits("dx", product.dx, lanes.dx);

            (float[] Y, float[] Dx) Run(ConvWay way)
            {
                using IBackend<float> backend = CpuBackend.WithWays(2, simd, ConvAlgorithm.Auto, new ConvWays(way, way, ConvWay.Product));
                using var memory = new GuardedMemory<float>(backend);
                Slot y = memory.Output<float>("y", Images * shape.OutputCount), dx = memory.Output<float>("dx", Images * shape.InputCount);
                Slot scratch = memory.Scratch(backend.ScratchBytes(shape, Images)), w = memory.Input<float>("w", numbers.Weights);
                backend.Conv2DForward(shape, Images, memory.Input<float>("x", numbers.Input), new ConvWeights(w), Activation.Linear, y, scratch);
                backend.Conv2DBackwardInput(shape, Images, memory.Input<float>("dy", numbers.DOutput), w, dx, scratch);
                memory.Verify();
                return (memory.Read<float>(y, Images * shape.OutputCount), memory.Read<float>(dx, Images * shape.InputCount));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_form_of_the_gradient_of_the_weights_adds_the_same_products(int[] sizes)
    {
        (Conv2DShape shape, Numbers numbers) = Case(sizes);
        var expected = new double[shape.WeightCount];
        var magnitudes = new double[shape.WeightCount];
        var bias = new double[shape.Filters];
        Conv2DReference.BackwardWeights<double>(shape, Images, TestValues.Widen(numbers.Input), TestValues.Widen(numbers.DOutput), expected, bias);
        Conv2DReference.BackwardWeights<double>(shape, Images, [.. numbers.Input.Select(x => (double)Math.Abs(x))], [.. numbers.DOutput.Select(x => (double)Math.Abs(x))], magnitudes, bias);
        foreach (ConvWay way in ConvWays.Possible(shape).Weights.Where(way => way != ConvWay.Winograd))
        {
            using IBackend<float> backend = CpuBackend.WithWays(2, SimdWidth.Auto, ConvAlgorithm.Auto, new ConvWays(ConvWay.Product, ConvWay.Product, way));
            using var memory = new GuardedMemory<float>(backend);
            Slot dw = memory.Output<float>("dw", shape.WeightCount);
            backend.Conv2DBackwardWeights(
                shape, Images, memory.Input<float>("x", numbers.Input), memory.Input<float>("dy", numbers.DOutput), dw, memory.Output<float>("dbias", shape.Filters), memory.Scratch(backend.ScratchBytes(shape, Images)));
            memory.Verify();
            Agreement.WithinRounding($"dw, {ConvWays.Name(way)}", expected, magnitudes, Images * (shape.OutHeight * shape.OutWidth + 2), memory.Read<float>(dw, shape.WeightCount));
        }
    }

    [Fact]
    public void A_plan_says_how_its_convolutions_are_computed()
    {
        using Sequential model = new(new Input(new Shape(12, 12, 16)), new Conv2D(16, 3), new Conv2D(6, 3), new Flatten(), new Dense(3, Activation.Softmax));
        model.Compile(backend: CpuBackend.Create(1), seed: 1);
        string[] lines = [.. model.DescribePlan().Split('\n').Where(line => line.Contains("Conv2D", StringComparison.Ordinal))];
        Assert.EndsWith("y Winograd, dx Winograd, dw Winograd", lines[0].TrimEnd());
        Assert.EndsWith("y lanes, dx lanes, dw lanes", lines[1].TrimEnd());
    }

    private static (Conv2DShape Shape, Numbers Numbers) Case(int[] sizes)
    {
        int border = sizes[6];
        var shape = new Conv2DShape(new Window2D((sizes[0], sizes[1]), sizes[4], sizes[5], border: new Border(border, border, border, border)), sizes[2], sizes[3]);
        return (shape, new Numbers(TestValues.Reals(Images * shape.InputCount, 1), TestValues.Reals(shape.WeightCount, 2), TestValues.Reals(Images * shape.OutputCount, 3)));
    }

    private sealed record Numbers(float[] Input, float[] Weights, float[] DOutput);
}
