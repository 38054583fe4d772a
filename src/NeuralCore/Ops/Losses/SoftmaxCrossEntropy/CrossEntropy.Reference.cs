using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Sparse categorical cross-entropy of probabilities, row by row of N x Classes: loss = -log p[label], and, averaged over N rows, dp[label] = -1 / (N
/// p[label]) and 0 elsewhere. Behind a softmax it is <see cref="SoftmaxCrossEntropyReference"/>, which needs no logarithm of a rounded number. A
/// probability below the smallest normal number counts as that number, so that a loss is finite.
/// </summary>
internal static class CrossEntropyReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="rows">The number of rows N.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="probabilities">N x Classes.</param>
    /// <param name="labels">N labels in [0, Classes).</param>
    /// <param name="losses">Receives the N losses, in nats, not averaged.</param>
    /// <param name="hits">Receives 1 where the greatest probability of a row, the first of equals, is the label's, else 0.</param>
    public static void Forward<T>(int rows, int classes, ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, Span<T> losses, Span<T> hits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < rows; n++)
        {
            ReadOnlySpan<T> p = probabilities.Slice(n * classes, classes);
            losses[n] = -T.Log(Floored(p[labels[n]]));
            hits[n] = SoftmaxCrossEntropyReference.IndexOfMax(p) == labels[n] ? T.One : T.Zero;
        }
    }

    /// <summary>The gradient of the mean loss with respect to the probabilities.</summary>
    /// <param name="rows">The number of rows N.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="probabilities">N x Classes.</param>
    /// <param name="labels">N labels.</param>
    /// <param name="dProbabilities">Receives N x Classes.</param>
    public static void Backward<T>(int rows, int classes, ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, Span<T> dProbabilities)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(rows);
        dProbabilities[..(rows * classes)].Clear();
        for (int n = 0; n < rows; n++)
        {
            int at = (n * classes) + labels[n];
            dProbabilities[at] = -T.One / (count * Floored(probabilities[at]));
        }
    }

    private static T Floored<T>(T probability)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T smallest = T.CreateChecked(1.17549435e-38);
        return probability < smallest ? smallest : probability;
    }
}
