using SkiaSharp;

namespace NeuralCore.Imaging.Segmentation;

/// <summary>Digits drawn as calculators show them, with seven strokes at most: a machine without fonts can write these.</summary>
internal static class SegmentDigits
{
    /// <summary>How wide a digit is, as a share of its height.</summary>
    public const float Width = 0.5f;

    /// <summary>Which strokes each digit has, one bit a stroke: top, upper left, upper right, middle, lower left, lower right, bottom.</summary>
    private static readonly int[] Strokes = [0b1110111, 0b0010010, 0b1011101, 0b1011011, 0b0111010, 0b1101011, 0b1101111, 0b1010010, 0b1111111, 0b1111011];

    /// <summary>The ends of each stroke in a digit of width 1 and height 2.</summary>
    private static readonly (int X0, int Y0, int X1, int Y1)[] Ends =
        [(0, 0, 1, 0), (0, 0, 0, 1), (1, 0, 1, 1), (0, 1, 1, 1), (0, 1, 0, 2), (1, 1, 1, 2), (0, 2, 1, 2)];

    /// <summary>Draws a digit.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="digit">0 to 9.</param>
    /// <param name="left">Its left side.</param>
    /// <param name="top">Its top.</param>
    /// <param name="height">Its height, in pixels.</param>
    /// <param name="pen">Colour and width of the strokes.</param>
    public static void Draw(SKCanvas canvas, int digit, float left, float top, float height, SKPaint pen)
    {
        (float across, float down) = (height * Width, height / 2);
        for (int i = 0; i < Ends.Length; i++)
        {
            if ((Strokes[digit] >> (Ends.Length - 1 - i) & 1) == 1)
            {
                (int x0, int y0, int x1, int y1) = Ends[i];
                canvas.DrawLine(left + (x0 * across), top + (y0 * down), left + (x1 * across), top + (y1 * down), pen);
            }
        }
    }
}
