using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Tells dark ink on light paper from light ink on a dark board. Two signs are weighed against each other. The border is
/// paper: if its median is bright, ink is dark. And ink is rare: what stands out from its surroundings is mostly ink. The first
/// fails in shadows and vignettes, the second for digits that fill the picture; hardly ever both.
/// </summary>
public static class Polarity
{
    /// <summary>How wide the border is, as a share of the shorter side: wider than a frame, or the frame would be the paper.</summary>
    private const double BorderShare = 0.12;

    /// <summary>The decision needs no detail.</summary>
    private const int LongestSide = 200;

    private const int SurroundingsPerSide = 8;
    private const double ClearSkewness = 2;
    private const double Rare = 0.01;

    /// <summary>Whether ink is lighter than what it is on.</summary>
    public static bool IsLightInk(ColourImage picture)
    {
        GrayImage luma = picture.ShrunkBy(Math.Max(1, Math.Max(picture.Width, picture.Height) / LongestSide)).Luma();
        double scale = Math.Min(1, (double)LongestSide / Math.Max(luma.Width, luma.Height));
        GrayImage small = luma.Resized(Math.Max(1, (int)(luma.Width * scale)), Math.Max(1, (int)(luma.Height * scale)));
        return BorderBrightness(small) - Math.Clamp(Skewness(small) / ClearSkewness, -1, 1) < 0;
    }

    /// <summary>Where the border's median lies between the picture's darkest (-1) and brightest (1), leaving out a hundredth of the pixels at each end.</summary>
    internal static double BorderBrightness(GrayImage luma)
    {
        var all = new Quantiles(luma.Pixels);
        (float darkest, float brightest) = (all.At(Rare), all.At(1 - Rare));
        if (brightest <= darkest)
        {
            (darkest, brightest) = (all.At(0), all.At(1));
        }

        float half = Math.Max((brightest - darkest) / 2, 1);
        return Math.Clamp((BorderMedian(luma) - darkest - half) / half, -1, 1);
    }

    /// <summary>
    /// How lopsided the differences from the surroundings are: their third moment, divided by their variance to the power 3/2. Below 0
    /// where few pixels are much darker than what is around them, above 0 where few are much lighter.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double Skewness(GrayImage luma)
    {
        var sums = new IntegralImage(luma);
        int radius = Math.Max(1, Math.Max(luma.Width, luma.Height) / SurroundingsPerSide);
        (double squares, double cubes) = (0, 0);
        for (int y = 0; y < luma.Height; y++)
        {
            for (int x = 0; x < luma.Width; x++)
            {
                double difference = luma[x, y] - sums.MeanAround(x, y, radius);
                squares += difference * difference;
                cubes += difference * difference * difference;
            }
        }

        double count = luma.Pixels.Length;
        double variance = squares / count;
        return variance > 0 ? cubes / count / Math.Pow(variance, 1.5) : 0;
    }

    private static float BorderMedian(GrayImage luma)
    {
        int width = Math.Max(1, (int)(Math.Min(luma.Width, luma.Height) * BorderShare));
        var border = new List<float>();
        for (int y = 0; y < luma.Height; y++)
        {
            bool isWhole = y < width || y >= luma.Height - width;
            for (int x = 0; x < luma.Width; x++)
            {
                if (isWhole || x < width || x >= luma.Width - width)
                {
                    border.Add(luma[x, y]);
                }
            }
        }

        return new Quantiles(CollectionsMarshal.AsSpan(border)).Median;
    }
}
