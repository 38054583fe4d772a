using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Shortens what hangs far below a line of writing, or stands far above it. Some people give nines and sevens tails of twice the height of
/// their other digits; scaled into 20x20 with its tail, such a nine has a loop of three pixels and looks like a one.
/// </summary>
internal static class Tails
{
    /// <summary>How high a digit may be, in heights of its line, before its tail is cut.</summary>
    private const double Tallest = 1.3;

    /// <summary>A tail is one stroke, at most this many widths of the pen wide where a row cuts it.</summary>
    private const double WidestTail = 2.5;

    /// <summary>Cuts the tails of a digit that is too high for its line, the lower one first.</summary>
    /// <param name="digit">The digit, cut out to its box: its first and last rows have ink.</param>
    /// <param name="lineHeight">The height of the line's digits, in pixels.</param>
    /// <param name="stroke">The width of the pen, in pixels.</param>
    /// <returns>The digit, cut out to its box; one without such tails as it is.</returns>
    public static Mask Shorten(Mask digit, int lineHeight, double stroke)
    {
        int most = Math.Max(1, (int)(Tallest * lineHeight));
        int bottom = digit.Height - CutRows(digit, digit.Height - 1, -1, digit.Height - most, stroke);
        int top = CutRows(digit, 0, 1, bottom - most, stroke);
        Mask left = digit.Crop(new Box(0, top, digit.Width, bottom - top));
        return left.Crop(left.Bounds()!.Value);
    }

    /// <summary>
    /// How many rows of a tail can be cut from one end. What ends in blank paper instead of in the digit is a piece of its own and no tail:
    /// without this rule two pieces that stand far apart would lose both their ends, and nothing would be left but the paper between them.
    /// </summary>
    private static int CutRows(Mask digit, int first, int step, int most, double stroke)
    {
        int count = 0;
        while (count < most && IsTail(digit, first + (count * step), stroke))
        {
            count++;
        }

        int next = first + (count * step);
        return count > 0 && IsBlank(digit, next) ? 0 : count;
    }

    private static bool IsBlank(Mask digit, int row) => !digit.Pixels.AsSpan(row * digit.Width, digit.Width).Contains(true);

    private static bool IsTail(Mask digit, int row, double stroke)
    {
        int first = -1, last = -1, count = 0;
        for (int x = 0; x < digit.Width; x++)
        {
            if (digit[x, row])
            {
                (first, last, count) = (first < 0 ? x : first, x, count + 1);
            }
        }

        return count == last - first + 1 && count <= WidestTail * stroke;
    }
}
