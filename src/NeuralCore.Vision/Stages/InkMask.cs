using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Decides which pixels are ink. Strength is measured against the paper under each pixel, so one threshold on it is a local
/// threshold on the photo. Otsu's rule finds it among the pixels that stand out of the grain of the paper: those of the bare
/// paper are numerous enough that they would have both groups to themselves.
/// </summary>
public static class InkMask
{
    /// <summary>Ink covers at least this share of a photo; less is dirt.</summary>
    public const double LeastShare = 0.0002;

    /// <summary>Below this strength, of 255, nothing is ink: it would be hard to see on white paper.</summary>
    public const float FaintestInk = 20;

    /// <summary>How many standard deviations of its grain bare paper may reach.</summary>
    private const float GrainReach = 6;

    /// <summary>The standard deviation of normal noise is this many times its median absolute deviation.</summary>
    private const float DeviationsPerMedian = 1.4826f;

    /// <summary>Weaker ink counts down to this share of the threshold where it hangs together with strong ink: the tails of strokes.</summary>
    private const float TailShare = 0.5f;

    /// <summary>Finds the ink. Masks without any are a blank picture.</summary>
    /// <param name="strength">0 (none) to 255.</param>
    /// <returns>The ink, and with it all that stands out of the grain of the paper, as faint as ruled lines may be.</returns>
    public static (Mask Ink, Mask Marks) Find(GrayImage strength)
    {
        var values = new Quantiles(strength.Pixels);
        float paper = values.Median;
        float peak = values.At(1 - LeastShare);
        float reach = Math.Max(FaintestInk, GrainReach * DeviationsPerMedian * values.MedianDeviation);
        if (peak - paper <= reach)
        {
            var blank = new Mask(strength.Width, strength.Height);
            return (blank, blank);
        }

        // Coarse paper reaches far up; what is nearer to the ink than to the paper is ink all the same.
        float grain = paper + Math.Min(reach, (peak - paper) / 2);
        Mask marks = Mask.Above(strength, grain);
        float threshold = Math.Max(grain, Split(strength, marks));
        return (Above(strength, threshold, Math.Max(grain, TailShare * threshold)), marks);
    }

    /// <summary>Otsu's threshold among the marks, without those at the edge if there are others: a table beside the paper is darker than any ink.</summary>
    private static float Split(GrayImage strength, Mask marks)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(marks);
        Mask inside = pieces.All.Any(piece => piece.EdgesTouched(marks.Width, marks.Height) > 0) ? pieces.Select(piece => piece.EdgesTouched(marks.Width, marks.Height) == 0) : marks;
        return Threshold.Otsu(strength, inside.Count > LeastShare * inside.Pixels.Length ? inside : marks);
    }

    /// <summary>The pixels above the lower threshold in pieces that reach the upper one.</summary>
    private static Mask Above(GrayImage strength, float upper, float lower)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(Mask.Above(strength, lower));
        var reaches = new bool[pieces.All.Count + 1];
        for (int i = 0; i < pieces.Labels.Length; i++)
        {
            reaches[pieces.Labels[i]] |= strength.Pixels[i] > upper;
        }

        return pieces.Select(piece => reaches[piece.Label]);
    }
}
