using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Takes level lines out of the ink that stand alone: an underline, a line above, a minus beside the digit. The bar of a five or the foot of a one, drawn with a
/// stroke of its own, stays: it is no wider than its digit, or stands above or below it without reaching far beyond.
/// </summary>
internal static class Bars
{
    /// <summary>A bar is this many times as wide as it is high.</summary>
    private const double LeastShape = 3;

    /// <summary>A line below takes this share of the digit's width at least.</summary>
    private const double LeastBelow = 0.75;

    /// <summary>A line above reaches beyond the digit on both sides by this share of its width: the bar of a five or a seven does on one.</summary>
    private const double LeastOverhang = 0.15;

    /// <summary>How far a line below may reach up into the digit, as a share of its height.</summary>
    private const double MostOverlap = 0.1;

    /// <summary>How far from the height of a digit's middle a minus stands beside it, as a share of its height.</summary>
    private const double BesideMiddle = 0.28;

    /// <summary>Removes the bars. Where there is nothing else, they are all that is there and stay.</summary>
    public static Mask Remove(Mask ink)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(ink);
        Component[] bars = [.. pieces.All.Where(piece => piece.Box.Width >= LeastShape * piece.Box.Height && StrokeShape.Of(pieces.Cut(piece)).IsLevel)];
        Component[] others = [.. pieces.All.Except(bars)];
        if (bars.Length == 0 || others.Length == 0)
        {
            return ink;
        }

        Box digit = others.MaxBy(piece => piece.Area).Box;
        HashSet<int> gone = [.. bars.Where(bar => IsBelow(bar.Box, digit) || IsAbove(bar.Box, digit) || IsBeside(bar.Box, digit)).Select(bar => bar.Label)];
        return gone.Count == 0 ? ink : pieces.Select(piece => !gone.Contains(piece.Label));
    }

    private static bool IsBelow(Box bar, Box digit) => bar.Y >= digit.Bottom - (MostOverlap * digit.Height) && Shared(bar, digit) >= LeastBelow * digit.Width;

    private static bool IsAbove(Box bar, Box digit) =>
        bar.Bottom <= digit.Y + (MostOverlap * digit.Height) && digit.X - bar.X >= LeastOverhang * digit.Width && bar.Right - digit.Right >= LeastOverhang * digit.Width;

    /// <summary>A minus stands beside the middle of a digit; the bar of a five or the foot of a two that came apart stand beside its ends.</summary>
    private static bool IsBeside(Box bar, Box digit) =>
        Shared(bar, digit) <= 0 && Math.Abs(bar.Y + (bar.Height / 2.0) - digit.Y - (digit.Height / 2.0)) < BesideMiddle * digit.Height;

    private static int Shared(Box a, Box b) => Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
}
