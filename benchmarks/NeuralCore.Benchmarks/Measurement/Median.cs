namespace NeuralCore.Benchmarks.Measurement;

/// <summary>The middle of several measurements: what a disturbance of one or two of them does not move.</summary>
internal static class Median
{
    /// <summary>The middle value, or the mean of the middle two.</summary>
    /// <param name="values">At least one value, in any order.</param>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
