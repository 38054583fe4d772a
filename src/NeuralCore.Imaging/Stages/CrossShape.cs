using NeuralCore.Imaging.Pixels;

namespace NeuralCore.Imaging.Stages;

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
        (int X, int Y)[] places = [.. Enumerable.Range(0, ink.Pixels.Length).Where(i => ink.Pixels[i]).Select(i => (i % ink.Width, i / ink.Width))];
        (double best, int turned) = (double.PositiveInfinity, 0);
        for (int angle = -44; angle <= 44; angle += Step)
        {
            double beside = Beside(places, angle, pen);
            (best, turned) = beside < best ? (beside, angle) : (best, turned);
        }

        return best > MostBeside || StrokeShape.HasHole(ink) ? null : Math.Abs(turned) <= MostTurned ? MarkKind.Plus : MarkKind.Times;
    }

    /// <summary>The part of the ink that lies beside a cross at this angle; 1 if its arms are too different, or it has none.</summary>
    private static double Beside((int X, int Y)[] places, int angle, double pen)
    {
        (double cos, double sin) = (Math.Cos(angle * Math.PI / 180), Math.Sin(angle * Math.PI / 180));
        (double U, double V)[] turned = Array.ConvertAll(places, p => ((cos * p.X) + (sin * p.Y), (cos * p.Y) - (sin * p.X)));
        double[] u = [.. turned.Select(p => p.U).Order()], v = [.. turned.Select(p => p.V).Order()];

        // Half of the ink of a cross lies in the other stroke, where one coordinate hardly changes: its median is where they cross.
        (double middleU, double middleV) = (u[u.Length / 2], v[v.Length / 2]);
        double[] arms = [u[^1] - middleU, middleU - u[0], v[^1] - middleV, middleV - v[0]];
        double strokes = (arms.Sum() - pen) * pen;
        if (arms.Min() < LeastArm * arms.Max() || arms.Sum() < 2 * LeastLength * pen || Math.Abs(places.Length - strokes) > MostOff * strokes)
        {
            return 1;
        }

        double reach = 0.75 * pen;
        return (double)turned.Count(p => Math.Abs(p.U - middleU) > reach && Math.Abs(p.V - middleV) > reach) / places.Length;
    }
}
