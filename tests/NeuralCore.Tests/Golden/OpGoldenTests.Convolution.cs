using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Convolutions.</content>
public abstract partial class OpGoldenTests
{
    public static TheoryData<string> Convolutions => Cases("conv2d");

    public static TheoryData<string> DepthwiseConvolutions => Cases("depthwise");

    [SkippableTheory]
    [MemberData(nameof(Convolutions))]
    public void Convolution(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x");
        int[] w = golden.Shape("w");
        int[] y = golden.Shape("gy");
        var shape = new Conv2DShape(golden.Window(x, w), x[1], w[0]);
        Assert.Equal((y[2], y[3]), (shape.OutHeight, shape.OutWidth));

        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", Layout.ToChannelsLast(golden.Input("x"), x));
        Slot weights = memory.Input<float>("w", Layout.ToHwio(golden.Input("w"), w));
        Slot bias = memory.Input<float>("b", golden.Input("b"));
        Slot dOutput = memory.Input<float>("gy", Layout.ToChannelsLast(golden.Input("gy"), y));
        Slot output = memory.Output<float>("y", x[0] * shape.OutputCount);
        Slot dInput = memory.Output<float>("gx", x[0] * shape.InputCount);
        Slot dWeights = memory.Output<float>("gw", shape.WeightCount);
        Slot dBias = memory.Output<float>("gb", shape.Filters);
        Slot scratch = memory.Scratch(Backend.ScratchBytes(shape, x[0]));
        Backend.Conv2DForward(shape, x[0], input, new(weights, bias), Activation.Linear, output, scratch);
        Backend.Conv2DBackwardInput(shape, x[0], dOutput, weights, dInput, scratch);
        Backend.Conv2DBackwardWeights(shape, x[0], input, dOutput, dWeights, dBias, scratch);
        memory.Verify();
        golden.Check("y", Layout.ToChannelsFirst(memory.Read<float>(output, x[0] * shape.OutputCount), y));
        golden.Check("gx", Layout.ToChannelsFirst(memory.Read<float>(dInput, x[0] * shape.InputCount), x));
        golden.Check("gw", Layout.ToOihw(memory.Read<float>(dWeights, shape.WeightCount), w));
        golden.Check("gb", memory.Read<float>(dBias, shape.Filters));
    }

    [SkippableTheory]
    [MemberData(nameof(DepthwiseConvolutions))]
    public void DepthwiseConvolution(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x"), w = golden.Shape("w"), y = golden.Shape("gy");
        int multiplier = w[0] / x[1];
        var shape = new DepthwiseConv2DShape(golden.Window(x, w), x[1], multiplier);
        Assert.Equal((y[2], y[3]), (shape.OutHeight, shape.OutWidth));

        // O x 1 x H x W, and o = c * multiplier + m: as H x W x 1 x O that is H x W x C x multiplier.
        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", Layout.ToChannelsLast(golden.Input("x"), x));
        Slot weights = memory.Input<float>("w", Layout.ToHwio(golden.Input("w"), w));
        Slot bias = memory.Input<float>("b", golden.Input("b"));
        Slot dOutput = memory.Input<float>("gy", Layout.ToChannelsLast(golden.Input("gy"), y));
        Slot output = memory.Output<float>("y", x[0] * shape.OutputCount);
        Slot dInput = memory.Output<float>("gx", x[0] * shape.InputCount);
        Slot dWeights = memory.Output<float>("gw", shape.WeightCount);
        Slot dBias = memory.Output<float>("gb", shape.Filters);
        Slot scratch = memory.Scratch(Backend.ScratchBytes(shape, x[0]));
        Backend.DepthwiseConv2DForward(shape, x[0], input, weights, bias, Activation.Linear, output, scratch);
        Backend.DepthwiseConv2DBackwardInput(shape, x[0], dOutput, weights, dInput, scratch);
        Backend.DepthwiseConv2DBackwardWeights(shape, x[0], input, dOutput, dWeights, dBias, scratch);
        memory.Verify();
        golden.Check("y", Layout.ToChannelsFirst(memory.Read<float>(output, x[0] * shape.OutputCount), y));
        golden.Check("gx", Layout.ToChannelsFirst(memory.Read<float>(dInput, x[0] * shape.InputCount), x));
        golden.Check("gw", Layout.ToOihw(memory.Read<float>(dWeights, shape.WeightCount), w));
        golden.Check("gb", memory.Read<float>(dBias, shape.Filters));
    }
}
