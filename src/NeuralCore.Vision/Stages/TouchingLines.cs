using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Takes straight lines out of a piece of ink that is a digit and a frame, or a digit and a line below it, grown together. Both are
/// known by their geometry: a frame has three sides or four that run from end to end of the piece, and a line below a digit
/// reaches beyond it on both sides. Where a stroke crosses a line, the ink is thicker than the line and stays.
/// </summary>
internal static class TouchingLines
{
    /// <summary>The thickest line, as a share of the longer side of the piece.</summary>
    private const double ThickestLine = 0.06;

    /// <summary>The sides of a frame lie this near to those of the piece's box, as a share of it.</summary>
    private const double AtSide = 0.15;

    /// <summary>And take this share of them.</summary>
    private const double SideCovered = 0.7;

    /// <summary>Fewer sides than these are no frame: twos, fours, fives and sevens have a straight one.</summary>
    private const int FewestSides = 3;

    /// <summary>What a frame holds is this high and this wide at least, as shares of it.</summary>
    private const double LeastContent = 0.3;

    /// <summary>How far a line below a digit reaches beyond it on either side, as a share of the line.</summary>
    private const double LeastOverhang = 0.12;

    /// <summary>Such a line lies in the lowest part of the piece, and a stroke through it goes hardly further down: shares of the piece's height.</summary>
    private const double LeastAbove = 0.7;

    private const double MostBelow = 0.1;

    /// <summary>The strokes meet it at least this far from its ends, on the average.</summary>
    private const double LeastMet = 0.28;

    /// <summary>A piece smaller than this share of the picture's shorter side is left alone.</summary>
    private const double SmallestPiece = 0.12;

    /// <summary>Removes frames that touch what they hold.</summary>
    /// <returns>The ink without them; the same mask if there are none.</returns>
    public static Mask RemoveFrames(Mask ink) => Remove(ink, FrameOf);

    /// <summary>Removes lines below digits that touch them.</summary>
    /// <returns>The ink without them; the same mask if there are none.</returns>
    public static Mask RemoveLinesBelow(Mask ink) => Remove(ink, LineBelow);

    private static Mask Remove(Mask ink, Func<Mask, Mask?> find)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(ink);
        double least = SmallestPiece * Math.Min(ink.Width, ink.Height);
        Mask left = ink;
        foreach (Component piece in pieces.All.Where(piece => Math.Max(piece.Box.Width, piece.Box.Height) >= least))
        {
            Mask own = pieces.Cut(piece);
            if (find(own) is { } lines)
            {
                left = left.Without(lines.Placed(piece.Box, ink.Width, ink.Height));
            }
        }

        return left;
    }

    /// <summary>The sides of the frame that a piece has; null if it has none, or there is no digit in it.</summary>
    private static Mask? FrameOf(Mask piece)
    {
        if (SidesOf(piece) + SidesOf(piece.Transposed()) < FewestSides)
        {
            return null;
        }

        Mask level = RuledLines.FindLevel(piece, ThickestLine), upright = RuledLines.FindLevel(piece.Transposed(), ThickestLine);
        int sides = SidesOf(level) + SidesOf(upright);
        upright = upright.Transposed();
        Mask content = piece.Without(level).Without(upright);
        return sides >= FewestSides && LargestBox(content) is { } box && box.Height >= LeastContent * piece.Height && box.Width >= LeastContent / 2 * piece.Width
            ? level.With(upright)
            : null;
    }

    /// <summary>How many of the upper and the lower side of a mask have ink along them.</summary>
    private static int SidesOf(Mask level)
    {
        int band = (int)Math.Ceiling(AtSide * level.Height);
        return new[] { 0, level.Height - band }.Count(top => ColumnsWithInk(level, top, top + band) >= SideCovered * level.Width);
    }

    private static Mask? LineBelow(Mask piece)
    {
        int top = (int)(piece.Height * LeastAbove);
        if (ColumnsWithInk(piece, top, piece.Height) < SideCovered * piece.Width)
        {
            return null;
        }

        Mask all = RuledLines.FindLevel(piece, ThickestLine);
        if (ColumnsWithInk(all, top, piece.Height) < SideCovered * piece.Width || ColumnsWithInk(all, 0, top) >= SideCovered * piece.Width)
        {
            return null;
        }

        // Level strokes above, as both of a barred seven, are the digit's.
        var lowest = new Box(0, top, piece.Width, piece.Height - top);
        Mask level = all.Crop(lowest).Placed(lowest, piece.Width, piece.Height);
        int below = piece.Height - level.Bounds()!.Value.Bottom;
        return LargestBox(piece.Without(level)) is { } box && box.X >= LeastOverhang * piece.Width && piece.Width - box.Right >= LeastOverhang * piece.Width
            && box.Height >= LeastAbove * piece.Height && below <= MostBelow * piece.Height && IsMetInTheMiddle(piece, level)
            ? level
            : null;
    }

    /// <summary>Whether strokes meet the line in its middle part. Those of a two meet its foot at the left end, from where it was drawn.</summary>
    private static bool IsMetInTheMiddle(Mask piece, Mask level)
    {
        int[] met = [.. Enumerable.Range(0, piece.Width).Where(x => TopOf(level, x) is var top && (top < 0 ? TopOf(piece, x) >= 0 : top > 0 && piece[x, top - 1]))];
        return met.Length > 0 && met.Average() is var middle && middle >= LeastMet * piece.Width && middle <= (1 - LeastMet) * piece.Width;
    }

    private static int TopOf(Mask mask, int x)
    {
        for (int y = 0; y < mask.Height; y++)
        {
            if (mask[x, y])
            {
                return y;
            }
        }

        return -1;
    }

    private static int ColumnsWithInk(Mask mask, int top, int bottom)
    {
        var hasInk = new bool[mask.Width];
        for (int y = top; y < bottom; y++)
        {
            for (int x = 0; x < hasInk.Length; x++)
            {
                hasInk[x] |= mask.Pixels[(y * mask.Width) + x];
            }
        }

        return hasInk.AsSpan().Count(true);
    }

    private static Box? LargestBox(Mask mask)
    {
        IReadOnlyList<Component> all = ConnectedComponents.Of(mask).All;
        return all.Count == 0 ? null : all.MaxBy(piece => piece.Area).Box;
    }
}
