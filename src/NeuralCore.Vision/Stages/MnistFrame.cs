using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Lays a digit out as MNIST's are: its box scaled into 20x20 with its aspect kept, then placed in 28x28 with its centre of mass
/// in the middle (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
/// </summary>
public static class MnistFrame
{
    /// <summary>The side of a finished picture.</summary>
    public const int Side = 28;

    /// <summary>The side of the square that a digit is scaled into.</summary>
    public const int DigitSide = 20;

    /// <summary>The middle of the pixel whose column and row are 14, counted from 0: where MNIST's centres of mass are in the mean.</summary>
    private const double Middle = 14.5;

    private const float FullInk = 255;

    /// <summary>Scales a digit's box into 20x20 by area averages, and stretches its strongest pixel to 255.</summary>
    /// <param name="digit">The digit, cut out to its box: light on black.</param>
    /// <returns>At most 20x20; one side is 20.</returns>
    public static GrayImage Scale(GrayImage digit)
    {
        double scale = (double)DigitSide / Math.Max(digit.Width, digit.Height);
        GrayImage small = digit.Resized(
            Math.Max(1, (int)Math.Round(digit.Width * scale)),
            Math.Max(1, (int)Math.Round(digit.Height * scale)));
        float strongest = 0;
        foreach (float value in small.Pixels)
        {
            strongest = Math.Max(strongest, value);
        }

        for (int i = 0; strongest > 0 && i < small.Pixels.Length; i++)
        {
            small.Pixels[i] = small.Pixels[i] * FullInk / strongest;
        }

        return small;
    }

    /// <summary>Places a digit in 28x28, moved by whole pixels, so that its centre of mass comes nearest to the middle.</summary>
    /// <param name="digit">At most 28x28.</param>
    public static GrayImage Centre(GrayImage digit)
    {
        (double x, double y) = CentreOfMass(digit);
        int left = Math.Clamp((int)Math.Round(Middle - x), 0, Side - digit.Width);
        int top = Math.Clamp((int)Math.Round(Middle - y), 0, Side - digit.Height);
        var frame = new GrayImage(Side, Side);
        for (int row = 0; row < digit.Height; row++)
        {
            digit.Pixels.AsSpan(row * digit.Width, digit.Width).CopyTo(frame.Pixels.AsSpan(((top + row) * Side) + left));
        }

        return frame;
    }

    /// <summary>The mean place of the ink, weighted by its strength, in pixels from the top left corner; a pixel's middle is at a half.</summary>
    internal static (double X, double Y) CentreOfMass(GrayImage digit)
    {
        (double mass, double x, double y) = (0, 0, 0);
        for (int i = 0; i < digit.Pixels.Length; i++)
        {
            double value = digit.Pixels[i];
            mass += value;
            x += value * ((i % digit.Width) + 0.5);
            y += value * ((i / digit.Width) + 0.5);
        }

        return mass > 0 ? (x / mass, y / mass) : (digit.Width / 2.0, digit.Height / 2.0);
    }
}
