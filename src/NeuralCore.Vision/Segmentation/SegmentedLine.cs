using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// A line of writing cut into more parts than it has digits. Every digit is then a run of neighbouring parts, and reading the
/// line is choosing where the runs begin.
/// </summary>
internal sealed class SegmentedLine
{
    /// <summary>A digit is made of at most this many parts.</summary>
    public const int MostParts = 6;

    /// <summary>The most ink that a cut crosses, in widths of the pen.</summary>
    private const double MostStrokesCrossed = 2.5;

    /// <summary>The narrowest part that is cut off, as a share of the height of the line's digits.</summary>
    private const double NarrowestPart = 0.12;

    /// <summary>The most cuts in a piece as wide as the line is high.</summary>
    private const int MostCuts = 5;

    /// <summary>A one is narrower than this share of its height, and a piece lower than this share of the line is no whole digit.</summary>
    private const double WidthOfOne = 0.3;

    private const double LowestDigit = 0.4;

    /// <summary>What digits' widths can be, as shares of the line's height, and what they are where too few are there to tell.</summary>
    private const double LeastWidth = 0.35;

    private const double UsualWidth = 0.6;
    private const double MostWidth = 0.7;
    private const int FewestToTell = 3;

    private readonly int[] _owners;
    private readonly int[] _crossed;

    private SegmentedLine(IReadOnlyList<Piece> pieces, double stroke, SignShapes shapes, Part[] parts)
    {
        Height = TextLines.TypicalHeight(pieces);
        Width = TypicalWidth(pieces, Height);
        (Stroke, Shapes) = (stroke, shapes);
        Parts = Array.ConvertAll(parts, part => part.Piece);
        _owners = Array.ConvertAll(parts, part => part.Owner);
        _crossed = [.. Enumerable.Range(0, parts.Length).Select(boundary => CrossedAt(parts, boundary))];
    }

    /// <summary>The height of the line's digits, in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of the line's digits without its ones, in pixels.</summary>
    public double Width { get; }

    /// <summary>The width of the pen, in pixels.</summary>
    public double Stroke { get; }

    /// <summary>The shapes that its digits can have.</summary>
    public SignShapes Shapes { get; }

    /// <summary>The parts from left to right.</summary>
    public IReadOnlyList<Piece> Parts { get; }

    /// <summary>Cuts a line's pieces wherever a digit could end.</summary>
    /// <param name="pieces">The line's pieces, at least one.</param>
    /// <param name="stroke">The width of the pen, in pixels.</param>
    /// <param name="shapes">The shapes that its digits can have.</param>
    public static SegmentedLine Of(IReadOnlyList<Piece> pieces, double stroke, SignShapes shapes)
    {
        int height = TextLines.TypicalHeight(pieces);
        int spacing = Math.Max(2, (int)(NarrowestPart * height));
        var parts = new List<Part>();
        for (int owner = 0; owner < pieces.Count; owner++)
        {
            Piece piece = pieces[owner];
            int most = MostCuts * Math.Max(1, piece.Box.Width / height);
            IReadOnlyList<Seam> seams = Seam.Find(piece.Ink, (int)Math.Ceiling(MostStrokesCrossed * stroke), spacing, most);
            Piece[] cut = Seam.Cut(piece, seams);
            parts.AddRange(cut.Select((part, i) => new Part(part, owner, i < seams.Count ? seams[i].Crossed : 0)).Where(part => part.Piece.Area > 0));
        }

        return new SegmentedLine(pieces, stroke, shapes, [.. parts.OrderBy(part => part.Piece.TwiceMiddle).ThenBy(part => part.Piece.Box.Y)]);
    }

    /// <summary>The pixels of ink that are cut through where a digit begins with this part.</summary>
    public int Crossed(int begin) => _crossed[begin];

    /// <summary>The box around the parts from <paramref name="begin"/> to before <paramref name="end"/>.</summary>
    public Box Bounds(int begin, int end) => Run(begin, end).Select(part => part.Box).Aggregate((a, b) => a.Union(b));

    /// <summary>Some parts as one piece.</summary>
    public Piece Join(int begin, int end) => Piece.Union([.. Run(begin, end)]);

    /// <summary>Some parts, with those together that one piece was cut into.</summary>
    public IEnumerable<Piece> Pieces(int begin, int end) =>
        Enumerable.Range(begin, end - begin).GroupBy(part => _owners[part]).Select(group => Piece.Union([.. group.Select(part => Parts[part])]));

    /// <summary>The most columns of paper between some parts.</summary>
    public int WidestGap(int begin, int end)
    {
        (int widest, int right) = (0, int.MaxValue);
        foreach (Piece part in Run(begin, end).OrderBy(part => part.Box.X))
        {
            widest = Math.Max(widest, part.Box.X - right);
            right = right == int.MaxValue ? part.Box.Right : Math.Max(right, part.Box.Right);
        }

        return widest;
    }

    private static double TypicalWidth(IReadOnlyList<Piece> pieces, int height)
    {
        int[] widths = [.. pieces
            .Where(piece => piece.Box.Height >= LowestDigit * height && piece.Box.Width >= WidthOfOne * piece.Box.Height)
            .Select(piece => piece.Box.Width).Order()];
        return widths.Length < FewestToTell ? UsualWidth * height : Math.Clamp(widths[(widths.Length - 1) / 2], LeastWidth * height, MostWidth * height);
    }

    /// <summary>The ink between the parts on both sides of a boundary that were one piece.</summary>
    private static int CrossedAt(Part[] parts, int boundary) =>
        parts[..boundary].Select(part => part.Owner).Intersect(parts[boundary..].Select(part => part.Owner))
            .Sum(owner => Math.Max(1, parts[..boundary].Last(part => part.Owner == owner).Crossed));

    private IEnumerable<Piece> Run(int begin, int end) => Parts.Take(new Range(begin, end));

    /// <summary>A part, the number of the piece that it was cut from, and the ink crossed by the cut on its right.</summary>
    private readonly record struct Part(Piece Piece, int Owner, int Crossed);
}
