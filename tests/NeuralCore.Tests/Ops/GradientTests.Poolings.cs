using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Averages, and pooling over whole images.</content>
public sealed partial class GradientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AveragePool2D(bool countsPadding)
    {
        TestScale.ForAll(Cases, SmallPoolings, test =>
        {
            var shape = new AveragePool2DShape(test.Shape.Window, test.Shape.Channels, countsPadding);
            double[] input = Values(test.Images * shape.InputCount, test.Seed), dOutput = Values(test.Images * shape.OutputCount, test.Seed + 1);
            double[] dInput = new double[input.Length];
            AveragePool2DReference.BackwardInput<double>(shape, test.Images, dOutput, dInput);
            CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);

            double[] Forward()
            {
                double[] output = new double[dOutput.Length];
                AveragePool2DReference.Forward<double>(shape, test.Images, input, output);
                return output;
            }
        });
    }

    [Fact]
    public void GlobalPool2D()
    {
        TestScale.ForAll(Cases, ShapeCases.Images, test =>
        {
            var shape = new GlobalPool2DShape(test.Height * test.Width, 1 + (test.Channels % 5));
            double[] input = FarApart(test.Images * shape.InputCount, test.Seed), dOutput = Values(test.Images * shape.Channels, test.Seed + 1);
            double[] dInput = new double[input.Length], output = new double[dOutput.Length];
            int[] winners = new int[dOutput.Length];
            GlobalPool2DReference.AverageBackward<double>(shape, test.Images, dOutput, dInput);
            CentralDifferences.Check("dInput of the average", input, Average, dOutput, dInput);
            GlobalPool2DReference.Max<double>(shape, test.Images, input, output, winners);
            GlobalPool2DReference.MaxBackward<double>(shape, test.Images, dOutput, winners, dInput);
            CentralDifferences.Check("dInput of the maximum", input, Max, dOutput, dInput);

            double[] Average()
            {
                double[] averages = new double[dOutput.Length];
                GlobalPool2DReference.Average<double>(shape, test.Images, input, averages);
                return averages;
            }

            double[] Max()
            {
                double[] maxima = new double[dOutput.Length];
                GlobalPool2DReference.Max<double>(shape, test.Images, input, maxima, default);
                return maxima;
            }
        });
    }
}
