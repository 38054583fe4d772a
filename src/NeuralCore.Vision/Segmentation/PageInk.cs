using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// The ink of a page of digits, in pieces, at a size where digits are about <see cref="DigitHeight"/> pixels high: what follows need not
/// know how large the photo is or how large the writing is. The ink is found twice, first at the photo's own size to see how high it is.
/// </summary>
/// <param name="Ink">All ink, as large as the page at that size.</param>
/// <param name="Pieces">The pieces of it that may be digits or parts of them.</param>
/// <param name="Stroke">The width of the pen, in pixels.</param>
/// <param name="Scale">How many pixels of the ink are one of the page.</param>
internal sealed record PageInk(Mask Ink, IReadOnlyList<Piece> Pieces, double Stroke, double Scale)
{
    /// <summary>Pieces too small to be digits: dirt, and points.</summary>
    public IReadOnlyList<Piece> Specks { get; private init; } = [];

    /// <summary>Those of them that a pen may have made, as on an i.</summary>
    public IEnumerable<Piece> Dots => Specks.Where(piece => piece.Area >= SmallestDot * Stroke * Stroke);

    /// <summary>How high digits come out, in pixels: three times the 20 that the network sees, so that strokes have insides.</summary>
    private const double DigitHeight = 64;

    /// <summary>Larger photos are made smaller before anything else.</summary>
    public const int LongestSide = 1600;

    /// <summary>Small writing is enlarged at most this many times, and to at most this many pixels.</summary>
    private const double MostEnlarged = 4;

    private const double MostPixels = 4e6;
    private const double MostReduced = 0.1;

    /// <summary>Lower digits, in pixels of the photo, cannot be read: what is as low is the grain of the paper.</summary>
    private const int SmallestDigit = 7;

    /// <summary>The shorter side of a box around a digit, in pixels.</summary>
    private const int SmallestFrame = 2 * SmallestDigit;

    /// <summary>How much of its height a digit may touch the edge of the photo with; what touches more goes on outside.</summary>
    private const double MostContact = 0.5;

    /// <summary>What touches the edge and is larger than this many digits is none.</summary>
    private const double TallestAtEdge = 2;

    private const double WidestAtEdge = 1.5;

    /// <summary>A line of a table or a grid has at least this share of the picture's longer side, and this many heights of digits.</summary>
    private const double ShortestLine = 0.2;

    private const int HeightsOfLine = 3;

    /// <summary>The area of the smallest dot, in squares of the pen's width.</summary>
    private const double SmallestDot = 0.5;

    /// <summary>Dirt is shorter than this many widths of the pen.</summary>
    private const double Dirt = 2;

    /// <summary>Finds the ink.</summary>
    /// <param name="channels">The red, green and blue of the page, at most <see cref="LongestSide"/> pixels a side.</param>
    /// <param name="marks">What is on it.</param>
    /// <param name="isLight">Whether ink is lighter than the paper.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    public static PageInk Find(BytePlane[] channels, PaperMarks marks, bool isLight, Action<StagePicture>? keep = null)
    {
        (Mask ink, Piece[] pieces) = FindPieces(marks, null);
        if (pieces.Length == 0 || TextLines.TypicalHeight(pieces) < SmallestDigit)
        {
            return new PageInk(ink, [], 1, 1);
        }

        double most = Math.Min(MostEnlarged, Math.Sqrt(MostPixels / ink.Pixels.Length));
        double scale = Math.Clamp(DigitHeight / TextLines.TypicalHeight(pieces), MostReduced, Math.Max(MostReduced, most));
        (int width, int height) = ((int)Math.Ceiling(channels[0].Width * scale), (int)Math.Ceiling(channels[0].Height * scale));
        channels = Array.ConvertAll(channels, channel => channel.Resized(width, height));
        keep?.Invoke(StagePicture.Of("photo", "Photo, at working size", channels));
        (ink, pieces) = FindPieces(DigitPipeline.FindMarks(channels, isLight, keep), keep);
        if (pieces.Length == 0)
        {
            return new PageInk(ink, pieces, 1, scale);
        }

        double stroke = TypicalStroke(pieces);
        ILookup<bool, Piece> bySize = pieces.ToLookup(piece => Math.Max(piece.Box.Width, piece.Box.Height) >= Dirt * stroke && piece.Area >= stroke * stroke);
        return new PageInk(ink, [.. bySize[true]], stroke, scale) { Specks = [.. bySize[false]] };
    }

    /// <summary>A box of the ink as one of the page.</summary>
    public Box OnPage(Box box)
    {
        (int x, int y) = ((int)(box.X / Scale), (int)(box.Y / Scale));
        return new Box(x, y, (int)Math.Ceiling(box.Right / Scale) - x, (int)Math.Ceiling(box.Bottom / Scale) - y);
    }

    private static (Mask Ink, Piece[] Pieces) FindPieces(PaperMarks found, Action<StagePicture>? keep)
    {
        (Mask ink, Mask marks) = DigitPipeline.WithoutRuledLines(found, keep);
        ink = Enclosures.Remove(WithoutGrids(ink, marks, keep), marks, SmallestFrame);
        Piece[] all = [.. Piece.AllOf(ink)];
        Piece[] inside = [.. all.Where(piece => Contact(piece, ink) == 0)];
        if (inside.Length == 0)
        {
            return (ink, all);
        }

        int height = TextLines.TypicalHeight(inside);
        return (ink, [.. all.Where(piece => Contact(piece, ink) == 0 || IsDigitAtEdge(piece, ink, height))]);
    }

    /// <summary>Removes lines that end within the picture, if what is left is so much lower that none of them can have been a digit's stroke.</summary>
    private static Mask WithoutGrids(Mask ink, Mask marks, Action<StagePicture>? keep)
    {
        int length = (int)(Math.Max(ink.Width, ink.Height) * ShortestLine);
        Mask left = LongLines.Remove(ink, marks, length);
        Piece[] pieces = left.Count < ink.Count ? [.. Piece.AllOf(left)] : [];
        if (pieces.Length == 0 || TextLines.TypicalHeight(pieces) * HeightsOfLine > length)
        {
            return ink;
        }

        double stroke = TypicalStroke(pieces);
        ConnectedComponents components = ConnectedComponents.Of(left);
        left = components.Select(component => !IsRemnant(pieces[component.Label - 1], stroke));
        keep?.Invoke(StagePicture.Of("grids", "Lines of tables and grids removed", left.ToGray()));
        return left;
    }

    /// <summary>A bit of a line that was not found whole: straight, and much thinner than the pen.</summary>
    private static bool IsRemnant(Piece piece, double stroke) =>
        Math.Min(piece.Box.Width, piece.Box.Height) < stroke && StrokeWidth.Measure(piece.Ink) < stroke / 2;

    /// <summary>A digit may touch the edge of the photo, where it was cut close. Most that does is a table, or a shadow.</summary>
    private static bool IsDigitAtEdge(Piece piece, Mask ink, int height) =>
        Contact(piece, ink) < MostContact * height && piece.Box.Height < TallestAtEdge * height && piece.Box.Width < WidestAtEdge * height;

    /// <summary>How many pixels of a piece lie at the edge of the photo.</summary>
    private static int Contact(Piece piece, Mask page)
    {
        (Box box, int contact) = (piece.Box, 0);
        for (int x = 0; x < box.Width; x++)
        {
            contact += (box.Y == 0 && piece.Ink[x, 0] ? 1 : 0) + (box.Bottom == page.Height && piece.Ink[x, box.Height - 1] ? 1 : 0);
        }

        for (int y = 0; y < box.Height; y++)
        {
            contact += (box.X == 0 && piece.Ink[0, y] ? 1 : 0) + (box.Right == page.Width && piece.Ink[box.Width - 1, y] ? 1 : 0);
        }

        return contact;
    }

    private static double TypicalStroke(Piece[] pieces)
    {
        int height = TextLines.TypicalHeight(pieces);
        double[] widths = [.. pieces.Where(piece => piece.Box.Height >= height / 2).Select(piece => StrokeWidth.Measure(piece.Ink)).Order()];
        return Math.Max(1, widths[widths.Length / 2]);
    }
}
