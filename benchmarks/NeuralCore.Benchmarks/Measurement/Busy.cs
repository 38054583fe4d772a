namespace NeuralCore.Benchmarks.Measurement;

/// <summary>Says that other programs used the machine, where the numbers show it.</summary>
internal static class Busy
{
    /// <summary>On a quiet machine the peaks of one run lie closer together than this.</summary>
    private const double LeastPeak = 0.75;

    /// <summary>A sentence if peaks that should be the same are not; null if they are.</summary>
    /// <param name="peaks">The peaks of one number of threads at one width, in GFLOP/s.</param>
    public static string? OfPeaks(IReadOnlyCollection<double> peaks) => peaks.Count > 1 && peaks.Min() < LeastPeak * peaks.Max()
        ? $"The machine was busy: its peak moved between {peaks.Min():F0} and {peaks.Max():F0} GFLOP/s, so shares of the peak may be too high and times too long; run it again when it is quiet."
        : null;

    /// <summary>A sentence if several threads were slower than one, which no work of this size is by itself; null if they were not.</summary>
    /// <param name="ratio">The rate with all threads over the rate with one.</param>
    /// <param name="threads">The threads.</param>
    public static string? OfThreads(double ratio, int threads) => threads > 1 && ratio < 1
        ? $"The machine was busy: {threads} threads were slower than one; run it again when it is quiet."
        : null;
}
