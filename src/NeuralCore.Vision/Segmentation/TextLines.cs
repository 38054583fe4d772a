using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Sorts a page's pieces into lines of writing. Each piece is tied to the nearest one on its right that stands beside it, and a
/// line is what hangs together: so a line may climb, fall or bend, as long as neighbours stay beside each other. A wide gap ends
/// a line, so columns of numbers are lines of their own.
/// </summary>
internal static class TextLines
{
    /// <summary>Two pieces stand beside each other if they share this much of the lower one's rows.</summary>
    private const double SharedRows = 0.4;

    /// <summary>The widest gap within a line, in typical heights.</summary>
    private const double WidestGap = 2.6;

    /// <summary>How far a small piece may stand from the digit that it belongs to, in typical heights.</summary>
    private const double Reach = 0.35;

    /// <summary>Two pieces are one broken digit if they share this much of the narrower one's columns,</summary>
    private const double SharedColumns = 0.5;

    /// <summary>and are together at most so high, in typical heights. Digits of two lines would be twice as high.</summary>
    private const double TallestBroken = 1.25;

    /// <summary>A piece that is this many times as wide as high is a dash.</summary>
    private const int WidthsOfDash = 3;

    /// <summary>A piece this high, in typical heights, is no digit: at most a part of one, or dirt.</summary>
    private const double Small = 0.3;

    /// <summary>The height that most of the ink has: half of it belongs to pieces at least so high.</summary>
    /// <param name="pieces">At least one.</param>
    public static int TypicalHeight(IReadOnlyCollection<Piece> pieces)
    {
        long half = pieces.Sum(piece => (long)piece.Area) / 2;
        foreach (Piece piece in pieces.OrderByDescending(piece => piece.Box.Height))
        {
            half -= piece.Area;
            if (half <= 0)
            {
                return piece.Box.Height;
            }
        }

        return pieces.Max(piece => piece.Box.Height);
    }

    /// <summary>Finds the lines.</summary>
    /// <param name="pieces">The page's ink, at least one piece.</param>
    /// <returns>The lines in reading order, the pieces of each from left to right. Pieces too small to be digits that stand near none are left out.</returns>
    public static IReadOnlyList<IReadOnlyList<Piece>> Find(IReadOnlyCollection<Piece> pieces)
    {
        int height = TypicalHeight(pieces);
        Piece[] large = [.. pieces.Where(piece => Size(piece) > Small * height).OrderBy(piece => piece.TwiceMiddle).ThenBy(piece => piece.Box.Y)];
        int[] numbers = Tie(large, height);
        List<List<Piece>> lines = [.. Enumerable.Range(0, large.Length).GroupBy(i => numbers[i]).Select(group => group.Select(i => large[i]).ToList())];
        foreach (Piece small in pieces.Where(piece => Size(piece) <= Small * height))
        {
            Nearest(lines, small.Box, height)?.Add(small);
        }

        return [.. InReadingOrder(lines).Select(pieces => pieces.OrderBy(piece => piece.TwiceMiddle).ThenBy(piece => piece.Box.Y).ToArray())];
    }

    /// <summary>The line that has a piece within reach of a box; the nearest of several.</summary>
    private static List<Piece>? Nearest(IEnumerable<List<Piece>> lines, Box box, int height)
    {
        (List<Piece>? nearest, int gap) = (null, (int)(Reach * height) + 1);
        foreach (List<Piece> line in lines)
        {
            int distance = line.Min(piece => piece.Box.Gap(box));
            (nearest, gap) = distance < gap ? (line, distance) : (nearest, gap);
        }

        return nearest;
    }

    /// <summary>How large a piece is for a digit. A dash is as wide as one, and still none.</summary>
    private static int Size(Piece piece) => Math.Max(piece.Box.Height, piece.Box.Width / WidthsOfDash);

    /// <summary>For each piece the number of its line.</summary>
    private static int[] Tie(Piece[] pieces, int height)
    {
        int[] line = [.. Enumerable.Range(0, pieces.Length)];
        for (int i = 0; i < pieces.Length; i++)
        {
            (int nearest, int gap) = (-1, (int)(WidestGap * height) + 1);
            for (int j = i + 1; j < pieces.Length; j++)
            {
                if (AreOneDigit(pieces[i].Box, pieces[j].Box, height))
                {
                    line = Merged(line, j, i);
                }

                int distance = Math.Max(0, pieces[j].Box.X - pieces[i].Box.Right);
                if (distance < gap && StandBeside(pieces[i].Box, pieces[j].Box))
                {
                    (nearest, gap) = (j, distance);
                }
            }

            if (nearest >= 0)
            {
                line = Merged(line, nearest, i);
            }
        }

        return line;
    }

    private static int[] Merged(int[] line, int one, int other)
    {
        (int from, int to) = (line[one], line[other]);
        return Array.ConvertAll(line, number => number == from ? to : number);
    }

    private static bool AreOneDigit(Box a, Box b, int height)
    {
        int shared = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
        return shared >= SharedColumns * Math.Min(a.Width, b.Width) && a.Union(b).Height <= TallestBroken * height;
    }

    private static bool StandBeside(Box a, Box b)
    {
        int shared = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y);
        return shared >= SharedRows * Math.Min(a.Height, b.Height);
    }

    /// <summary>
    /// From top to bottom, and side by side from left to right. On a page that lies askew all lines climb or fall alike: heights
    /// are compared after that slope is taken off.
    /// </summary>
    private static IEnumerable<List<Piece>> InReadingOrder(List<List<Piece>> lines)
    {
        double slope = Slope(lines);
        var rows = new List<List<List<Piece>>>();
        foreach (List<Piece> line in lines.OrderBy(line => Height(line, slope)))
        {
            int typical = TypicalHeight(line);
            List<List<Piece>>? row = rows.LastOrDefault(
                row => row.TrueForAll(other => Height(line, slope) - Height(other, slope) < typical / 2.0 && AreApart(Bounds(line), Bounds(other))));
            if (row is null)
            {
                rows.Add(row = []);
            }

            row.Add(line);
        }

        return rows.SelectMany(row => row.OrderBy(line => Bounds(line).X));
    }

    /// <summary>The slope of the straight lines that come nearest to all pieces' middles, one for each line of writing, all parallel.</summary>
    private static double Slope(List<List<Piece>> lines)
    {
        (double together, double across) = (0, 0);
        foreach (List<Piece> line in lines)
        {
            (double meanX, double meanY) = (line.Average(MiddleX), line.Average(MiddleY));
            together += line.Sum(piece => (MiddleX(piece) - meanX) * (MiddleY(piece) - meanY));
            across += line.Sum(piece => (MiddleX(piece) - meanX) * (MiddleX(piece) - meanX));
        }

        return across == 0 ? 0 : together / across;
    }

    private static double Height(List<Piece> line, double slope) => line.Average(piece => MiddleY(piece) - (slope * MiddleX(piece)));

    private static double MiddleX(Piece piece) => piece.Box.X + (piece.Box.Width / 2.0);

    private static double MiddleY(Piece piece) => piece.Box.Y + (piece.Box.Height / 2.0);

    private static bool AreApart(Box a, Box b) => a.Right <= b.X || b.Right <= a.X;

    private static Box Bounds(List<Piece> line) => line.Select(piece => piece.Box).Aggregate((a, b) => a.Union(b));
}
