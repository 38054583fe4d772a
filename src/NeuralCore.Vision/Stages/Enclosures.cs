using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Takes frames, rings and boxes out of the ink by what they do, not by their grey: a piece of ink that goes round others is
/// no digit. Whoever stands within it and looks around sees it in nearly every direction.
/// </summary>
internal static class Enclosures
{
    /// <summary>The directions in which is looked.</summary>
    private const int Directions = 48;

    /// <summary>In how many of them it has to be seen: hands do not always close what they draw.</summary>
    private const double Seen = 0.8;

    /// <summary>What a frame holds is at least this high, as a share of it. A nought may have dirt in it.</summary>
    private const double LeastContent = 0.3;

    /// <summary>A frame that is drawn with so thin a pen for its size is larger than any digit, and may hold a small one.</summary>
    private const double ThinPen = 0.03;

    /// <summary>What it then holds is at least this many times as high as its pen is wide: no dot.</summary>
    private const double LeastStrokes = 4;

    /// <summary>Removes what goes round other ink.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="marks">The ink and fainter marks: a pale frame may be whole only there.</param>
    /// <param name="least">The shorter side of the smallest frame, in pixels.</param>
    public static Mask Remove(Mask ink, Mask marks, double least)
    {
        Mask left = Find(marks, least) is { } frames ? ink.Without(frames) : ink;
        return Find(left, least) is { } others ? left.Without(others) : left;
    }

    private static Mask? Find(Mask ink, double least)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(ink);
        Component[] large = [.. pieces.All.Where(piece => Math.Min(piece.Box.Width, piece.Box.Height) >= least).OrderByDescending(piece => piece.Box.Area)];
        HashSet<int> frames = [.. large.Where(piece => GoesRound(piece, pieces, ink)).Select(piece => piece.Label)];
        return frames.Count == 0 ? null : pieces.Select(piece => frames.Contains(piece.Label));
    }

    private static bool GoesRound(Component frame, ConnectedComponents pieces, Mask ink)
    {
        Component[] within = [.. pieces.All.Where(piece => piece.Label != frame.Label && Contains(frame.Box, piece.Box) && IsSurrounded(piece, frame, pieces, ink.Height))];
        if (within.Length == 0)
        {
            return false;
        }

        Component content = within.MaxBy(piece => piece.Area);
        int height = Math.Max(content.Box.Height, content.Box.Width / 2);
        if (height >= LeastContent * frame.Box.Height)
        {
            return true;
        }

        double pen = Pen(frame, pieces, ink);
        return pen <= ThinPen * Math.Max(frame.Box.Width, frame.Box.Height) && height >= LeastStrokes * Pen(content, pieces, ink);
    }

    private static double Pen(Component piece, ConnectedComponents pieces, Mask ink) => StrokeWidth.Measure(pieces.Cut(piece));

    private static bool Contains(Box outer, Box inner) => inner.X >= outer.X && inner.Y >= outer.Y && inner.Right <= outer.Right && inner.Bottom <= outer.Bottom;

    private static bool IsSurrounded(Component piece, Component frame, ConnectedComponents pieces, int height)
    {
        (double x, double y) = (piece.Box.X + (piece.Box.Width / 2.0), piece.Box.Y + (piece.Box.Height / 2.0));
        int seen = 0;
        for (int i = 0; i < Directions; i++)
        {
            (double dx, double dy) = (Math.Cos(2 * Math.PI * i / Directions), Math.Sin(2 * Math.PI * i / Directions));
            bool isHit = false;
            for (int step = 1; !isHit; step++)
            {
                (int column, int row) = ((int)(x + (step * dx)), (int)(y + (step * dy)));
                if (column < 0 || row < 0 || column >= pieces.Width || row >= height)
                {
                    break;
                }

                isHit = pieces.Labels[(row * pieces.Width) + column] == frame.Label;
            }

            seen += isHit ? 1 : 0;
        }

        return seen >= Seen * Directions;
    }
}
