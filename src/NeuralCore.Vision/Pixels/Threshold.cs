namespace NeuralCore.Vision.Pixels;

/// <summary>Where ink ends and paper begins.</summary>
public static class Threshold
{
    private const int Levels = 256;

    /// <summary>
    /// The level that splits a picture's values into two groups whose means lie as far apart as possible, weighted by their sizes:
    /// n0 n1 (mean0 - mean1)^2 is largest (Otsu, "A threshold selection method from gray-level histograms", 1979).
    /// </summary>
    /// <param name="image">Values from 0 to 255; they are rounded to whole levels.</param>
    /// <param name="counted">The pixels that have a say.</param>
    /// <returns>The middle between the two groups' nearest levels: what is above it is ink. 255 where all values are equal.</returns>
    public static float Otsu(GrayImage image, Mask counted)
    {
        var counts = new long[Levels];
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            if (counted.Pixels[i])
            {
                counts[(int)Math.Clamp(MathF.Round(image.Pixels[i]), 0, Levels - 1)]++;
            }
        }

        double total = counts.Sum();
        double sum = counts.Select((count, level) => (double)count * level).Sum();
        (double below, double sumBelow, double best, float threshold) = (0, 0, 0, Levels - 1);
        for (int level = 0; level < Levels - 1; level++)
        {
            below += counts[level];
            sumBelow += (double)counts[level] * level;
            if (counts[level] == 0 || below == total)
            {
                continue;
            }

            double distance = (sumBelow / below) - ((sum - sumBelow) / (total - below));
            double score = below * (total - below) * distance * distance;
            if (score > best)
            {
                int next = Array.FindIndex(counts, level + 1, count => count > 0);
                (best, threshold) = (score, (level + next) / 2f);
            }
        }

        return threshold;
    }

    /// <summary>
    /// Marks what is darker than its surroundings, whatever the light: each pixel is compared with the mean of the square around
    /// it (Bradley and Roth, "Adaptive thresholding using the integral image", 2007).
    /// </summary>
    /// <param name="image">Dark ink on light paper.</param>
    /// <param name="radius">The square's side is 2 radius + 1 pixels: more than a stroke is wide, less than a shadow.</param>
    /// <param name="share">How much darker ink is than the mean, as a share of it: 0.15 is usual.</param>
    public static Mask Local(GrayImage image, int radius, float share)
    {
        var sums = new IntegralImage(image);
        var mask = new Mask(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                mask[x, y] = image[x, y] < (1 - share) * sums.MeanAround(x, y, radius);
            }
        }

        return mask;
    }
}
