using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Batch normalization.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Normalizations_of_integers_by_whole_statistics_are_exact()
    {
        // Mean, factor and 1 / deviation are powers of two or whole: nothing is rounded.
        ForAll(40, ShapeCases.Images, test =>
        {
            var shape = new BatchNormShape(test.Height * test.Width, test.Channels);
            float[] x = TestValues.Integers(test.Images * shape.InputCount, test.Seed), gamma = TestValues.Integers(test.Channels, test.Seed + 1), beta = TestValues.Integers(test.Channels, test.Seed + 2);
            float[] statistics = [.. TestValues.Integers(test.Channels, test.Seed + 3), .. new float[test.Channels], .. Enumerable.Range(0, test.Channels).Select(c => c % 2 == 0 ? 0.5f : 2f)];
            float[] dy = TestValues.Integers(x.Length, test.Seed + 4);
            using var reference = new ReferenceBackend<float>();
            foreach (bool isRelu in new[] { false, true })
            {
                (float[] expected, float[] actual) = (Forward(reference, isRelu), Forward(Backend, isRelu));
                Agreement.SameBits("y", Array.ConvertAll(expected, value => value + 0f), Array.ConvertAll(actual, value => value + 0f));
                Agreement.SameBits("gradients", Array.ConvertAll(Backward(reference, expected, isRelu), value => value + 0f), Array.ConvertAll(Backward(Backend, expected, isRelu), value => value + 0f));
            }

            float[] Forward(IBackend<float> backend, bool isRelu)
            {
                using var memory = new GuardedMemory<float>(backend);
                var weights = new BatchNormWeights(memory.Input<float>("statistics", statistics), memory.Input<float>("gamma", gamma), memory.Input<float>("beta", beta));
                Slot output = memory.Output<float>("y", x.Length + (test.Spare * shape.InputCount));
                backend.BatchNormForward(
                    shape, test.Images, memory.Input<float>("x", x, test.Spare * shape.InputCount), weights, isRelu ? Activation.Relu : Activation.Linear, output,
                    memory.Scratch(backend.ScratchBytes(shape, test.Images)));
                memory.Verify();
                return memory.Read<float>(output, x.Length);
            }

            float[] Backward(IBackend<float> backend, float[] y, bool isRelu)
            {
                using var memory = new GuardedMemory<float>(backend);
                var weights = new BatchNormWeights(memory.Input<float>("statistics", statistics), memory.Input<float>("gamma", gamma), memory.Input<float>("beta", beta));
                Slot dInput = memory.Output<float>("dx", x.Length), dGamma = memory.Output<float>("dgamma", test.Channels), dBeta = memory.Output<float>("dbeta", test.Channels);
                Slot gradient = memory.Input<float>("dy", dy);
                backend.BatchNormBackward(
                    shape, test.Images, memory.Input<float>("x", x), weights, isRelu ? new OutputGradient(gradient, memory.Input<float>("y", y)) : gradient,
                    new BatchNormGradients(OfBatch: false, dInput, dGamma, dBeta), memory.Scratch(backend.ScratchBytes(shape, test.Images)));
                memory.Verify();
                return [.. memory.Read<float>(dInput, x.Length), .. memory.Read<float>(dGamma, test.Channels), .. memory.Read<float>(dBeta, test.Channels)];
            }
        });
    }

    /// <summary>The mean is up to 1e4 beside a deviation of 1: what there is to be seen is in the last digits of x, and none of them may be lost.</summary>
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(10000)]
    public void Statistics_of_a_batch_lose_nothing_to_a_large_mean(int mean)
    {
        ForAll(30, ShapeCases.Images, test =>
        {
            var shape = new BatchNormShape(test.Height * test.Width, test.Channels);
            float[] x = Array.ConvertAll(TestValues.Reals(test.Images * shape.InputCount, test.Seed), value => value + mean), dy = TestValues.Reals(x.Length, test.Seed + 1);
            float[] gamma = TestValues.Reals(test.Channels, test.Seed + 2), beta = TestValues.Reals(test.Channels, test.Seed + 3);
            BatchNormResults actual = BatchNormResults.Of(Backend, shape, test.Images, test.Spare, x, dy, gamma, beta);
            using var exact = new ReferenceBackend<double>();
            BatchNormDoubles expected = BatchNormDoubles.Of(shape, test.Images, x, dy, gamma, beta);

            // Each is a handful of roundings of numbers of the size of its largest, and of sums of as many terms as are put together in float: a few hundred.
            const double Part = 2e-6;
            Close("y", expected.Output, actual.Output);
            Close("dx", expected.DInput, actual.DInput);
            Close("dgamma", expected.DGamma, actual.DGamma);
            Close("dbeta", expected.DBeta, actual.DBeta);
            for (int c = 0; c < test.Channels; c++)
            {
                Agreement.Within("moving mean", c, expected.MovingMean.Values[c], expected.MovingMean.Tolerances[c], actual.MovingMean[c]);
            }

            Close("moving variance", expected.MovingVariance, actual.MovingVariance);

            void Close(string what, (double[] Values, double Scale) truth, float[] values) => Agreement.Within(what, truth.Values, Part * truth.Scale, values);
        });
    }

    [SkippableFact]
    public void A_folded_normalization_is_what_the_loops_fold()
    {
        ForAll(20, ShapeCases.Rows, test =>
        {
            var shape = new BatchNormShape(1, test.Classes);
            float[] kernel = TestValues.Reals(test.Rows * test.Classes, test.Seed), bias = TestValues.Reals(test.Classes, test.Seed + 1), beta = TestValues.Reals(test.Classes, test.Seed + 2);
            float[] variance = Array.ConvertAll(TestValues.Reals(test.Classes, test.Seed + 3), Math.Abs), mean = TestValues.Reals(test.Classes, test.Seed + 4);
            using var reference = new ReferenceBackend<float>();
            foreach (bool hasBias in new[] { true, false })
            {
                float[] expected = Fold(reference, hasBias);
                Agreement.Within("folded", TestValues.Widen(expected), 4e-7 * expected.Max(Math.Abs), Fold(Backend, hasBias));
            }

            float[] Fold(IBackend<float> backend, bool hasBias)
            {
                using var memory = new GuardedMemory<float>(backend);
                Slot statistics = memory.Output<float>("statistics", 3 * test.Classes), to = memory.Output<float>("folded kernel", kernel.Length), toBias = memory.Output<float>("folded bias", test.Classes);
                backend.BatchNormMovingStatistics(shape, memory.Input<float>("mean", mean), memory.Input<float>("variance", variance), statistics);
                backend.BatchNormFold(
                    shape, test.Rows, memory.Input<float>("kernel", kernel), hasBias ? memory.Input<float>("bias", bias) : null,
                    new BatchNormWeights(statistics, null, memory.Input<float>("beta", beta)), to, toBias);
                memory.Verify();
                return [.. memory.Read<float>(to, kernel.Length), .. memory.Read<float>(toBias, test.Classes)];
            }
        });
    }

    /// <summary>What comes out of a training step of a normalization.</summary>
    private sealed record BatchNormResults(float[] Output, float[] DInput, float[] DGamma, float[] DBeta, float[] MovingMean, float[] MovingVariance)
    {
        public static BatchNormResults Of(IBackend<float> backend, BatchNormShape shape, int items, int spare, float[] x, float[] dy, float[] gamma, float[] beta)
        {
            using var memory = new GuardedMemory<float>(backend);
            int channels = shape.Channels, spared = spare * shape.InputCount;
            Slot input = memory.Input<float>("x", x, spared), statistics = memory.Output<float>("statistics", 3 * channels), scratch = memory.Scratch(backend.ScratchBytes(shape, items));
            Slot movingMean = memory.InPlace<float>("moving mean", new float[channels]), movingVariance = memory.InPlace<float>("moving variance", Enumerable.Repeat(1f, channels).ToArray());
            Slot output = memory.Output<float>("y", x.Length + spared), dInput = memory.Output<float>("dx", x.Length + spared);
            Slot dGamma = memory.Output<float>("dgamma", channels), dBeta = memory.Output<float>("dbeta", channels);
            var weights = new BatchNormWeights(statistics, memory.Input<float>("gamma", gamma), memory.Input<float>("beta", beta));
            backend.BatchNormStatistics(shape, items, input, movingMean, movingVariance, statistics, scratch);
            backend.BatchNormForward(shape, items, input, weights, Activation.Linear, output, scratch);
            backend.BatchNormBackward(shape, items, input, weights, memory.Input<float>("dy", dy, spared), new BatchNormGradients(OfBatch: true, dInput, dGamma, dBeta), scratch);
            memory.Verify();
            return new BatchNormResults(
                memory.Read<float>(output, x.Length), memory.Read<float>(dInput, x.Length), memory.Read<float>(dGamma, channels), memory.Read<float>(dBeta, channels),
                memory.Read<float>(movingMean, channels), memory.Read<float>(movingVariance, channels));
        }
    }

    /// <summary>The same in double by the textbook loops, each with the largest magnitude that went into it.</summary>
    private sealed record BatchNormDoubles(
        (double[] Values, double Scale) Output, (double[] Values, double Scale) DInput, (double[] Values, double Scale) DGamma, (double[] Values, double Scale) DBeta,
        (double[] Values, double[] Tolerances) MovingMean, (double[] Values, double Scale) MovingVariance)
    {
        public static BatchNormDoubles Of(BatchNormShape shape, int items, float[] x, float[] dy, float[] gamma, float[] beta)
        {
            int channels = shape.Channels;
            double[] input = TestValues.Widen(x), gradient = TestValues.Widen(dy), factors = TestValues.Widen(gamma), mean = new double[channels], variance = [.. Enumerable.Repeat(1.0, channels)];
            double[] statistics = new double[3 * channels], output = new double[x.Length], dInput = new double[x.Length], dGamma = new double[channels], dBeta = new double[channels];
            BatchNormReference.Statistics<double>(shape, items, input, mean, variance, statistics);
            var weights = new BatchNormSpans<double>(statistics, factors, TestValues.Widen(beta));
            BatchNormReference.Forward(shape, items, input, weights, Activation.Linear, output);
            BatchNormReference.Backward(shape, items, input, weights, true, gradient, dInput, new BatchNormSpans<double>(default, dGamma, dBeta));
            double rows = items * shape.Positions, largest = TestValues.Magnitudes(dy).Max(), inverse = statistics[(2 * channels)..].Max();
            double normalized = input.Select((value, i) => Math.Abs(value - statistics[i % channels]) * statistics[(2 * channels) + (i % channels)]).Max();
            return new BatchNormDoubles(
                (output, output.Max(Math.Abs) + (normalized * factors.Max(Math.Abs))),
                (dInput, 2 * largest * Math.Max(1, normalized) * inverse * factors.Max(Math.Abs)),
                (dGamma, Math.Sqrt(rows) * largest * Math.Max(1, normalized)),
                (dBeta, Math.Sqrt(rows) * largest),
                (mean, MeanTolerances(shape, items * shape.Positions, input, statistics)),
                (variance, variance.Max()));
        }

        /// <summary>
        /// How far a moving mean that was 0 may be off. The mean itself may cancel to nothing, so its error is one of the terms that were summed. A backend
        /// takes a mean m of all R rows or of some of them in float, off by at most gamma_R mean|x|, and adds to it the mean of the deviations x - m, which are
        /// rounded and then summed in any order: at most R + 1 roundings of mean|x - m|. With m the mean of some rows, mean|x - m| is at most twice the mean
        /// deviation from the mean of all, and m's own error is at most gamma_R mean|x| more. The sum of both parts, the factor 1 - momentum, the product with
        /// it and the sum with the old mean round the mean itself: four more.
        /// </summary>
        private static double[] MeanTolerances(BatchNormShape shape, int rows, double[] input, double[] statistics)
        {
            double[] tolerances = new double[shape.Channels];
            for (int c = 0; c < tolerances.Length; c++)
            {
                double mean = statistics[c] + statistics[shape.Channels + c], magnitude = 0, deviation = 0;
                for (int r = 0; r < rows; r++)
                {
                    double x = input[(r * shape.Channels) + c];
                    (magnitude, deviation) = (magnitude + (Math.Abs(x) / rows), deviation + (Math.Abs(x - mean) / rows));
                }

                double ofSum = Agreement.Gamma(rows + 1) * ((2 * deviation) + (Agreement.Gamma(rows) * magnitude));
                tolerances[c] = (1 - shape.Momentum) * (ofSum + (Agreement.Gamma(4) * Math.Abs(mean)));
            }

            return tolerances;
        }
    }
}
