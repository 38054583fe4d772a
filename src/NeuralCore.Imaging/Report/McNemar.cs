namespace NeuralCore.Imaging.Report;

/// <summary>
/// Whether two classifiers differ by more than chance on the same images: Q. McNemar, "Note on the sampling error of the difference between correlated proportions",
/// 1947, in its exact form.
/// </summary>
public static class McNemar
{
    /// <summary>
    /// The probability of a difference at least this large if both were equally good: each image that only one of them recognises is then as likely one's as the
    /// other's, so it is the two-sided binomial test of one half.
    /// </summary>
    /// <param name="onlyFirst">The images that only the first recognises.</param>
    /// <param name="onlySecond">The images that only the second recognises.</param>
    /// <returns>The probability, in (0, 1].</returns>
    public static double PValue(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        long n = (long)onlyFirst + onlySecond;

        // The terms of 2^-n (n over i), as logarithms: the first may be less than the smallest double.
        double term = -n * Math.Log(2), sum = Math.Exp(term);
        for (int i = 1; i <= Math.Min(onlyFirst, onlySecond); i++)
        {
            term += Math.Log((double)(n - i + 1) / i);
            sum += Math.Exp(term);
        }

        return Math.Min(1, 2 * sum);
    }
}
