using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>Some of a page's ink: a digit, a part of one, or several that touch.</summary>
/// <param name="Box">Where it is on the page.</param>
/// <param name="Ink">Its pixels, as large as the box.</param>
/// <param name="Area">How many pixels of ink it has.</param>
internal sealed record Piece(Box Box, Mask Ink, int Area)
{
    /// <summary>Twice the column of the middle: a whole number, so that pieces are sorted alike everywhere.</summary>
    public int TwiceMiddle => Box.X + Box.Right;

    /// <summary>Takes each component of a mask.</summary>
    public static IEnumerable<Piece> AllOf(Mask mask)
    {
        ConnectedComponents components = ConnectedComponents.Of(mask);
        return components.All.Select(component =>
        {
            Box box = component.Box;
            var ink = new bool[box.Area];
            for (int y = 0; y < box.Height; y++)
            {
                ReadOnlySpan<int> labels = components.Labels.AsSpan(((box.Y + y) * mask.Width) + box.X, box.Width);
                Span<bool> row = ink.AsSpan(y * box.Width, box.Width);
                for (int x = 0; x < row.Length; x++)
                {
                    row[x] = labels[x] == component.Label;
                }
            }

            return new Piece(box, new Mask(box.Width, box.Height, ink), component.Area);
        });
    }

    /// <summary>Several pieces as one.</summary>
    /// <param name="pieces">At least one.</param>
    public static Piece Union(IReadOnlyCollection<Piece> pieces)
    {
        Box box = pieces.Select(piece => piece.Box).Aggregate((a, b) => a.Union(b));
        var ink = new Mask(box.Width, box.Height);
        foreach (Piece piece in pieces)
        {
            for (int y = 0; y < piece.Box.Height; y++)
            {
                ReadOnlySpan<bool> from = piece.Ink.Pixels.AsSpan(y * piece.Box.Width, piece.Box.Width);
                Span<bool> to = ink.Pixels.AsSpan(((piece.Box.Y - box.Y + y) * box.Width) + piece.Box.X - box.X, piece.Box.Width);
                for (int x = 0; x < from.Length; x++)
                {
                    to[x] |= from[x];
                }
            }
        }

        return new Piece(box, ink, pieces.Sum(piece => piece.Area));
    }
}
