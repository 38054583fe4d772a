using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// What it costs to take parts for one digit, whatever they show. The network has seen digits only, never halves and pairs of them,
/// and is often as sure of those; so their shape has a say too. The costs are in nats, as negative logarithms of
/// probabilities are: 1 makes a reading e times less probable. They are rules of thumb, weighed on pages written with MNIST's digits.
/// </summary>
internal static class DigitCost
{
    /// <summary>A cut through ink: most neighbours do not touch.</summary>
    private const double Cut = 2;

    /// <summary>Each further stroke's width of ink that the cut goes through: where digits touch, they do so at one place.</summary>
    private const double CutStroke = 1.2;

    /// <summary>For each height that is missing to half of the line's digits: noughts are small, dots are smaller.</summary>
    private const double Low = 12;

    private const double LowestHeight = 0.5;

    /// <summary>For each time its height that it is wider than <see cref="SignShapes.Wide"/>.</summary>
    private const double Wide = 8;

    /// <summary>For each width of the line's digits that it is wider than <see cref="SignShapes.WideInLine"/>.</summary>
    private const double WideInLine = 2;

    /// <summary>For a piece that stands beside the others, and not above or below them as the bar of a five does.</summary>
    private const double Beside = 3;

    /// <summary>For as much of the ink as such pieces hold.</summary>
    private const double BesideInk = 5;

    /// <summary>For each height of paper between pieces.</summary>
    private const double Gap = 10;

    /// <summary>A box that is very low or wide is measured against at least this share of what it should be.</summary>
    private const double LeastHeight = 0.6;

    /// <summary>The cost of a digit made of the parts from <paramref name="begin"/> to before <paramref name="end"/>, and of the cut on its left.</summary>
    public static double Of(SegmentedLine line, int begin, int end)
    {
        Box box = line.Bounds(begin, end);
        double height = Math.Max(box.Height, LeastHeight * box.Width) / line.Height;
        double shape = box.Width / Math.Max(box.Height, LeastHeight * line.Height);
        return (line.Shapes.Cut * OfCut(line.Crossed(begin) / line.Stroke))
            + (Low * Math.Max(0, LowestHeight - height))
            + (Wide * Math.Max(0, shape - line.Shapes.Wide))
            + (WideInLine * Math.Max(0, (box.Width / line.Width) - line.Shapes.WideInLine))
            + (Gap * line.WidestGap(begin, end) / line.Height)
            + (line.Shapes.Broken * OfPieces([.. line.Pieces(begin, end).OrderByDescending(piece => piece.Area)]));
    }

    private static double OfCut(double strokes) => strokes == 0 ? 0 : Cut + (CutStroke * Math.Max(0, strokes - 1));

    /// <summary>The cost of putting pieces together, the largest first: none for those that stand above or below another.</summary>
    private static double OfPieces(Piece[] pieces)
    {
        double cost = 0;
        double ink = pieces.Sum(piece => piece.Area);
        for (int i = 1; i < pieces.Length; i++)
        {
            Box box = pieces[i].Box;
            int shared = pieces[..i].Max(other => Math.Min(other.Box.Right, box.Right) - Math.Max(other.Box.X, box.X));
            double beside = 1 - Math.Clamp((double)shared / box.Width, 0, 1);
            cost += beside * (Beside + (BesideInk * pieces[i].Area / ink));
        }

        return cost;
    }
}
