namespace NeuralCore.Course;

/// <summary>The checks of exercise 5.</summary>
public static class Exercise05
{
    /// <summary>Judges the gradient of a cross-entropy with label smoothing.</summary>
    public static int Judge(Func<double[], int, double, double[]> lossGradient)
    {
        return Exercise.Judge(
            5,
            "Write LossGradient: it is softmax(z) - q, with the largest logit subtracted before any exponential.",
            () => Compare([0.2, -1, 0.7], 2, 0),
            () => Compare([0.2, -1, 0.7, 1], 0, 0.1),
            () => lossGradient([1000, 0, 0], 0, 0.1).Any(double.IsNaN) ? "with a logit of 1000 the gradient is NaN: subtract the largest logit before the exponentials." : null,
            () => Exercise.Same([0.05, -0.05], lossGradient([1000, 0], 0, 0.1), "With the logits 1000 and 0, the gradient"));

        string? Compare(double[] logits, int label, double smoothing)
        {
            double[] expected = [.. Enumerable.Range(0, logits.Length).Select(i => Difference.Central(Loss, logits, i))];
            return Exercise.Same(expected, lossGradient(logits, label, smoothing), $"With smoothing {smoothing} the gradient");

            double Loss() => Enumerable.Range(0, logits.Length)
                .Sum(k => -((smoothing / logits.Length) + (k == label ? 1 - smoothing : 0)) * (logits[k] - Math.Log(logits.Sum(Math.Exp))));
        }
    }
}
