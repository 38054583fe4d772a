using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// The digits of a grid, one a cell or none. Each cell is taken out as a square, and the squares are laid out as a page whose lines are
/// straight and level. What is written across a line belongs to the cell that has most of it.
/// </summary>
internal static class GridReader
{
    /// <summary>The most pixels of a cell's side: four times the 20 that the network sees.</summary>
    private const int LargestCell = 80;

    private const int SmallestCell = 32;

    /// <summary>The least height and width of a digit, of which it has one at least, as shares of a cell's side.</summary>
    private const double LeastHeight = 0.3;

    private const double LeastWidth = 0.25;

    /// <summary>A piece of ink that has this share of itself in one cell belongs there altogether. Others are cut by the line between.</summary>
    private const double InOneCell = 0.7;

    /// <summary>The strongest marks of a cell: the share of its pixels that is weaker. A one covers three in a hundred.</summary>
    private const double PeakQuantile = 0.98;

    private const float ThresholdShare = 0.5f;

    /// <summary>Marks weaker than this share of those in a weak cell are dirt; a quarter of the cells with marks is weaker than that one.</summary>
    private const float LeastContrast = 0.5f;

    /// <summary>A line takes less than this share of a cell on each side.</summary>
    private const double LineShare = 0.08;

    /// <summary>Less ink than this share of a cell is dirt, or what is left of a line.</summary>
    private const double Dirt = 0.004;

    /// <summary>Finds the digits' ink.</summary>
    /// <param name="photo">The photo that the grid was found in.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    public static IEnumerable<GridCell> Cells(ColourImage photo, FoundGrid grid, Action<StagePicture>? keep = null)
    {
        Quadrilateral frame = new(grid.Crossings[0, 0], grid.Crossings[0, grid.Columns], grid.Crossings[grid.Rows, grid.Columns], grid.Crossings[grid.Rows, 0]);
        double seen = Math.Max(frame.Width / grid.Columns, frame.Height / grid.Rows);
        int side = Math.Clamp((int)seen, SmallestCell, LargestCell);
        ColourImage page = Straightened(photo, grid, side, Math.Max(1, (int)(seen / side)));
        Mask ink = FindInk(DigitPipeline.FindMarks(page.ToPlanes(), Polarity.IsLightInk(page), keep).Strength, side);
        GridEraser.EraseLevel(ink, side);
        ink = ink.Transposed();
        GridEraser.EraseLevel(ink, side);
        ink = ink.Transposed();
        keep?.Invoke(StagePicture.Of("cells", "Ink of each cell, by a threshold of its own", ink.ToGray()));
        foreach (((int row, int column), Mask window) in Windows(ink, grid, side))
        {
            Mask digit = DigitChoice.Find(ConnectedComponents.Of(window).Select(piece => !IsRemnant(piece.Box, side)));
            if (digit.Bounds() is { } box && IsDigit(box, side))
            {
                Homography toPhoto = Homography.FromRectangle(side, side, grid.Cell(row, column));
                Box place = toPhoto.Map(box with { X = box.X - side, Y = box.Y - side }, photo.Width, photo.Height);
                yield return new GridCell(row, column, digit.Crop(box), place);
            }
        }
    }

    /// <summary>
    /// The ink of a grid, its lines too. Each cell has a threshold of its own, halfway from its paper to its strongest marks: beside black
    /// print, handwriting in blue or pencil would be as faint as dirt.
    /// </summary>
    private static Mask FindInk(GrayImage strength, int side)
    {
        (int width, int columns, int cells) = (strength.Width, strength.Width / side, strength.Width / side * (strength.Height / side));
        int inset = (int)Math.Ceiling(LineShare * side), inner = side - (2 * inset);
        var (paper, contrast) = (new float[cells], new float[cells]);
        for (int cell = 0; cell < cells; cell++)
        {
            int corner = (((cell / columns * side) + inset) * width) + (cell % columns * side) + inset;
            float[] values = [.. Enumerable.Range(0, inner * inner).Select(i => strength.Pixels[corner + (i / inner * width) + (i % inner)]).Order()];
            paper[cell] = values[values.Length / 2];
            contrast[cell] = values[(int)(PeakQuantile * values.Length)] - paper[cell];
        }

        float[] written = [.. contrast.Where(value => value >= InkMask.FaintestInk).Order()];
        float faintest = written.Length == 0 ? float.PositiveInfinity : Math.Max(InkMask.FaintestInk, LeastContrast * written[written.Length / 4]);
        bool IsInk(int i)
        {
            int cell = (i / width / side * columns) + (i % width / side);
            return contrast[cell] >= faintest && strength.Pixels[i] >= paper[cell] + (ThresholdShare * contrast[cell]);
        }

        return new Mask(width, strength.Height, [.. Enumerable.Range(0, strength.Pixels.Length).Select(IsInk)]);
    }

    private static bool IsDigit(Box box, int side) => box.Height >= LeastHeight * side || (box.Width >= LeastWidth * side && box.Height >= LeastWidth * side);

    /// <summary>A bit of a line: thin, and at the side of its cell.</summary>
    private static bool IsRemnant(Box box, int side)
    {
        double thin = LineShare * side;
        bool IsAtSide(int begin, int end) => Math.Abs(((begin + end) / 2.0) - side) < 2 * thin || Math.Abs(((begin + end) / 2.0) - (2 * side)) < 2 * thin;
        return (box.Height <= thin && IsAtSide(box.Y, box.Bottom)) || (box.Width <= thin && IsAtSide(box.X, box.Right));
    }

    private static ColourImage Straightened(ColourImage photo, FoundGrid grid, int side, int factor)
    {
        ColourImage small = photo.ShrunkBy(factor);
        int width = grid.Columns * side;
        var pixels = new byte[width * grid.Rows * side * ColourImage.Channels];
        for (int row = 0; row < grid.Rows; row++)
        {
            for (int column = 0; column < grid.Columns; column++)
            {
                ColourImage cell = Perspective.Rectify(small, Homography.FromRectangle(side, side, grid.Cell(row, column).Scaled(1.0 / factor)), side, side);
                for (int y = 0; y < side; y++)
                {
                    int target = ((((row * side) + y) * width) + (column * side)) * ColourImage.Channels;
                    cell.Pixels.AsSpan(y * side * ColourImage.Channels, side * ColourImage.Channels).CopyTo(pixels.AsSpan(target));
                }
            }
        }

        return new ColourImage(width, grid.Rows * side, pixels);
    }

    /// <summary>For each cell with ink a mask of the ink that belongs to it, with the room of a cell on each side.</summary>
    private static IEnumerable<((int Row, int Column) Cell, Mask Window)> Windows(Mask ink, FoundGrid grid, int side)
    {
        var windows = new Dictionary<(int Row, int Column), Mask>();
        foreach (Piece piece in Piece.AllOf(ink).Where(piece => piece.Area >= Dirt * side * side))
        {
            Dictionary<(int Row, int Column), int> shares = Places(piece).GroupBy(CellAt).ToDictionary(group => group.Key, group => group.Count());
            ((int Row, int Column) home, int most) = shares.MaxBy(share => share.Value);
            bool isWhole = most >= InOneCell * piece.Area;
            foreach ((int X, int Y) at in Places(piece))
            {
                (int Row, int Column) cell = isWhole ? home : CellAt(at);
                if (!windows.TryGetValue(cell, out Mask? window))
                {
                    windows.Add(cell, window = new Mask(3 * side, 3 * side));
                }

                (int x, int y) = (at.X - ((cell.Column - 1) * side), at.Y - ((cell.Row - 1) * side));
                if (x >= 0 && y >= 0 && x < window.Width && y < window.Height)
                {
                    window[x, y] = true;
                }
            }
        }

        return windows.OrderBy(window => (window.Key.Row * grid.Columns) + window.Key.Column).Select(window => (window.Key, window.Value));

        (int Row, int Column) CellAt((int X, int Y) at) => (at.Y / side, at.X / side);

        static IEnumerable<(int X, int Y)> Places(Piece piece) =>
            Enumerable.Range(0, piece.Ink.Pixels.Length).Where(i => piece.Ink.Pixels[i]).Select(i => (piece.Box.X + (i % piece.Box.Width), piece.Box.Y + (i / piece.Box.Width)));
    }
}

/// <summary>A cell of a grid that something is written in.</summary>
/// <param name="Row">Counted from the top, from 0.</param>
/// <param name="Column">Counted from the left, from 0.</param>
/// <param name="Ink">The digit, cut out to its box.</param>
/// <param name="Place">Where it stands, in pixels of the photo.</param>
internal sealed record GridCell(int Row, int Column, Mask Ink, Box Place);
