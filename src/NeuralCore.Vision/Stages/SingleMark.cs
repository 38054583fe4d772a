using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Tells a sign that stands alone on a photo from a digit. Without digits beside it there is no line to measure by, so only what no digit looks
/// like is one: a comma alone could be a one.
/// </summary>
internal static class SingleMark
{
    /// <summary>A one leans to either side by less than this, in degrees from the upright.</summary>
    private const double MostLean = 50;

    /// <summary>The two parts of a colon and of an equals sign differ by this factor at most.</summary>
    private const double MostDifferent = 2;

    /// <summary>And lie at most this many times as far from one another as they are long.</summary>
    private const double FurthestPart = 14;

    /// <summary>What was chosen as the digit; null if it may be one.</summary>
    /// <param name="digit">The chosen ink.</param>
    /// <param name="ink">All ink.</param>
    public static MarkKind? Of(Mask digit, Mask ink)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(digit);
        Component main = pieces.All.MaxBy(piece => piece.Area);
        if (pieces.All.Count > 2 || pieces.All.Sum(piece => piece.Area) > 2.2 * main.Area)
        {
            return null;
        }

        Mask own = pieces.Cut(main);
        var shape = StrokeShape.Of(own);
        if (StrokeShape.IsDot(own))
        {
            return HasTwin(main, ink, shape, StrokeShape.IsDot) ? MarkKind.Colon
                : pieces.All.All(piece => StrokeShape.IsDot(pieces.Cut(piece))) ? MarkKind.Point : null;
        }

        if (shape.IsLevel)
        {
            return HasTwin(main, ink, shape, other => StrokeShape.Of(other).IsLevel) ? MarkKind.Equals : pieces.All.Count == 1 ? MarkKind.Minus : null;
        }

        return pieces.All.Count > 1 ? null : shape.IsStraight && Math.Abs(shape.Lean) > MostLean ? MarkKind.Slash : CrossShape.Of(own);
    }

    /// <summary>Whether a piece of the same kind and about the same size stands above or below, and nothing else of that size anywhere.</summary>
    private static bool HasTwin(Component main, Mask ink, StrokeShape shape, Predicate<Mask> isAlike)
    {
        ConnectedComponents all = ConnectedComponents.Of(ink);
        Component[] others = [.. all.All.Where(piece => piece.Box != main.Box && piece.Area * MostDifferent >= main.Area)];
        return others is [var twin] && twin.Area <= MostDifferent * main.Area
            && Math.Min(twin.Box.Right, main.Box.Right) - Math.Max(twin.Box.X, main.Box.X) > main.Box.Width / 2
            && twin.Box.Gap(main.Box) <= FurthestPart * shape.Length
            && isAlike(all.Cut(twin));
    }
}
