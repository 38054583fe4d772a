using FsCheck;
using FsCheck.Fluent;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// The backward pass of every textbook loop, in double, against central differences of its forward pass. Since every other
/// backend is held against these loops, this is where trust in all gradients begins. The shapes are those of the contract tests, paddings and dilations included
/// that no layer asks for; what layers make of the ops is checked by GradientCheck (RandomGraphTests, and the tests of each layer).
/// </summary>
public sealed partial class GradientTests
{
    private const int Cases = 60;

    /// <summary>Cases small enough that every variable of every tensor can be moved.</summary>
    private static readonly Arbitrary<ConvCase> SmallConvolutions = ShapeCases.Convolutions.Filter(test =>
        (long)test.Images * test.Shape.Flop * ((test.Images * test.Shape.InputCount) + test.Shape.WeightCount) < 4_000_000);

    private static readonly Arbitrary<DepthwiseCase> SmallDepthwiseConvolutions = ShapeCases.DepthwiseConvolutions.Filter(test =>
        (long)test.Images * test.Shape.Flop * ((test.Images * test.Shape.InputCount) + test.Shape.WeightCount) < 2_000_000);

    private static readonly Arbitrary<DenseCase> SmallDenseLayers = ShapeCases.DenseLayers.Filter(test =>
        test.Items * test.Shape.Flop * ((test.Items * test.Shape.Inputs) + test.Shape.WeightCount) < 4_000_000);

    private static readonly Arbitrary<PoolCase> SmallPoolings = ShapeCases.Poolings.Filter(test =>
        (long)test.Images * test.Images * test.Shape.InputCount * test.Shape.OutputCount < 200_000);

    [Fact]
    public void Convolution() => TestScale.ForAll(Cases, SmallConvolutions, test =>
    {
        Conv2DShape shape = test.Shape;
        CheckWeighted(
            new Weighted(test.Images * shape.InputCount, shape.WeightCount, shape.Filters, test.Images * shape.OutputCount, test.Seed),
            (x, w, b, y) => Conv2DReference.Forward<double>(shape, test.Images, x, w, b, Activation.Linear, y),
            (dY, w, dX) => Conv2DReference.BackwardInput<double>(shape, test.Images, dY, w, dX),
            (x, dY, dW, dB) => Conv2DReference.BackwardWeights<double>(shape, test.Images, x, dY, dW, dB));
    });

    [Fact]
    public void DepthwiseConvolution() => TestScale.ForAll(Cases, SmallDepthwiseConvolutions, test =>
    {
        DepthwiseConv2DShape shape = test.Shape;
        CheckWeighted(
            new Weighted(test.Images * shape.InputCount, shape.WeightCount, shape.Filters, test.Images * shape.OutputCount, test.Seed),
            (x, w, b, y) => DepthwiseConv2DReference.Forward<double>(shape, test.Images, x, w, b, Activation.Linear, y),
            (dY, w, dX) => DepthwiseConv2DReference.BackwardInput<double>(shape, test.Images, dY, w, dX),
            (x, dY, dW, dB) => DepthwiseConv2DReference.BackwardWeights<double>(shape, test.Images, x, dY, dW, dB));
    });

    [Fact]
    public void Dense() => TestScale.ForAll(Cases, SmallDenseLayers, test =>
    {
        DenseShape shape = test.Shape;
        CheckWeighted(
            new Weighted(test.Items * shape.Inputs, shape.WeightCount, shape.Units, test.Items * shape.Units, test.Seed),
            (x, w, b, y) => DenseReference.Forward<double>(shape, test.Items, x, w, b, Activation.Linear, y),
            (dY, w, dX) => DenseReference.BackwardInput<double>(shape, test.Items, dY, w, dX),
            (x, dY, dW, dB) => DenseReference.BackwardWeights<double>(shape, test.Items, x, dY, dW, dB));
    });

    [Fact]
    public void MaxPool2D()
    {
        TestScale.ForAll(Cases, SmallPoolings, test =>
        {
            MaxPool2DShape shape = test.Shape;
            double[] input = FarApart(test.Images * shape.InputCount, test.Seed);
            double[] dOutput = Values(test.Images * shape.OutputCount, test.Seed + 1);
            byte[] winners = new byte[dOutput.Length];
            double[] dInput = new double[input.Length];
            double[] Forward()
            {
                double[] output = new double[dOutput.Length];
                MaxPool2DReference.Forward<double>(shape, test.Images, input, output, winners);
                return output;
            }

            Forward();
            MaxPool2DReference.BackwardInput<double>(shape, test.Images, dOutput, winners, dInput);
            CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);
        });
    }

    [Fact]
    public void Relu()
    {
        TestScale.ForAll(Cases, ShapeCases.Rows, test =>
        {
            // An odd multiple of the spacing away from zero, the kink.
            double[] input = FarApart(test.Rows, test.Seed);
            double[] dOutput = Values(test.Rows, test.Seed + 1);
            double[] Forward()
            {
                double[] output = new double[test.Rows];
                ReluReference.Forward<double>(input, output);
                return output;
            }

            double[] dInput = new double[test.Rows];
            ReluReference.Backward<double>(Forward(), dOutput, dInput);
            CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);
        });
    }

    [Fact]
    public void Dropout()
    {
        TestScale.ForAll(Cases, ShapeCases.Rows, test =>
        {
            var mask = new DropoutMask(0.4, (ulong)test.Seed, (uint)test.Rows, 1);
            double[] input = Values(test.Classes, test.Seed);
            double[] dOutput = Values(test.Classes, test.Seed + 1);
            double[] Forward()
            {
                double[] output = new double[test.Classes];
                DropoutReference.Apply<double>(mask, input, output);
                return output;
            }

            double[] dInput = new double[test.Classes];
            DropoutReference.Apply<double>(mask, dOutput, dInput);
            CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);
        });
    }

    [Fact]
    public void SoftmaxCrossEntropy()
    {
        TestScale.ForAll(Cases, ShapeCases.Rows, test =>
        {
            double[] logits = Values(test.Rows * test.Classes, test.Seed);
            int[] labels = TestValues.Labels(test.Rows, test.Classes, test.Seed);
            double[] probabilities = new double[logits.Length];
            double[] dLogits = new double[logits.Length];
            double[] mean = [.. Enumerable.Repeat(1.0 / test.Rows, test.Rows)];
            double[] Forward()
            {
                double[] losses = new double[test.Rows];
                SoftmaxCrossEntropyReference.Forward(test.Classes, logits, Targets(), probabilities, losses, new double[test.Rows]);
                return losses;
            }

            Forward();
            SoftmaxCrossEntropyReference.Backward(test.Rows, test.Classes, probabilities, Targets(), dLogits);

            // One logit of each row: they all go through the same formula, and a row can have more than a hundred.
            IEnumerable<int> some = Enumerable.Range(0, test.Rows).SelectMany(
                n => new[] { (n * test.Classes) + labels[n], (n * test.Classes) + ((test.Seed + n) % test.Classes) });
            CentralDifferences.Check("dLogits", logits, Forward, mean, dLogits, some);

            CrossEntropyTargets<double> Targets() => new(new(test.Classes), labels);
        });
    }

    /// <summary>All three gradients of an op with a kernel and a bias.</summary>
    private static void CheckWeighted(
        Weighted sizes, Action<double[], double[], double[], double[]> forward, Action<double[], double[], double[]> backwardInput,
        Action<double[], double[], double[], double[]> backwardWeights)
    {
        double[] input = Values(sizes.Inputs, sizes.Seed), weights = Values(sizes.Weights, sizes.Seed + 1), bias = Values(sizes.Biases, sizes.Seed + 2);
        double[] dOutput = Values(sizes.Outputs, sizes.Seed + 3);
        double[] dInput = new double[input.Length], dWeights = new double[weights.Length], dBias = new double[bias.Length];
        backwardInput(dOutput, weights, dInput);
        backwardWeights(input, dOutput, dWeights, dBias);
        CentralDifferences.Check("dInput", input, Forward, dOutput, dInput);
        CentralDifferences.Check("dWeights", weights, Forward, dOutput, dWeights);
        CentralDifferences.Check("dBias", bias, Forward, dOutput, dBias);

        double[] Forward()
        {
            double[] output = new double[dOutput.Length];
            forward(input, weights, bias, output);
            return output;
        }
    }

    private static double[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    /// <summary>
    /// Numbers in random order, no two closer than 0.01 and none closer to zero than 0.005: moving one by
    /// <see cref="CentralDifferences.Epsilon"/> changes neither a maximum nor a sign.
    /// </summary>
    private static double[] FarApart(int count, int seed)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => ((2 * (i - (count / 2))) + 1) * 0.005)];
        new Random(seed).Shuffle(values);
        return values;
    }

    /// <summary>The elements of each tensor, and the seed of their values.</summary>
    private readonly record struct Weighted(int Inputs, int Weights, int Biases, int Outputs, int Seed);
}
