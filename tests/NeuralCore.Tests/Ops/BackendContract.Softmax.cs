using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Softmax and cross-entropy, forward and backward.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Softmax_and_loss_are_within_rounding()
    {
        ForAll(100, ShapeCases.Rows, test =>
        {
            // From nearly flat rows to rows of which a single class is left.
            float scale = (float)Math.Pow(10, new Random(test.Seed).Next(-3, 3));
            float[] logits = Array.ConvertAll(TestValues.Reals(test.Rows * test.Classes, test.Seed), value => value * scale);
            SoftmaxAgrees(test.Rows, test.Classes, logits, TestValues.Labels(test.Rows, test.Classes, test.Seed));
        });
    }

    [SkippableFact]
    public void Softmax_of_equal_logits_takes_the_first_class()
    {
        SoftmaxAgrees(3, 10, new float[30], [0, 1, 9]);
        SoftmaxAgrees(2, 4, [1, 5, 5, 2, 7, 7, 7, 7], [1, 2]);
        SoftmaxAgrees(2, 1, [3, -1000], [0, 0]);
    }

    [SkippableFact]
    public void Softmax_of_extreme_logits_is_finite()
    {
        // Past the overflow and the underflow of exp, and past what a difference of two floats can hold.
        SoftmaxAgrees(4, 3, [1e4f, -1e4f, 0, 88.8f, 88.8f, -104, -104, -150, -87.4f, 1e4f, 1e4f, 1e4f], [0, 1, 2, 2]);
        (float[] probabilities, float[] losses, float[] hits) = RunSoftmax(3, 3, [3e38f, -3e38f, 0, 3e38f, -3e38f, 0, -3e38f, -3e38f, -3e38f], [1, 0, 2]);
        Agreement.SameBits("probabilities", [1, 0, 0, 1, 0, 0], probabilities.AsSpan(0, 6));
        Agreement.Within("probabilities of equals", [1.0 / 3, 1.0 / 3, 1.0 / 3], 1e-7, probabilities.AsSpan(6));
        Agreement.Within("losses", [double.PositiveInfinity, 0, Math.Log(3)], 2e-7, losses);
        Agreement.SameBits("hits", [0, 1, 0], hits);
    }

    [SkippableFact]
    public void The_gradient_of_the_loss_is_within_rounding()
    {
        ForAll(60, ShapeCases.Rows, test =>
        {
            int[] labels = TestValues.Labels(test.Rows, test.Classes, test.Seed);
            float[] p = new float[test.Rows * test.Classes];
            SoftmaxCrossEntropyReference.Softmax<float>(test.Rows, test.Classes, TestValues.Reals(p.Length, test.Seed), p);

            using var memory = new GuardedMemory<float>(Backend);
            Slot dLogits = memory.Output<float>("dLogits", p.Length);
            Backend.SoftmaxCrossEntropyBackward(
                new CrossEntropyShape(test.Classes), test.Rows, memory.Input<float>("probabilities", p), memory.Input<int>("labels", labels), dLogits);
            memory.Verify();

            double[] expected = new double[p.Length];
            SoftmaxCrossEntropyReference.Backward(test.Rows, test.Classes, TestValues.Widen(p), new CrossEntropyTargets<double>(new(test.Classes), labels), expected);

            // A difference, and a quotient or a product with a rounded reciprocal: at most three roundings.
            Agreement.WithinRounding("dLogits", expected, Array.ConvertAll(expected, Math.Abs), 3, memory.Read<float>(dLogits, p.Length));
        });
    }

    private void SoftmaxAgrees(int rows, int classes, float[] logits, int[] labels)
    {
        (float[] probabilities, float[] losses, float[] hits) = RunSoftmax(rows, classes, logits, labels);
        double[] x = TestValues.Widen(logits);
        double[] p = new double[x.Length];
        double[] l = new double[rows];
        double[] h = new double[rows];
        SoftmaxCrossEntropyReference.Forward(classes, x, new CrossEntropyTargets<double>(new(classes), labels), p, l, h);
        Agreement.Within("hits", h, 0, hits);
        const double u = Agreement.UnitRoundoff;
        for (int n = 0; n < rows; n++)
        {
            double max = x.Skip(n * classes).Take(classes).Max();

            // Rounding x - max by a fraction u changes exp by a fraction u |x - max|; exp itself may err by 2 units in the last
            // place, 4 u. The sum of the classes' exponentials inherits the mean of that, and adds one rounding a class.
            double Exponential(int i) => u * (Math.Abs(x[(n * classes) + i] - max) + 4);
            double sum = (u * classes) + Enumerable.Range(0, classes).Sum(i => p[(n * classes) + i] * Exponential(i));
            for (int i = 0; i < classes; i++)
            {
                int at = (n * classes) + i;
                double relative = Exponential(i) + sum + (2 * u);

                // Below 2^-126 a backend may take exp for zero.
                Agreement.Within($"probabilities of row {n}", i, p[at], (1.01 * relative * p[at]) + 1.2e-38, probabilities[at]);
            }

            double difference = Math.Abs(x[(n * classes) + labels[n]] - max);
            double tolerance = sum + (u * ((4 * Math.Log(classes)) + difference + l[n] + 2));
            Agreement.Within("losses", n, l[n], 1.01 * tolerance, losses[n]);
        }
    }

    private (float[] Probabilities, float[] Losses, float[] Hits) RunSoftmax(int rows, int classes, float[] logits, int[] labels)
    {
        using var memory = new GuardedMemory<float>(Backend);
        Slot x = memory.Input<float>("logits", logits);
        Slot probabilities = memory.Output<float>("probabilities", rows * classes);
        Slot alone = memory.Output<float>("probabilities without loss", rows * classes);
        Slot losses = memory.Output<float>("losses", rows);
        Slot hits = memory.Output<float>("hits", rows);
        Backend.SoftmaxCrossEntropyForward(new CrossEntropyShape(classes), rows, x, memory.Input<int>("labels", labels), probabilities, losses, hits);
        Backend.Softmax(rows, classes, x, alone);
        memory.Verify();
        float[] p = memory.Read<float>(probabilities, rows * classes);
        Agreement.SameBits("probabilities without loss", p, memory.Read<float>(alone, rows * classes));
        return (p, memory.Read<float>(losses, rows), memory.Read<float>(hits, rows));
    }
}
