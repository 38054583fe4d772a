using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Finds the digit among all that is ink: the largest piece, and the pieces that belong to it. What lies along the picture's edge is
/// a frame or something beside the paper. A digit may touch the edge too, but it reaches into the picture.
/// </summary>
public static class DigitChoice
{
    /// <summary>How near to the edge a frame lies, as a share of the picture's shorter side.</summary>
    private const double EdgeShare = 0.1;

    /// <summary>How much of a piece may lie that near for it to be more than a frame.</summary>
    private const double MostAlongEdge = 0.5;

    /// <summary>How much a piece counts that touches the edge, against one of the same size that does not.</summary>
    private const double EdgeWeight = 0.5;

    /// <summary>A digit at the edge touches no more of them, and is at least this high for the picture.</summary>
    internal const int MostEdges = 2;

    private const double LeastAtEdge = 0.2;

    /// <summary>What is smaller than this share of it is dirt beside it.</summary>
    private const double SmallestOther = 0.1;

    /// <summary>A part of a digit has at least this share of its main piece's ink; less is dirt.</summary>
    private const double SmallestPart = 0.03;

    /// <summary>How far a part may lie from the rest, as a share of the longer side of the box around that.</summary>
    private const double WidestGap = 0.2;

    /// <summary>From which share of the largest piece's height, and of its ink, on another piece may be a digit, too.</summary>
    private const double OtherHeight = 0.6;
    private const double OtherArea = 0.25;

    /// <summary>The pieces as large as that which a single digit falls into at most: one drawn stroke by stroke.</summary>
    private const int MostParts = 3;

    /// <summary>How wide for their height single digits are at most, in one piece and in two.</summary>
    private const double WidestDigit = 1.6;
    private const double WidestBrokenDigit = 1;

    /// <summary>How far above the rest the dot of an i may stand, and how far to its left or right, as shares of the height of that.</summary>
    private const double HighestDot = 0.8;
    private const double AsideOfDot = 0.4;

    /// <summary>Keeps the digit alone. An empty mask stays empty.</summary>
    /// <param name="ink">All ink.</param>
    /// <param name="hasDots">Whether it may be a letter, to which a dot above it belongs.</param>
    public static Mask Find(Mask ink, bool hasDots = false)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(ink);
        Component[] inside = [.. WithoutFrames(pieces, ink)];
        if (AtEdge(pieces, inside, ink) is { } bold)
        {
            inside = [bold];
        }

        if (inside.Length == 0)
        {
            return new Mask(ink.Width, ink.Height);
        }

        Component main = inside.MaxBy(piece => piece.Area * (Touches(piece, ink) ? EdgeWeight : 1));
        HashSet<int> parts = Parts(inside, main, hasDots);
        return pieces.Select(piece => parts.Contains(piece.Label));
    }

    /// <summary>
    /// Whether there seem to be more digits than one: something else is as large, or what was taken for one falls into many parts, or is
    /// wider than digits are.
    /// </summary>
    /// <param name="ink">All ink.</param>
    /// <param name="digit">From <see cref="Find"/>.</param>
    public static bool IsOneOfSeveral(Mask ink, Mask digit)
    {
        if (digit.Bounds() is not { } box)
        {
            return false;
        }

        ConnectedComponents own = ConnectedComponents.Of(digit);
        Component main = own.All.MaxBy(piece => piece.Area);
        bool IsLarge(Component piece) => piece.Box.Height >= OtherHeight * main.Box.Height && piece.Area >= OtherArea * main.Area;
        Mask others = ink.Without(digit);
        int parts = own.All.Count(IsLarge);
        return parts > MostParts
            || box.Width > (parts > 1 ? WidestBrokenDigit : WidestDigit) * box.Height
            || WithoutFrames(ConnectedComponents.Of(others), others).Any(IsLarge);
    }

    /// <summary>Whether what was taken for a digit is one piece and wider than digits are: it may be one that is turned.</summary>
    /// <param name="digit">From <see cref="Find"/>.</param>
    public static bool IsOnItsSide(Mask digit) =>
        digit.Bounds() is { } box && box.Width > WidestDigit * box.Height && ConnectedComponents.Of(digit).All.Count == 1;

    /// <summary>A bold digit that lies along the edge like a frame, where there is nothing else of its size: a frame would go round a corner, and a table has the whole of a side.</summary>
    private static Component? AtEdge(ConnectedComponents pieces, Component[] inside, Mask ink)
    {
        Component[] candidates = [.. pieces.All.Except(inside).Where(piece => piece.EdgesTouched(ink.Width, ink.Height) <= MostEdges && piece.Box.Height >= LeastAtEdge * ink.Height)];
        return candidates.Length > 0 && candidates.MaxBy(piece => piece.Area) is var bold && inside.All(piece => piece.Area < SmallestOther * bold.Area) ? bold : null;
    }

    private static IEnumerable<Component> WithoutFrames(ConnectedComponents pieces, Mask ink)
    {
        Component[] touching = [.. pieces.All.Where(piece => Touches(piece, ink))];
        double edge = EdgeShare * Math.Min(ink.Width, ink.Height);
        var along = new int[pieces.All.Count + 1];
        for (int y = 0; touching.Length > 0 && y < ink.Height; y++)
        {
            for (int x = 0; x < ink.Width; x++)
            {
                along[pieces.Labels[(y * ink.Width) + x]] += Math.Min(Math.Min(x, ink.Width - 1 - x), Math.Min(y, ink.Height - 1 - y)) < edge ? 1 : 0;
            }
        }

        return pieces.All.Where(piece => !Touches(piece, ink) || along[piece.Label] <= MostAlongEdge * piece.Area);
    }

    private static HashSet<int> Parts(Component[] pieces, Component main, bool hasDots)
    {
        var parts = new HashSet<int> { main.Label };
        Component[] others = [.. pieces.Where(piece => piece.Area >= SmallestPart * main.Area)];
        Box box = main.Box;

        // A part can bring others within reach.
        bool IsNear(Box other) => box.Gap(other) <= WidestGap * Math.Max(box.Width, box.Height) || (hasDots && IsDot(other, main.Box));
        while (others.FirstOrDefault(piece => !parts.Contains(piece.Label) && IsNear(piece.Box)) is { Area: > 0 } next)
        {
            parts.Add(next.Label);
            box = box.Union(next.Box);
        }

        return parts;
    }

    private static bool IsDot(Box dot, Box stem)
    {
        double middle = dot.X + (dot.Width / 2.0), aside = AsideOfDot * stem.Height;
        return dot.Bottom <= stem.Y && stem.Y - dot.Bottom <= HighestDot * stem.Height && dot.Height < stem.Height
            && middle >= stem.X - aside && middle <= stem.Right + aside;
    }

    private static bool Touches(Component piece, Mask ink) => piece.EdgesTouched(ink.Width, ink.Height) > 0;
}
