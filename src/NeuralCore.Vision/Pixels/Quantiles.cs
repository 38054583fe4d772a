namespace NeuralCore.Vision.Pixels;

/// <summary>
/// How values from 0 to 255 are distributed: how many there are in each sixteenth of a level, which takes a single look at each
/// and is as fine as a photo's noise allows.
/// </summary>
public sealed class Quantiles
{
    private const int BinsPerLevel = 16;
    private const int Bins = 256 * BinsPerLevel;

    private readonly long[] _counts = new long[Bins];
    private readonly long _total;

    /// <summary>Counts values; those below 0 or above 255 count as these.</summary>
    public Quantiles(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            _counts[Math.Clamp((int)(value * BinsPerLevel), 0, Bins - 1)]++;
        }

        _total = values.Length;
    }

    private Quantiles(long[] counts)
    {
        (_counts, _total) = (counts, counts.Sum());
    }

    /// <summary>The middle one of the values in order.</summary>
    public float Median => At(0.5);

    /// <summary>The median of the distances from the median.</summary>
    public float MedianDeviation
    {
        get
        {
            var deviations = new long[Bins];
            int middle = Bin(0.5);
            for (int bin = 0; bin < Bins; bin++)
            {
                deviations[Math.Abs(bin - middle)] += _counts[bin];
            }

            return new Quantiles(deviations).Bin(0.5) / (float)BinsPerLevel;
        }
    }

    /// <summary>The value that a share of all values lies below.</summary>
    /// <param name="share">0 gives the least value, 1 the largest.</param>
    public float At(double share) => (Bin(share) + 0.5f) / BinsPerLevel;

    private int Bin(double share)
    {
        long rank = Math.Min((long)(share * _total), _total - 1);
        int bin = 0;
        for (long seen = _counts[0]; seen <= rank; seen += _counts[bin])
        {
            bin++;
        }

        return bin;
    }
}
