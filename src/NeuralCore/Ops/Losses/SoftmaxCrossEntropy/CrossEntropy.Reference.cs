using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Categorical cross-entropy of probabilities, row by row of N x Classes: loss = -sum of t[i] log p[i], and, averaged over N rows, dp[i] = -t[i] / (N
/// p[i]); <see cref="CrossEntropyShape"/> says what t is. Behind a softmax it is <see cref="SoftmaxCrossEntropyReference"/>, which needs no logarithm of a
/// rounded number. A probability below the smallest normal number counts as that number, so that a loss is finite.
/// </summary>
internal static class CrossEntropyReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="probabilities">N x Classes.</param>
    /// <param name="targets">N targets.</param>
    /// <param name="losses">Receives the N losses, in nats, not averaged.</param>
    /// <param name="hits">Receives 1 where the greatest probability of a row, the first of equals, is that of the class that is meant, else 0.</param>
    public static void Forward<T>(int classes, ReadOnlySpan<T> probabilities, CrossEntropyTargets<T> targets, Span<T> losses, Span<T> hits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < losses.Length; n++)
        {
            ReadOnlySpan<T> p = probabilities.Slice(n * classes, classes);
            losses[n] = T.Zero;
            for (int i = 0; i < classes; i++)
            {
                losses[n] -= targets[n, i] == T.Zero ? T.Zero : targets[n, i] * T.Log(Floored(p[i]));
            }

            hits[n] = SoftmaxCrossEntropyReference.IndexOfMax(p) == targets.Class(n) ? T.One : T.Zero;
        }
    }

    /// <summary>The gradient of the mean loss with respect to the probabilities.</summary>
    /// <param name="rows">The number of rows N.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="probabilities">N x Classes.</param>
    /// <param name="targets">N targets.</param>
    /// <param name="dProbabilities">Receives N x Classes.</param>
    public static void Backward<T>(int rows, int classes, ReadOnlySpan<T> probabilities, CrossEntropyTargets<T> targets, Span<T> dProbabilities)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(rows);
        for (int n = 0; n < rows; n++)
        {
            for (int i = 0; i < classes; i++)
            {
                int at = (n * classes) + i;
                dProbabilities[at] = targets[n, i] == T.Zero ? T.Zero : -targets[n, i] / (count * Floored(probabilities[at]));
            }
        }
    }

    private static T Floored<T>(T probability)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T smallest = T.CreateChecked(1.17549435e-38);
        return probability < smallest ? smallest : probability;
    }
}
