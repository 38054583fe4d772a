using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>Knows a plus and a times sign: two straight strokes of about the same length that cross in their middles at right angles.</summary>
internal static class CrossShape
{
    /// <summary>How much of the ink may lie beside both strokes. An open four has its upper left part there.</summary>
    private const double MostBeside = 0.08;

    /// <summary>The shortest of the four arms, as a share of the longest.</summary>
    private const double LeastArm = 0.6;

    /// <summary>The strokes are this many times as long as thick at least: many a bold digit is nothing but two thick strokes.</summary>
    private const double LeastLength = 4.2;

    /// <summary>And their ink is that of two strokes, give or take this part.</summary>
    private const double MostOff = 0.2;

    /// <summary>How far a plus may be turned, in degrees; what is turned further is a times sign.</summary>
    private const int MostTurned = 22;

    private const int Step = 4;

    /// <summary>What a piece is; null if it is neither.</summary>
    /// <param name="ink">The piece, cut out to its box.</param>
    public static MarkKind? Of(Mask ink)
    {
        double pen = StrokeWidth.Measure(ink);
        (int X, int Y)[] places = Places(ink);
        (int X, int Y)[] outline = [.. places.Where((place, i) => i == 0 || i == places.Length - 1 || places[i - 1].Y != place.Y || places[i + 1].Y != place.Y)];
        (double best, int turned) = (double.PositiveInfinity, 0);
        for (int angle = -44; angle <= 44; angle += Step)
        {
            double beside = Beside(places, outline, angle, pen);
            (best, turned) = beside < best ? (beside, angle) : (best, turned);
        }

        return best > MostBeside || StrokeShape.HasHole(ink) ? null : Math.Abs(turned) <= MostTurned ? MarkKind.Plus : MarkKind.Times;
    }

    /// <summary>The part of the ink that lies beside a cross at this angle; 1 if its arms are too different, or it has none.</summary>
    /// <param name="places">Where the ink is.</param>
    /// <param name="outline">The first and the last place of each row: no other is the outermost in any direction.</param>
    /// <param name="angle">The angle, in degrees.</param>
    /// <param name="pen">The width of the strokes.</param>
    private static double Beside((int X, int Y)[] places, (int X, int Y)[] outline, int angle, double pen)
    {
        (double cos, double sin) = (Math.Cos(angle * Math.PI / 180), Math.Sin(angle * Math.PI / 180));
        (double[] u, double[] v) = Turn(outline, cos, sin);
        (double lowU, double highU, double lowV, double highV) = (u.Min(), u.Max(), v.Min(), v.Max());

        // What the lengths of the strokes rule out needs no medians, which take most of the time.
        double lengths = highU - lowU + highV - lowV;
        double strokes = (lengths - pen) * pen;
        if (lengths < 2 * LeastLength * pen || Math.Abs(places.Length - strokes) > MostOff * strokes)
        {
            return 1;
        }

        (u, v) = Turn(places, cos, sin);

        // Half of the ink of a cross lies in the other stroke, where one coordinate hardly changes: its median is where they cross.
        (double middleU, double middleV) = (Selection.Median(u), Selection.Median(v));
        (double left, double right, double up, double down) = (middleU - lowU, highU - middleU, middleV - lowV, highV - middleV);
        if (Math.Min(Math.Min(left, right), Math.Min(up, down)) < LeastArm * Math.Max(Math.Max(left, right), Math.Max(up, down)))
        {
            return 1;
        }

        double reach = 0.75 * pen;
        int beside = 0;
        for (int i = 0; i < u.Length; i++)
        {
            beside += Math.Abs(u[i] - middleU) > reach && Math.Abs(v[i] - middleV) > reach ? 1 : 0;
        }

        return (double)beside / places.Length;
    }

    private static (double[] U, double[] V) Turn((int X, int Y)[] places, double cos, double sin)
    {
        (double[] u, double[] v) = (new double[places.Length], new double[places.Length]);
        for (int i = 0; i < places.Length; i++)
        {
            (int x, int y) = places[i];
            (u[i], v[i]) = ((cos * x) + (sin * y), (cos * y) - (sin * x));
        }

        return (u, v);
    }

    private static (int X, int Y)[] Places(Mask ink)
    {
        var places = new (int X, int Y)[ink.Count];
        int count = 0;
        for (int y = 0; y < ink.Height; y++)
        {
            for (int x = 0; x < ink.Width; x++)
            {
                if (ink.Pixels[(y * ink.Width) + x])
                {
                    places[count++] = (x, y);
                }
            }
        }

        return places;
    }
}
