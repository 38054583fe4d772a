using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Averages, and pooling over whole images.</content>
public abstract partial class OpGoldenTests
{
    public static TheoryData<string> AveragePoolings => Cases("avgpool");

    public static TheoryData<string> GlobalPoolings => Cases("globalavg", "globalmax");

    [SkippableTheory]
    [MemberData(nameof(AveragePoolings))]
    public void AveragePooling(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x"), y = golden.Shape("gy");
        int[] pads = [.. golden.Attributes.GetProperty("pads_tlbr").EnumerateArray().Select(side => side.GetInt32())];
        var window = new Window2D((x[2], x[3]), golden.Pair("kernel"), golden.Pair("stride"), border: new Border(pads[0], pads[1], pads[2], pads[3]));
        var shape = new AveragePool2DShape(window, x[1], golden.Attributes.GetProperty("count_include_pad").GetInt32() != 0);
        Assert.Equal((y[2], y[3]), (window.Output.Height, window.Output.Width));

        using var memory = new GuardedMemory<float>(Backend);
        Slot output = memory.Output<float>("y", x[0] * shape.OutputCount), dInput = memory.Output<float>("gx", x[0] * shape.InputCount);
        Backend.AveragePool2DForward(shape, x[0], memory.Input<float>("x", Layout.ToChannelsLast(golden.Input("x"), x)), output);
        Backend.AveragePool2DBackwardInput(shape, x[0], memory.Input<float>("gy", Layout.ToChannelsLast(golden.Input("gy"), y)), dInput);
        memory.Verify();
        CheckOfScale(golden, "y", 5e-7, Layout.ToChannelsFirst(memory.Read<float>(output, x[0] * shape.OutputCount), y));
        CheckOfScale(golden, "gx", 5e-7, Layout.ToChannelsFirst(memory.Read<float>(dInput, x[0] * shape.InputCount), x));
    }

    [SkippableTheory]
    [MemberData(nameof(GlobalPoolings))]
    public void GlobalPooling(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x");
        var shape = new GlobalPool2DShape(x[2] * x[3], x[1]);
        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", Layout.ToChannelsLast(golden.Input("x"), x)), dOutput = memory.Input<float>("gy", golden.Input("gy"));
        Slot output = memory.Output<float>("y", x[0] * shape.Channels), dInput = memory.Output<float>("gx", x[0] * shape.InputCount);
        bool isMax = golden.Operator == "GlobalMaxPool2d";
        if (isMax)
        {
            Slot winners = memory.Output<int>("winners", x[0] * shape.Channels);
            Backend.GlobalMaxPool2DForward(shape, x[0], input, output, winners);
            Backend.GlobalMaxPool2DBackwardInput(shape, x[0], dOutput, winners, dInput);
        }
        else
        {
            Backend.GlobalAveragePool2DForward(shape, x[0], input, output);
            Backend.GlobalAveragePool2DBackwardInput(shape, x[0], dOutput, dInput);
        }

        memory.Verify();
        CheckOfScale(golden, "y", isMax ? 0 : 2e-7, memory.Read<float>(output, x[0] * shape.Channels));
        CheckOfScale(golden, "gx", isMax ? 0 : 2e-7, Layout.ToChannelsFirst(memory.Read<float>(dInput, x[0] * shape.InputCount), x));
    }
}
