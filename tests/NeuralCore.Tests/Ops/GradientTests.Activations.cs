using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Activation functions.</content>
public sealed partial class GradientTests
{
    /// <summary>Every function, and those with parameters once more with others.</summary>
    private static readonly ActivationFunction[] Functions =
    [
        .. Enum.GetValues<Activation>().Except([Activation.Linear, Activation.Softmax]).Select(ActivationFunctions.Of),
        ActivationFunctions.Rectified(maximum: 0.4, slope: 0.3, threshold: 0.1),
        ActivationFunctions.ExponentialLinear(0.5),
        ActivationFunctions.HardSigmoid(0.2, 0.5),
    ];

    /// <summary>The position of each in <see cref="Functions"/>, and its name, for the test's own.</summary>
    public static TheoryData<int, string> FunctionsToCheck()
    {
        var data = new TheoryData<int, string>();
        for (int i = 0; i < Functions.Length; i++)
        {
            data.Add(i, Functions[i].Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FunctionsToCheck))]
    public void ActivationFunction(int index, string name)
    {
        ActivationFunction function = Functions[index];
        Assert.Equal(name, function.Name);
        TestScale.ForAll(Cases, ShapeCases.Rows, test =>
        {
            // Up to 7 from zero, where functions have become straight, and each kink farther than a step from every value.
            double[] input = Array.ConvertAll(FarApart(test.Classes, test.Seed), value => value * (test.Seed % 2 == 0 ? 1 : 10) + 1.3e-3);
            double[] dOutput = Values(test.Classes, test.Seed + 1), dInput = new double[test.Classes];
            double[] Forward()
            {
                double[] output = new double[test.Classes];
                ActivationReference.Forward<double>(function, input, output);
                return output;
            }

            ActivationReference.Backward<double>(function, function.SlopeIsOfOutput ? Forward() : input, dOutput, dInput);
            CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);
        });
    }
}
