using NeuralCore.Data;

namespace NeuralCore.Imaging.Report;

/// <summary>The test images of which a model was about equally sure.</summary>
/// <param name="From">The lowest confidence.</param>
/// <param name="To">The highest confidence.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Right">How many of them were recognised.</param>
/// <param name="Confidence">The mean probability of their predictions; NaN if there are none.</param>
public sealed record CalibrationBin(double From, double To, int Count, int Right, double Confidence)
{
    /// <summary>The fraction that was recognised; NaN without images.</summary>
    public double Accuracy => (double)Right / Count;

    /// <summary>
    /// Where the accuracy of such images lies with 95 % confidence: the score interval of E. B. Wilson, "Probable inference, the
    /// law of succession, and statistical inference", 1927.
    /// </summary>
    public (double Low, double High) Interval
    {
        get
        {
            const double Z = 1.959964;
            double weight = Z * Z / Count;
            double centre = (Accuracy + (weight / 2)) / (1 + weight);
            double half = Z / (1 + weight) * Math.Sqrt((Accuracy * (1 - Accuracy) / Count) + (weight / (4 * Count)));
            return (centre - half, centre + half);
        }
    }
}

/// <summary>
/// Whether a model is as often right as it is sure to be. The expected calibration error is the mean over all images of
/// |accuracy - confidence| of their bin (C. Guo et al., "On calibration of modern neural networks", 2017), here with ten bins of
/// equal width.
/// </summary>
public sealed class Calibration
{
    private const int BinCount = 10;

    private Calibration(IReadOnlyList<CalibrationBin> bins) => Bins = bins;

    /// <summary>The bins, in rising confidence.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The expected calibration error, in [0, 1]; NaN without images.</summary>
    public double ExpectedError
    {
        get
        {
            int total = Bins.Sum(bin => bin.Count);
            return Bins.Where(bin => bin.Count > 0).Sum(bin => Math.Abs(bin.Accuracy - bin.Confidence) * bin.Count) / total;
        }
    }

    /// <summary>Measures predictions. Those that are no numbers, of a model that ran away, are left out.</summary>
    public static Calibration Of(Predictions predictions, IDataset labels)
    {
        var sums = new (int Count, int Right, double Confidence)[BinCount];
        for (int i = 0; i < predictions.Count; i++)
        {
            double confidence = predictions.Probability(i);
            if (double.IsFinite(confidence))
            {
                ref (int Count, int Right, double Confidence) sum = ref sums[Math.Clamp((int)(confidence * BinCount), 0, BinCount - 1)];
                sum = (sum.Count + 1, sum.Right + (predictions.Class(i) == labels.Label(i) ? 1 : 0), sum.Confidence + confidence);
            }
        }

        return new([.. sums.Select((sum, i) =>
            new CalibrationBin((double)i / BinCount, (i + 1.0) / BinCount, sum.Count, sum.Right, sum.Confidence / sum.Count))]);
    }
}
