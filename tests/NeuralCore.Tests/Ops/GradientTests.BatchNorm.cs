using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Batch normalization.</content>
public sealed partial class GradientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BatchNorm(bool ofBatch)
    {
        TestScale.ForAll(Cases, ShapeCases.Images, test =>
        {
            var shape = new BatchNormShape(Math.Min(test.Height * test.Width, 9), 1 + (test.Channels % 4));
            int items = test.Images + 1;
            double[] input = Values(items * shape.InputCount, test.Seed), gamma = Values(shape.Channels, test.Seed + 1), beta = Values(shape.Channels, test.Seed + 2);
            double[] dOutput = Values(input.Length, test.Seed + 3), statistics = new double[3 * shape.Channels];
            double[] movingMean = Values(shape.Channels, test.Seed + 4), movingVariance = Array.ConvertAll(Values(shape.Channels, test.Seed + 5), Math.Abs);
            double[] dInput = new double[input.Length], dGamma = new double[shape.Channels], dBeta = new double[shape.Channels];
            Forward();
            BatchNormReference.Backward(
                shape, items, input, new BatchNormSpans<double>(statistics, gamma, beta), ofBatch, dOutput, dInput, new BatchNormSpans<double>(default, dGamma, dBeta));
            CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);
            CentralDifferences.Check("dGamma", gamma, Forward, dOutput, dGamma);
            CentralDifferences.Check("dBeta", beta, Forward, dOutput, dBeta);

            double[] Forward()
            {
                if (ofBatch)
                {
                    BatchNormReference.Statistics<double>(shape, items, input, [.. movingMean], [.. movingVariance], statistics);
                }
                else
                {
                    BatchNormReference.MovingStatistics<double>(shape, movingMean, movingVariance, statistics);
                }

                double[] output = new double[input.Length];
                BatchNormReference.Forward(shape, items, input, new BatchNormSpans<double>(statistics, gamma, beta), Activation.Linear, output);
                return output;
            }
        });
    }
}
