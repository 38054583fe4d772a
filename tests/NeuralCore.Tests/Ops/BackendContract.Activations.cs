using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Activation functions.</content>
public abstract partial class BackendContract
{
    /// <summary>Each is a chain of at most some sixteen rounded operations on numbers of at most 1, or on what it gives.</summary>
    private const int ActivationRoundings = 16;

    /// <summary>An exponential that would be subnormal is 0, and in some functions it is multiplied by the x of which it is.</summary>
    private const double LostExponential = 104 * SmallestNormal;

    private static readonly float[] Extremes =
        [0f, -0f, float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f, 1e-8f, -1e-8f, 30, -30, 88.8f, -88.8f, 104, -104, 1e4f, -1e4f, 3e38f, -3e38f, float.NaN];

    public static TheoryData<string> Activations => [.. Enum.GetNames<Activation>().Except([nameof(Activation.Linear), nameof(Activation.Softmax)]), "bounded", "shallow"];

    [SkippableTheory]
    [MemberData(nameof(Activations))]
    public void An_activation_and_its_slope_are_within_rounding(string name)
    {
        ActivationFunction function = name switch
        {
            "bounded" => ActivationFunctions.Rectified(maximum: 2.5, slope: 0.125, threshold: 0.5),
            "shallow" => ActivationFunctions.HardSigmoid(0.2, 0.5),
            _ => ActivationFunctions.Of(Enum.Parse<Activation>(name)),
        };
        ForAll(10, ShapeCases.Flat, test =>
        {
            var random = new Random(test.Seed);
            float[] x = Array.ConvertAll(TestValues.Reals(test.Count, test.Seed), value => random.Next(6) == 0 ? Extremes[random.Next(Extremes.Length)] : 2 * value);
            float[] dy = TestValues.Reals(test.Count, test.Seed + 1);
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("x", x, spare: 3), output = memory.Output<float>("y", test.Count + 3), dInput = memory.Output<float>("dx", test.Count + 3);
            Backend.ActivationForward(function, test.Count, input, output);
            Backend.ActivationBackward(function, test.Count, function.SlopeIsOfOutput ? output : input, memory.Input<float>("dy", dy), dInput);
            memory.Verify();
            float[] y = memory.Read<float>(output, test.Count), dx = memory.Read<float>(dInput, test.Count);
            for (int i = 0; i < test.Count; i++)
            {
                if (float.IsNaN(x[i]))
                {
                    Assert.True(float.IsNaN(y[i]), $"{name} of NaN is {y[i]}.");
                    continue;
                }

                double expected = function.Value((double)x[i]);
                Agreement.Within(
                    $"{name} of {x[i]:r}", i, expected > float.MaxValue ? double.PositiveInfinity : expected,
                    (Agreement.Gamma(ActivationRoundings) * Math.Max(1, Math.Abs(expected))) + LostExponential, y[i]);

                // Where the slope is of y, y is what backward gets: the rounded one.
                double slope = function.Slope(function.SlopeIsOfOutput ? (double)y[i] : x[i]);
                if (double.IsFinite(slope))
                {
                    Agreement.Within(
                        $"slope of {name} at {x[i]:r}", i, slope * dy[i],
                        (Agreement.Gamma(ActivationRoundings) * Math.Max(1, Math.Abs(slope)) * Math.Abs(dy[i])) + LostExponential, dx[i]);
                }
            }
        });
    }
}
