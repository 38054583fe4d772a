using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>A sign among a page's digits.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Pieces">Its ink: two pieces of a colon and of an equals sign.</param>
/// <param name="Beside">A piece of the line that it stands in.</param>
internal sealed record PageMark(MarkKind Kind, IReadOnlyList<Piece> Pieces, Piece Beside);

/// <summary>
/// Finds the signs among a page's pieces: minus, plus, equals, points and what else stands between digits and is none. The network has seen
/// digits only and takes each for one. What a sign is follows from its shape and from how it stands to the digit next to it: the
/// bar of a five looks like a minus, but stands over the five.
/// </summary>
internal static class PageMarks
{
    /// <summary>How far a sign stands from a digit at most, in heights of that.</summary>
    private const double FurthestDigit = 2;

    /// <summary>A piece this high for the digit beside it is a digit too, unless its shape says otherwise.</summary>
    private const double DigitHeight = 0.55;

    /// <summary>The largest dot, in heights of the digit.</summary>
    private const double LargestDot = 0.3;

    /// <summary>The smallest, in widths of the pen: less is dirt.</summary>
    private const double SmallestDot = 0.8;

    /// <summary>The shortest level stroke that is a minus, in heights of the digit, and the longest.</summary>
    private const double ShortestBar = 0.2;

    private const double LongestBar = 1.3;

    /// <summary>A piece whose columns another one shares to this part stands over or under it, and may be a part of it.</summary>
    private const double MostShared = 0.3;

    /// <summary>A point stands in the lowest part of its line: this far down from the top, in heights of the digit.</summary>
    private const double Low = 0.7;

    /// <summary>A comma is higher than wide by this factor, and at most this high for the digit.</summary>
    private const double CommaShape = 1.25;

    private const double TallestComma = 0.5;

    /// <summary>A slash leans further than this, in degrees, where it is higher than the digits by this factor, and else much further.</summary>
    private const double LeastLean = 15;

    private const double TallSlash = 1.2;

    private const double ClearLean = 42;

    /// <summary>Finds the signs.</summary>
    /// <param name="pieces">The page's pieces.</param>
    /// <param name="stroke">The width of the pen, in pixels.</param>
    public static IReadOnlyList<PageMark> Find(IReadOnlyList<Piece> pieces, double stroke)
    {
        if (pieces.Count == 0)
        {
            return [];
        }

        int typical = TextLines.TypicalHeight(pieces);
        Piece[] tall = [.. pieces.Where(piece => piece.Box.Height >= DigitHeight * typical)];
        Dictionary<Piece, (Shape Shape, Piece Beside)> shapes = [];
        foreach (Piece piece in pieces)
        {
            if (Beside(piece, tall) is { } beside && ShapeOf(piece, Math.Max(beside.Box.Height, typical / 2), stroke) is { } shape)
            {
                shapes.Add(piece, (shape, beside));
            }
        }

        // Signs may stand over one another, as the bars of an equals sign do; over a digit they are its parts.
        Piece[] others = [.. pieces.Where(piece => !shapes.ContainsKey(piece))];
        foreach (Piece part in shapes.Keys.Where(piece => IsPart(piece, others, stroke)).ToArray())
        {
            shapes.Remove(part);
        }

        return [.. Kinds(shapes, others)];
    }

    private static IEnumerable<PageMark> Kinds(Dictionary<Piece, (Shape Shape, Piece Beside)> shapes, Piece[] others)
    {
        var left = shapes.Keys.OrderBy(piece => piece.TwiceMiddle).ThenBy(piece => piece.Box.Y).ToList();
        while (left.Count > 0)
        {
            Piece piece = left[0];
            left.RemoveAt(0);
            (Shape shape, Piece beside) = shapes[piece];
            Piece? twin = shape is Shape.Dot or Shape.Bar ? left.Find(other => shapes[other].Shape == shape && AreTwins(piece.Box, other.Box, beside.Box.Height)) : null;
            if (twin is not null)
            {
                left.Remove(twin);
                yield return new PageMark(shape == Shape.Dot ? MarkKind.Colon : MarkKind.Equals, [piece, twin], beside);
            }
            else if (KindOf(shape, piece, beside) is { } kind && others.Length > 0)
            {
                yield return new PageMark(kind, [piece], beside);
            }
        }
    }

    private static MarkKind? KindOf(Shape shape, Piece piece, Piece beside) => shape switch
    {
        Shape.Bar => MarkKind.Minus,
        Shape.Plus => MarkKind.Plus,
        Shape.Times => MarkKind.Times,
        Shape.Slash => MarkKind.Slash,
        Shape.Comma => piece.Box.Y >= beside.Box.Y + (Low * beside.Box.Height) ? MarkKind.Comma : null,
        _ => MarkKind.Point,
    };

    /// <summary>The nearest piece that stands beside another and may be a digit.</summary>
    private static Piece? Beside(Piece piece, Piece[] tall)
    {
        (Piece? nearest, double gap) = (null, double.PositiveInfinity);
        foreach (Piece other in tall)
        {
            double middle = piece.Box.Y + (piece.Box.Height / 2.0);
            int distance = Math.Max(0, Math.Max(other.Box.X - piece.Box.Right, piece.Box.X - other.Box.Right));
            bool isLevel = middle >= other.Box.Y - (0.2 * other.Box.Height) && middle <= other.Box.Bottom + (0.25 * other.Box.Height);
            if (!ReferenceEquals(piece, other) && isLevel && distance < gap && distance <= FurthestDigit * other.Box.Height)
            {
                (nearest, gap) = (other, distance);
            }
        }

        return nearest;
    }

    private static Shape? ShapeOf(Piece piece, double height, double stroke)
    {
        var shape = StrokeShape.Of(piece.Ink);
        double size = Math.Max(piece.Box.Width, piece.Box.Height);
        if (size <= LargestDot * height && StrokeShape.IsDot(piece.Ink))
        {
            return size >= SmallestDot * stroke ? Shape.Dot : null;
        }

        if (shape.IsLevel && shape.Length >= ShortestBar * height && shape.Length <= LongestBar * height)
        {
            return Shape.Bar;
        }

        if (piece.Box.Height <= TallestComma * height && piece.Box.Height >= CommaShape * piece.Box.Width && shape.IsStraight)
        {
            return Shape.Comma;
        }

        bool isSlash = shape.IsStraight && (shape.Lean >= ClearLean || (shape.Lean >= LeastLean && piece.Box.Height >= TallSlash * height));
        return isSlash ? Shape.Slash : CrossShape.Of(piece.Ink) switch
        {
            MarkKind.Plus => Shape.Plus,
            MarkKind.Times => Shape.Times,
            _ => null,
        };
    }

    /// <summary>Whether a piece stands over or under one that is no sign, as near as parts of a digit do.</summary>
    private static bool IsPart(Piece piece, Piece[] others, double stroke) => Array.Exists(others, other =>
    {
        int shared = Math.Min(piece.Box.Right, other.Box.Right) - Math.Max(piece.Box.X, other.Box.X);
        int apart = Math.Max(other.Box.Y - piece.Box.Bottom, piece.Box.Y - other.Box.Bottom);
        return shared > MostShared * piece.Box.Width && apart <= Math.Max(2 * stroke, 0.3 * other.Box.Height);
    });

    private static bool AreTwins(Box a, Box b, double height)
    {
        int shared = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
        int apart = Math.Max(b.Y - a.Bottom, a.Y - b.Bottom);
        return shared > Math.Min(a.Width, b.Width) / 2 && apart >= 0 && apart <= height;
    }

    private enum Shape
    {
        Dot,
        Bar,
        Plus,
        Times,
        Slash,
        Comma,
    }
}
