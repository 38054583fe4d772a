using System.Text.Json;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Activation functions.</content>
public abstract partial class OpGoldenTests
{
    public static TheoryData<string> ActivationCases => Cases("activation-");

    [SkippableTheory]
    [MemberData(nameof(ActivationCases))]
    public void ActivationFunction(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int count = golden.Shape("x")[0];
        ActivationFunction function = FunctionOf(golden);
        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", golden.Input("x")), output = memory.Output<float>("y", count), dInput = memory.Output<float>("gx", count);
        Backend.ActivationForward(function, count, input, output);
        Backend.ActivationBackward(function, count, function.SlopeIsOfOutput ? output : input, memory.Input<float>("gy", golden.Input("gy")), dInput);
        memory.Verify();
        double[] truth = golden.Truth("y");
        float[] actual = memory.Read<float>(output, count);
        for (int i = 0; i < count; i++)
        {
            Agreement.Within("y", i, truth[i] > float.MaxValue ? double.PositiveInfinity : truth[i], 1e-6 * Math.Max(1, Math.Abs(truth[i])), actual[i]);
        }

        CheckOfScale(golden, "gx", 1e-6, memory.Read<float>(dInput, count));
    }

    /// <summary>Checks a result against the truth, to a part of the largest number in it.</summary>
    private static void CheckOfScale(GoldenCase golden, string name, double tolerance, float[] actual)
    {
        double[] truth = golden.Truth(name);
        Agreement.Within(name, truth, tolerance * truth.Max(Math.Abs), actual);
    }

    private static ActivationFunction FunctionOf(GoldenCase golden)
    {
        double Attribute(string name, double otherwise) => golden.Attributes.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
        return golden.Operator switch
        {
            "leaky_relu" => ActivationFunctions.Rectified(slope: Attribute("negative_slope", 0.01)),
            "elu" => ActivationFunctions.ExponentialLinear(Attribute("alpha", 1)),
            "gelu" => ActivationFunctions.Of(golden.Attributes.TryGetProperty("approximate", out JsonElement way) && way.GetString() == "tanh" ? Activation.GeluTanh : Activation.Gelu),
            "hardswish" => ActivationFunctions.Of(Activation.HardSilu),
            string other => ActivationFunctions.Of(Enum.Parse<Activation>(other.Replace("_", string.Empty, StringComparison.Ordinal), ignoreCase: true)),
        };
    }
}
