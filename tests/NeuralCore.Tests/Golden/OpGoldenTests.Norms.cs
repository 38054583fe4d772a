using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Normalizations.</content>
public abstract partial class OpGoldenTests
{
    public static TheoryData<string> BatchNorms => Cases("batchnorm-");

    [SkippableTheory]
    [MemberData(nameof(BatchNorms))]
    public void BatchNorm(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x");
        bool ofBatch = golden.Has("mean", "f64");
        double tolerance = ofBatch ? 2e-6 : 1e-6, epsilon = golden.Attributes.GetProperty("epsilon").GetDouble();
        var shape = new BatchNormShape(x[2..].Aggregate(1, (product, extent) => product * extent), x[1], epsilon, ofBatch ? golden.Attributes.GetProperty("momentum").GetDouble() : 0.99);
        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", ToChannelsLast(golden.Input("x"))), statistics = memory.Output<float>("statistics", 3 * x[1]), scratch = memory.Scratch(Backend.ScratchBytes(shape, x[0]));
        Slot mean = memory.InPlace<float>("moving mean", golden.Input("moving_mean")), variance = memory.InPlace<float>("moving variance", golden.Input("moving_variance"));
        Slot output = memory.Output<float>("y", x[0] * shape.InputCount), dInput = memory.Output<float>("gx", x[0] * shape.InputCount);
        Slot dGamma = memory.Output<float>("ggamma", x[1]), dBeta = memory.Output<float>("gbeta", x[1]);
        var weights = new BatchNormWeights(statistics, memory.Input<float>("gamma", golden.Input("gamma")), memory.Input<float>("beta", golden.Input("beta")));
        if (ofBatch)
        {
            Backend.BatchNormStatistics(shape, x[0], input, mean, variance, statistics, scratch);
        }
        else
        {
            Backend.BatchNormMovingStatistics(shape, mean, variance, statistics);
        }

        Backend.BatchNormForward(shape, x[0], input, weights, Activation.Linear, output, scratch);
        Backend.BatchNormBackward(
            shape, x[0], input, weights, memory.Input<float>("gy", ToChannelsLast(golden.Input("gy"))), new BatchNormGradients(ofBatch, dInput, dGamma, dBeta), scratch);
        memory.Verify();
        CheckOfScale(golden, "y", tolerance, ToChannelsFirst(memory.Read<float>(output, x[0] * shape.InputCount)));
        CheckOfScale(golden, "gx", tolerance, ToChannelsFirst(memory.Read<float>(dInput, x[0] * shape.InputCount)));
        CheckOfScale(golden, "ggamma", tolerance, memory.Read<float>(dGamma, x[1]));
        CheckOfScale(golden, "gbeta", tolerance, memory.Read<float>(dBeta, x[1]));
        if (ofBatch)
        {
            CheckOfScale(golden, "moving_mean_after", tolerance, memory.Read<float>(mean, x[1]));
            double[] truth = golden.Truth("moving_variance_after_keras");
            Agreement.Within("moving variance", truth, tolerance * truth.Max(), memory.Read<float>(variance, x[1]));
        }

        float[] ToChannelsLast(float[] values) => x.Length == 4 ? Layout.ToChannelsLast(values, x) : values;
        float[] ToChannelsFirst(float[] values) => x.Length == 4 ? Layout.ToChannelsFirst(values, x) : values;
    }

    public static TheoryData<string> LayerNorms => Cases("layernorm-");

    [SkippableTheory]
    [MemberData(nameof(LayerNorms))]
    public void LayerNorm(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x");
        var shape = new LayerNormShape(1, x[1], golden.Attributes.GetProperty("epsilon").GetDouble());
        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", golden.Input("x")), gamma = memory.Input<float>("gamma", golden.Input("gamma")), dOutput = memory.Input<float>("gy", golden.Input("gy"));
        Slot output = memory.Output<float>("y", x[0] * x[1]), dInput = memory.Output<float>("gx", x[0] * x[1]), dGamma = memory.Output<float>("ggamma", x[1]), dBeta = memory.Output<float>("gbeta", x[1]);
        Backend.LayerNormForward(shape, x[0], input, gamma, memory.Input<float>("beta", golden.Input("beta")), output);
        Backend.LayerNormBackwardInput(shape, x[0], input, gamma, dOutput, dInput);
        Backend.LayerNormBackwardWeights(shape, x[0], input, dOutput, dGamma, dBeta, memory.Scratch(Backend.ScratchBytes(shape, x[0])));
        memory.Verify();
        CheckOfScale(golden, "y", 1e-6, memory.Read<float>(output, x[0] * x[1]));
        CheckOfScale(golden, "gx", 1e-6, memory.Read<float>(dInput, x[0] * x[1]));
        CheckOfScale(golden, "ggamma", 1e-6, memory.Read<float>(dGamma, x[1]));
        CheckOfScale(golden, "gbeta", 1e-6, memory.Read<float>(dBeta, x[1]));
    }
}
