using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>A grid on a photo: the places where its lines cross.</summary>
/// <param name="Rows">Cells above one another.</param>
/// <param name="Columns">Cells beside one another.</param>
/// <param name="Crossings">(Rows + 1) x (Columns + 1) places, in pixels of the photo.</param>
internal sealed record FoundGrid(int Rows, int Columns, Point[,] Crossings)
{
    /// <summary>The corners of a cell.</summary>
    public Quadrilateral Cell(int row, int column) =>
        new(Crossings[row, column], Crossings[row, column + 1], Crossings[row + 1, column + 1], Crossings[row + 1, column]);

    /// <summary>The grid on the same photo in another size.</summary>
    public FoundGrid Scaled(double factor)
    {
        var scaled = new Point[Rows + 1, Columns + 1];
        for (int i = 0; i < scaled.Length; i++)
        {
            (int row, int column) = (i / (Columns + 1), i % (Columns + 1));
            scaled[row, column] = new(Crossings[row, column].X * factor, Crossings[row, column].Y * factor);
        }

        return this with { Crossings = scaled };
    }
}

/// <summary>
/// Finds a grid of cells, as a sudoku is: the lines hang together and are the largest thing on the page of that kind. The largest
/// quadrilateral in them is looked at from straight above, and each line is followed on its own (<see cref="GridLines"/>).
/// </summary>
internal static class GridFinder
{
    /// <summary>The cells of a side of a sudoku, which is recognised without being asked for.</summary>
    public const int Sudoku = 9;

    /// <summary>The most cells of a side.</summary>
    private const int MostCells = 20;

    /// <summary>The shorter side of a grid, as a share of the picture's.</summary>
    private const double SmallestGrid = 0.3;

    /// <summary>Lines cover less than this share of a grid: what covers more is a picture, or a shadow.</summary>
    private const double MostCovered = 0.5;

    /// <summary>How many things on a page are tried, the largest first.</summary>
    private const int MostTried = 4;

    /// <summary>A grid is looked at in this many pixels a side, with paper around it.</summary>
    private const int Side = 432;

    private const int Margin = 32;

    /// <summary>Finds the grid.</summary>
    /// <param name="page">What is on a page, its lines too.</param>
    /// <param name="isAsked">Whether there is known to be one: then it may have any number of cells, and else is a sudoku's.</param>
    public static FoundGrid? Find(PaperMarks page, bool isAsked)
    {
        Mask marks = page.All;
        ConnectedComponents pieces = ConnectedComponents.Of(marks);
        double least = SmallestGrid * Math.Min(marks.Width, marks.Height);
        foreach (Component piece in pieces.All.Where(piece => Math.Min(piece.Box.Width, piece.Box.Height) >= least && piece.Area <= MostCovered * piece.Box.Area)
            .OrderByDescending(piece => piece.Box.Area).Take(MostTried))
        {
            if (Quadrilateral.LargestIn(ConvexHull.Of(pieces, piece)) is { } frame && Math.Min(frame.Width, frame.Height) >= least
                && Within(page.Strength, frame, isAsked) is { } grid)
            {
                return grid;
            }
        }

        return null;
    }

    private static FoundGrid? Within(GrayImage strength, Quadrilateral frame, bool isAsked)
    {
        var map = Homography.FromRectangle(Side, Side, frame);
        GrayImage level = Rectified(strength, map, Math.Max(frame.Width, frame.Height) / Side);
        GrayImage upright = level.Transposed();
        foreach (int rows in Counts(isAsked))
        {
            GridLines across = GridLines.Follow(level, Margin, rows);
            if (across.IsWhole && Counts(isAsked).Select(count => (Count: count, Lines: GridLines.Follow(upright, Margin, count))).FirstOrDefault(at => at.Lines.IsWhole) is { Count: > 0 } down)
            {
                return new FoundGrid(rows, down.Count, Crossings(across, rows, down.Lines, down.Count, map));
            }
        }

        return null;
    }

    private static IEnumerable<int> Counts(bool isAsked) =>
        isAsked ? [Sudoku, .. Enumerable.Range(2, MostCells - 1).Where(count => count != Sudoku)] : [Sudoku];

    /// <summary>Follows both lines towards each other, from where they would cross if they were straight.</summary>
    private static Point[,] Crossings(GridLines across, int rows, GridLines down, int columns, Homography map)
    {
        const int rounds = 4;
        var crossings = new Point[rows + 1, columns + 1];
        for (int row = 0; row <= rows; row++)
        {
            for (int column = 0; column <= columns; column++)
            {
                (double x, double y) = (Margin + ((double)Side * column / columns), Margin + ((double)Side * row / rows));
                for (int round = 0; round < rounds; round++)
                {
                    (x, y) = (down.Row(column, y), across.Row(row, x));
                }

                crossings[row, column] = map.Map(new Point(x - Margin, y - Margin));
            }
        }

        return crossings;
    }

    /// <summary>The grid from straight above, with paper around it. A pixel is the strongest ink of those that it stands for: lines may be a pixel wide.</summary>
    private static GrayImage Rectified(GrayImage strength, Homography map, double pixelsPerPixel)
    {
        const int side = Side + (2 * Margin);
        BytePlane strongest = Extremes.Brightest(new BytePlane(strength.Width, strength.Height, strength.ToBytes()), Math.Max(0, (int)Math.Ceiling((pixelsPerPixel - 1) / 2)));
        var rectified = new GrayImage(side, side);
        for (int i = 0; i < side * side; i++)
        {
            Point at = map.Map(new Point((i % side) + 0.5 - Margin, (i / side) + 0.5 - Margin));
            (int x, int y) = ((int)Math.Floor(at.X), (int)Math.Floor(at.Y));
            rectified.Pixels[i] = x >= 0 && y >= 0 && x < strength.Width && y < strength.Height ? strongest[x, y] : 0;
        }

        return rectified;
    }
}
