using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>How wide a pen was, and thin strokes made wider.</summary>
public static class StrokeWidth
{
    /// <summary>
    /// The strokes' width in pixels. Across a stroke of width w the distance to its edge runs from 0 to w/2 and back, and is w/4 in the mean.
    /// </summary>
    /// <param name="digit">A digit; at least one pixel of ink.</param>
    public static double Measure(Mask digit)
    {
        GrayImage distances = DistanceMap.ToPaper(digit);

        // From a pixel's middle, the edge is half a pixel nearer than the next pixel's middle.
        double sum = 0;
        foreach (float distance in distances.Pixels)
        {
            sum += distance > 0 ? distance - 0.5 : 0;
        }

        return 4 * sum / digit.Count;
    }

    /// <summary>Makes all strokes wider by a number of pixels, half of them on each side. The mask must have room around the digit.</summary>
    public static Mask Widen(Mask digit, double pixels)
    {
        if (pixels <= 0)
        {
            return digit;
        }

        float reach = (float)((pixels / 2) + 0.5);
        float[] distances = DistanceMap.ToInk(digit).Pixels;
        var wide = new bool[distances.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = distances[i] < reach;
        }

        return new Mask(digit.Width, digit.Height, wide);
    }
}
