using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Softmax and categorical cross-entropy in one, row by row of N x Classes.
/// <code>
/// p[i] = exp(x[i] - max x) / sum over j of exp(x[j] - max x)
/// loss = -sum over i of t[i] log p[i] = sum over i of t[i] * (log(sum over j of exp(x[j] - max x)) - (x[i] - max x))
/// </code>
/// <see cref="CrossEntropyShape"/> says what t is. Subtracting the maximum leaves p unchanged and keeps every exponential in (0, 1]; taking the logarithm
/// of the sum, not of p, keeps the loss exact where p underflows. The derivative of the loss, averaged over N rows, is the short one that makes
/// the pair worth fusing: dx[i] = (p[i] * sum of t - t[i]) / N. Saved for backward: p.
/// </summary>
internal static class SoftmaxCrossEntropyReference
{
    /// <summary>p = softmax(x), row by row.</summary>
    /// <param name="rows">The number of rows N.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="logits">N x Classes.</param>
    /// <param name="probabilities">Receives N x Classes.</param>
    public static void Softmax<T>(int rows, int classes, ReadOnlySpan<T> logits, Span<T> probabilities)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < rows; n++)
        {
            SoftmaxRow(logits.Slice(n * classes, classes), probabilities.Slice(n * classes, classes), out _, out _);
        }
    }

    /// <summary>dx of a softmax alone: dx[i] = p[i] (dp[i] - sum over j of dp[j] p[j]).</summary>
    /// <param name="rows">The number of rows N.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="probabilities">p, N x Classes.</param>
    /// <param name="dProbabilities">dp, N x Classes.</param>
    /// <param name="dLogits">Receives N x Classes.</param>
    public static void SoftmaxBackward<T>(int rows, int classes, ReadOnlySpan<T> probabilities, ReadOnlySpan<T> dProbabilities, Span<T> dLogits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < rows; n++)
        {
            ReadOnlySpan<T> p = probabilities.Slice(n * classes, classes), dp = dProbabilities.Slice(n * classes, classes);
            T sum = T.Zero;
            for (int j = 0; j < classes; j++)
            {
                sum += dp[j] * p[j];
            }

            for (int i = 0; i < classes; i++)
            {
                dLogits[(n * classes) + i] = p[i] * (dp[i] - sum);
            }
        }
    }

    /// <summary>The forward pass.</summary>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="logits">N x Classes.</param>
    /// <param name="targets">N targets.</param>
    /// <param name="probabilities">Receives N x Classes.</param>
    /// <param name="losses">Receives the N losses, in nats, not averaged.</param>
    /// <param name="hits">
    /// Receives, for each row, 1 where the class of the greatest logit (the first of equals) is the one that is meant, else 0. Of two classes that
    /// are nearly as probable, the logits still say which is more so when the rounded probabilities no longer do.
    /// </param>
    public static void Forward<T>(
        int classes, ReadOnlySpan<T> logits, CrossEntropyTargets<T> targets, Span<T> probabilities, Span<T> losses, Span<T> hits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < losses.Length; n++)
        {
            ReadOnlySpan<T> x = logits.Slice(n * classes, classes);
            SoftmaxRow(x, probabilities.Slice(n * classes, classes), out T max, out T sum);
            losses[n] = T.Zero;
            for (int i = 0; i < classes; i++)
            {
                // Where a class is not meant at all, its logit may be as far below the others as it likes.
                losses[n] += targets[n, i] == T.Zero ? T.Zero : targets[n, i] * (T.Log(sum) - (x[i] - max));
            }

            hits[n] = IndexOfMax(x) == targets.Class(n) ? T.One : T.Zero;
        }
    }

    /// <summary>The gradient of the mean loss with respect to the logits.</summary>
    /// <param name="rows">The number of rows N.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="probabilities">What the forward pass saved, N x Classes.</param>
    /// <param name="targets">N targets.</param>
    /// <param name="dLogits">Receives N x Classes.</param>
    public static void Backward<T>(int rows, int classes, ReadOnlySpan<T> probabilities, CrossEntropyTargets<T> targets, Span<T> dLogits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(rows);
        for (int n = 0; n < rows; n++)
        {
            T sum = targets.Sum(n);
            for (int i = 0; i < classes; i++)
            {
                dLogits[(n * classes) + i] = ((probabilities[(n * classes) + i] * sum) - targets[n, i]) / count;
            }
        }
    }

    internal static int IndexOfMax<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private static void SoftmaxRow<T>(ReadOnlySpan<T> x, Span<T> p, out T max, out T sum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        max = x[IndexOfMax(x)];
        sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            p[i] = T.Exp(x[i] - max);
            sum += p[i];
        }

        for (int i = 0; i < x.Length; i++)
        {
            p[i] /= sum;
        }
    }
}
