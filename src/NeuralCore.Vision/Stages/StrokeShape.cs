using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// A piece of ink as the straight stroke that comes nearest to it: the rectangle with the same second moments. A rectangle of length l and
/// thickness t has the variances l^2/12 along and t^2/12 across; a curved or branched piece has less ink than l t.
/// </summary>
/// <param name="Angle">Its direction against the level, in degrees from -90 to 90; above 0 it falls to the right.</param>
/// <param name="Length">Its length, in pixels.</param>
/// <param name="Thickness">Its thickness, in pixels.</param>
/// <param name="Filled">How much of the rectangle the ink fills: about 1 for a straight stroke or a dot.</param>
internal readonly record struct StrokeShape(double Angle, double Length, double Thickness, double Filled)
{
    private const double LeastFilled = 0.82;
    private const double LongStroke = 2.6;
    private const double LongDot = 1.9;

    /// <summary>A dot has this share of the smallest convex shape around it.</summary>
    private const double LeastOfHull = 0.9;

    /// <summary>How steep a level stroke is at most, in degrees.</summary>
    private const double SteepestLevel = 22;

    /// <summary>Whether it is a straight stroke.</summary>
    public bool IsStraight => Filled >= LeastFilled && Length >= LongStroke * Thickness;

    /// <summary>Whether it is a straight, level stroke.</summary>
    public bool IsLevel => IsStraight && Math.Abs(Angle) <= SteepestLevel;

    /// <summary>Whether it is about as long as wide and full of ink, as a dot is, and a digit of a very bold pen.</summary>
    public bool IsRound => Filled >= LeastFilled && Length <= LongDot * Thickness;

    /// <summary>How far a straight stroke leans from the upright to the right, in degrees; below 0 to the left.</summary>
    public double Lean => Angle <= 0 ? 90 + Angle : Angle - 90;

    /// <summary>Measures a piece.</summary>
    /// <param name="ink">At least one pixel of ink.</param>
    public static StrokeShape Of(Mask ink)
    {
        (double count, double x, double y) = (0, 0, 0);
        (double xx, double xy, double yy) = (0, 0, 0);
        for (int i = 0; i < ink.Pixels.Length; i++)
        {
            if (ink.Pixels[i])
            {
                (double column, double row) = (i % ink.Width, i / ink.Width);
                (count, x, y) = (count + 1, x + column, y + row);
                (xx, xy, yy) = (xx + (column * column), xy + (column * row), yy + (row * row));
            }
        }

        // A pixel is a square of variance 1/12 along each axis.
        (double meanX, double meanY) = (x / count, y / count);
        double a = (xx / count) - (meanX * meanX) + (1 / 12.0), b = (xy / count) - (meanX * meanY), c = (yy / count) - (meanY * meanY) + (1 / 12.0);
        double half = (a + c) / 2, root = Math.Sqrt((((a - c) / 2) * ((a - c) / 2)) + (b * b));
        double length = Math.Sqrt(12 * (half + root)), thickness = Math.Sqrt(12 * Math.Max(half - root, 1 / 24.0));
        return new StrokeShape(Math.Atan2(2 * b, a - c) * 90 / Math.PI, length, thickness, count / (length * thickness));
    }

    /// <summary>Whether a piece is a dot: round, and without a hole or a bay.</summary>
    /// <param name="ink">The piece, cut out to its box.</param>
    public static bool IsDot(Mask ink)
    {
        if (!Of(ink).IsRound || HasHole(ink))
        {
            return false;
        }

        ConnectedComponents own = ConnectedComponents.Of(ink);
        IReadOnlyList<Point> hull = ConvexHull.Of(own, own.All[0]);
        double area = Enumerable.Range(1, hull.Count - 2).Sum(i => hull[0].Turn(hull[i], hull[i + 1])) / 2;
        return own.All[0].Area >= LeastOfHull * area;
    }

    /// <summary>Whether there is paper in a piece that cannot be reached from outside.</summary>
    /// <param name="ink">The piece, cut out to its box.</param>
    public static bool HasHole(Mask ink)
    {
        Mask around = ink.Padded(1);
        var paper = new Mask(around.Width, around.Height, Array.ConvertAll(around.Pixels, isInk => !isInk));
        return ConnectedComponents.Of(paper).All.Count > 1;
    }
}
