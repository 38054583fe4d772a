using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Losses of more than labels, and items that count more or less than others.</content>
public abstract partial class BackendContract
{
    public static TheoryData<double, bool> SoftTargets => new() { { 0.1, false }, { 0, true }, { 0.25, true } };

    [SkippableTheory]
    [MemberData(nameof(SoftTargets))]
    public void Softmax_and_loss_of_distributions_are_within_rounding(double smoothing, bool dense) =>
        ForAll(40, ShapeCases.Rows, test =>
        {
            var shape = new CrossEntropyShape(test.Classes, smoothing, dense);
            float scale = (float)Math.Pow(10, new Random(test.Seed).Next(-2, 2));
            float[] logits = Array.ConvertAll(TestValues.Reals(test.Rows * test.Classes, test.Seed), value => value * scale);
            using var memory = new GuardedMemory<float>(Backend);
            Slot targets = TargetsOf(memory, shape, test.Rows, test.Seed, out Func<CrossEntropyTargets<double>> expectedTargets);
            Slot p = memory.Output<float>("probabilities", logits.Length), dx = memory.Output<float>("dLogits", logits.Length);
            Slot losses = memory.Output<float>("losses", test.Rows), hits = memory.Output<float>("hits", test.Rows);
            Backend.SoftmaxCrossEntropyForward(shape, test.Rows, memory.Input<float>("logits", logits), targets, p, losses, hits);
            Backend.SoftmaxCrossEntropyBackward(shape, test.Rows, p, targets, dx);
            memory.Verify();

            double[] expectedP = new double[logits.Length], expectedLosses = new double[test.Rows], expectedHits = new double[test.Rows], expectedDx = new double[logits.Length];
            double[] x = TestValues.Widen(logits);
            SoftmaxCrossEntropyReference.Forward(test.Classes, x, expectedTargets(), expectedP, expectedLosses, expectedHits);
            float[] actualP = memory.Read<float>(p, logits.Length);
            SoftmaxCrossEntropyReference.Backward(test.Rows, test.Classes, TestValues.Widen(actualP), expectedTargets(), expectedDx);
            Agreement.Within("hits", expectedHits, 0, memory.Read<float>(hits, test.Rows));
            (float[] actualLosses, float[] actualDx) = (memory.Read<float>(losses, test.Rows), memory.Read<float>(dx, logits.Length));
            const double u = Agreement.UnitRoundoff;
            for (int n = 0; n < test.Rows; n++)
            {
                // As for labels, class by class: the exponentials' sum inherits the mean of their errors, and a class's part of the loss has the errors of
                // its target, of the logarithm and of the difference; then come the sums over the classes.
                int first = n * test.Classes;
                double max = x.Skip(first).Take(test.Classes).Max(), sumError = u * test.Classes, tolerance = 0, magnitude = 0, total = 0;
                for (int i = 0; i < test.Classes; i++)
                {
                    sumError += expectedP[first + i] * u * (Math.Abs(x[first + i] - max) + 4);
                }

                for (int i = 0; i < test.Classes; i++)
                {
                    double t = expectedTargets()[n, i], part = max - x[first + i] + Math.Log(test.Classes);
                    tolerance += t * (sumError + (u * ((4 * Math.Log(test.Classes)) + (2 * part) + 2)));
                    magnitude += t * part;
                    total += t;
                }

                Agreement.Within("losses", n, expectedLosses[n], (1.01 * tolerance) + (Agreement.Gamma(test.Classes + 4) * magnitude), actualLosses[n]);
                for (int i = first; i < first + test.Classes; i++)
                {
                    double terms = (expectedP[i] * total) + expectedTargets()[n, i - first];
                    Agreement.Within("dLogits", i, expectedDx[i], Agreement.Gamma(test.Classes + 8) * terms / test.Rows, actualDx[i]);
                }
            }
        });

    [SkippableTheory]
    [MemberData(nameof(SoftTargets))]
    [InlineData(0, false)]
    public void Loss_of_probabilities_is_within_rounding(double smoothing, bool dense) =>
        ForAll(20, ShapeCases.Rows, test =>
        {
            var shape = new CrossEntropyShape(test.Classes, smoothing, dense);
            float[] p = new float[test.Rows * test.Classes];
            SoftmaxCrossEntropyReference.Softmax<float>(test.Rows, test.Classes, TestValues.Reals(p.Length, test.Seed), p);
            using var memory = new GuardedMemory<float>(Backend);
            Slot targets = TargetsOf(memory, shape, test.Rows, test.Seed, out Func<CrossEntropyTargets<double>> expectedTargets);
            Slot probabilities = memory.Input<float>("probabilities", p), dp = memory.Output<float>("dProbabilities", p.Length);
            Slot losses = memory.Output<float>("losses", test.Rows), hits = memory.Output<float>("hits", test.Rows);
            Backend.CrossEntropyForward(shape, test.Rows, probabilities, targets, losses, hits);
            Backend.CrossEntropyBackward(shape, test.Rows, probabilities, targets, dp);
            memory.Verify();

            double[] expectedLosses = new double[test.Rows], expectedHits = new double[test.Rows], expectedDp = new double[p.Length];
            CrossEntropyReference.Forward(test.Classes, TestValues.Widen(p), expectedTargets(), expectedLosses, expectedHits);
            CrossEntropyReference.Backward(test.Rows, test.Classes, TestValues.Widen(p), expectedTargets(), expectedDp);
            Agreement.Within("hits", expectedHits, 0, memory.Read<float>(hits, test.Rows));

            // All terms have one sign. A logarithm may err by some units of its result and of 1; a target is a product and a sum.
            double[] terms = [.. expectedLosses.Select((loss, n) => loss + expectedTargets().Sum(n))];
            Agreement.WithinRounding("losses", expectedLosses, terms, test.Classes + 8, memory.Read<float>(losses, test.Rows));
            Agreement.WithinRounding("dProbabilities", expectedDp, Array.ConvertAll(expectedDp, Math.Abs), 6, memory.Read<float>(dp, p.Length));
        });

    [SkippableTheory]
    [InlineData(nameof(ElementLoss.SquaredError), 0)]
    [InlineData(nameof(ElementLoss.BinaryCrossEntropyOfLogits), 0)]
    [InlineData(nameof(ElementLoss.BinaryCrossEntropyOfLogits), 0.2)]
    [InlineData(nameof(ElementLoss.BinaryCrossEntropy), 0)]
    [InlineData(nameof(ElementLoss.BinaryCrossEntropy), 0.2)]
    public void Losses_element_by_element_are_within_rounding(string lossName, double smoothing) =>
        ForAll(30, ShapeCases.Rows, test =>
        {
            ElementLoss loss = Enum.Parse<ElementLoss>(lossName);
            var shape = new ElementLossShape(loss, test.Classes, smoothing);
            int count = test.Rows * test.Classes;
            float[] x = TestValues.Reals(count, test.Seed), t = TestValues.Reals(count, test.Seed + 1);
            if (loss != ElementLoss.SquaredError)
            {
                t = Array.ConvertAll(t, value => Math.Abs(value) / 4);
                x = loss == ElementLoss.BinaryCrossEntropy ? Array.ConvertAll(x, value => 0.001f + (0.998f * Math.Abs(value) / 4)) : Array.ConvertAll(x, value => 8 * value);
            }

            using var memory = new GuardedMemory<float>(Backend);
            Slot prediction = memory.Input<float>("prediction", x), targets = memory.Input<float>("targets", t);
            Slot losses = memory.Output<float>("losses", test.Rows), hits = memory.Output<float>("hits", test.Rows), dx = memory.Output<float>("dPrediction", count);
            Backend.ElementLossForward(shape, test.Rows, prediction, targets, losses, hits);
            Backend.ElementLossBackward(shape, test.Rows, prediction, targets, dx);
            memory.Verify();

            double[][] expected = Expected(shape, test.Rows, x, t);
            Agreement.Within("hits", expected[1], 1e-6, memory.Read<float>(hits, test.Rows));

            // A target is a product and a sum; the exponential and the logarithms err by some units of their results and of 1, and there are at most three terms.
            double[] magnitudes = [.. Enumerable.Range(0, test.Rows).Select(n => Enumerable.Range(n * test.Classes, test.Classes).Average(Magnitude))];
            Agreement.WithinRounding("losses", expected[0], magnitudes, test.Classes + 20, memory.Read<float>(losses, test.Rows));
            double[] slopes = [.. Enumerable.Range(0, count).Select(i => (Math.Abs(expected[2][i]) + (SlopeMagnitude(i) / count)))];
            Agreement.WithinRounding("dPrediction", expected[2], slopes, 16, memory.Read<float>(dx, count));

            double Magnitude(int i) => loss switch
            {
                ElementLoss.SquaredError => Math.Pow((double)x[i] - t[i], 2),
                ElementLoss.BinaryCrossEntropyOfLogits => Math.Abs(x[i]) * (1 + t[i]) + 1,
                _ => 2 - Math.Log(x[i]) - Math.Log(1 - (double)x[i]),
            };

            // s - t is a difference of numbers up to 1; over p (1 - p) where that is the derivative.
            double SlopeMagnitude(int i) => loss switch
            {
                ElementLoss.SquaredError => 0,
                ElementLoss.BinaryCrossEntropyOfLogits => 1,
                _ => 1 / (x[i] * (1 - (double)x[i])),
            };
        });

    [SkippableFact]
    public void Losses_element_by_element_are_exact_where_arithmetic_is()
    {
        // Differences of small whole numbers, and powers of two of them.
        float[] x = TestValues.Integers(64 * 16, 1), t = TestValues.Integers(64 * 16, 2);
        var shape = new ElementLossShape(ElementLoss.SquaredError, 16);
        using var memory = new GuardedMemory<float>(Backend);
        Slot prediction = memory.Input<float>("prediction", x), targets = memory.Input<float>("targets", t), dx = memory.Output<float>("dPrediction", x.Length);
        Slot losses = memory.Output<float>("losses", 64), hits = memory.Output<float>("hits", 64);
        Backend.ElementLossForward(shape, 64, prediction, targets, losses, hits);
        Backend.ElementLossBackward(shape, 64, prediction, targets, dx);
        memory.Verify();
        double[][] expected = Expected(shape, 64, x, t);
        Agreement.Within("losses", expected[0], 0, memory.Read<float>(losses, 64));
        Agreement.Within("dPrediction", expected[2], 0, memory.Read<float>(dx, x.Length));
    }

    [SkippableFact]
    public void Binary_losses_of_what_is_certain_are_finite()
    {
        var ofLogits = new ElementLossShape(ElementLoss.BinaryCrossEntropyOfLogits, 4);
        float[][] logits = Run(ofLogits, [1e4f, 1e4f, -1e4f, -104], [1, 0, 1, 1]);
        Agreement.Within("loss of logits", [(1e4 + 1e4 + 104) / 4], 2e-3, logits[0]);
        Agreement.Within("slopes", [0, 0.25, -0.25, -0.25], 1e-7, logits[1]);

        var ofProbabilities = new ElementLossShape(ElementLoss.BinaryCrossEntropy, 4);
        float[][] probabilities = Run(ofProbabilities, [1, 1, 0, 0], [1, 0, 1, 0]);
        Agreement.Within("loss of probabilities", [-Math.Log(1e-7) / 2], 1e-5, probabilities[0]);
        Agreement.Within("slopes", [0, 0, 0, 0], 0, probabilities[1]);

        float[][] Run(ElementLossShape shape, float[] x, float[] t)
        {
            using var memory = new GuardedMemory<float>(Backend);
            Slot prediction = memory.Input<float>("prediction", x), targets = memory.Input<float>("targets", t);
            Slot losses = memory.Output<float>("losses", 1), hits = memory.Output<float>("hits", 1), dx = memory.Output<float>("dPrediction", 4);
            Backend.ElementLossForward(shape, 1, prediction, targets, losses, hits);
            Backend.ElementLossBackward(shape, 1, prediction, targets, dx);
            memory.Verify();
            return [memory.Read<float>(losses, 1), memory.Read<float>(dx, 4)];
        }
    }

    [SkippableFact]
    public void Rows_are_scaled_to_the_bit() =>
        ForAll(30, ShapeCases.Rows, test =>
        {
            float[] values = TestValues.Reals(test.Rows * test.Classes, test.Seed), factors = TestValues.Reals(test.Rows, test.Seed + 1);
            using var memory = new GuardedMemory<float>(Backend);
            Slot slot = memory.InPlace<float>("values", values);
            Backend.ScaleRows(test.Rows, test.Classes, slot, memory.Input<float>("factors", factors));
            memory.Verify();
            Agreement.SameBits("values", [.. values.Select((value, i) => value * factors[i / test.Classes])], memory.Read<float>(slot, values.Length));
        });

    private static Slot TargetsOf(GuardedMemory<float> memory, CrossEntropyShape shape, int rows, int seed, out Func<CrossEntropyTargets<double>> expected)
    {
        int[] labels = TestValues.Labels(rows, shape.Classes, seed);
        if (!shape.IsDense)
        {
            expected = () => new CrossEntropyTargets<double>(shape, labels);
            return memory.Input<int>("labels", labels);
        }

        // With ties, of which the first counts, and sums other than 1.
        float[] numbers = Array.ConvertAll(TestValues.Reals(rows * shape.Classes, seed + 7), Math.Abs);
        double[] wide = TestValues.Widen(numbers);
        expected = () => new CrossEntropyTargets<double>(shape, wide);
        return memory.Input<float>("targets", numbers);
    }

    /// <summary>Losses, hits and gradients in double.</summary>
    private static double[][] Expected(ElementLossShape shape, int rows, float[] x, float[] t)
    {
        using IBackend<double> reference = new ReferenceBackend<double>();
        using var memory = new GuardedMemory<double>(reference);
        Slot prediction = memory.Input<double>("prediction", TestValues.Widen(x)), targets = memory.Input<double>("targets", TestValues.Widen(t));
        Slot losses = memory.Output<double>("losses", rows), hits = memory.Output<double>("hits", rows), dx = memory.Output<double>("dPrediction", x.Length);
        reference.ElementLossForward(shape, rows, prediction, targets, losses, hits);
        reference.ElementLossBackward(shape, rows, prediction, targets, dx);
        return [memory.Read<double>(losses, rows), memory.Read<double>(hits, rows), memory.Read<double>(dx, x.Length)];
    }
}
