using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// Pictures with captions, side by side. A character cell is about twice as high as wide, so a half block shows two square
/// pixels: the upper one in its own colour, the lower one in the background's. Without colours there is ink or none.
/// </summary>
internal static class DrawingSheet
{
    private const int Gap = 2;
    private const int MostColumns = 32;
    private const int LeastCellWidth = 16;
    private const byte Ink = 96;

    /// <summary>How many pictures of this width, with captions of this many characters a line, fit side by side; at least one.</summary>
    public static int PerRow(Screen screen, int imageWidth, int captionWidth = 0) => Math.Max(1, (screen.Width - 1) / (CellWidth(imageWidth, captionWidth) + Gap));

    /// <summary>Writes pictures of equal size, as many rows as it takes.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="pictures">Each with its caption, which may have several lines, and the caption's style.</param>
    public static void Write(Screen screen, IReadOnlyList<(Drawing Picture, string Caption, Style Style)> pictures)
    {
        if (pictures.Count == 0)
        {
            return;
        }

        int imageWidth = pictures[0].Picture.Width, captionWidth = pictures.SelectMany(p => p.Caption.Split('\n')).Max(line => line.Length);
        int cell = CellWidth(imageWidth, captionWidth);
        foreach ((Drawing Picture, string Caption, Style Style)[] row in pictures.Chunk(PerRow(screen, imageWidth, captionWidth)))
        {
            Drawing[] drawings = [.. row.Select(p => p.Picture.ShrunkTo(MostColumns))];
            for (int y = 0; y < drawings[0].Height; y += 2)
            {
                var line = new Paragraph();
                foreach (Drawing drawing in drawings)
                {
                    AppendPixels(line, drawing, y, screen.HasColors);
                    line.Append(new string(' ', cell + Gap - drawing.Width));
                }

                screen.Console.Write(line);
                screen.Console.WriteLine();
            }

            if (row.Any(p => p.Caption.Length > 0))
            {
                WriteCaptions(screen, row, cell + Gap);
            }
        }
    }

    private static void WriteCaptions(Screen screen, IEnumerable<(Drawing Picture, string Caption, Style Style)> row, int width)
    {
        (string[] Lines, Style Style)[] captions = [.. row.Select(p => (p.Caption.Split('\n'), p.Style))];
        for (int i = 0; i < captions.Max(caption => caption.Lines.Length); i++)
        {
            var text = new Paragraph();
            foreach ((string[] lines, Style style) in captions)
            {
                text.Append((i < lines.Length ? lines[i] : "").PadRight(width), style);
            }

            screen.Console.Write(text);
            screen.Console.WriteLine();
        }
    }

    private static int CellWidth(int imageWidth, int captionWidth) => Math.Max(Math.Max(LeastCellWidth, captionWidth), Math.Min(imageWidth, MostColumns));

    private static void AppendPixels(Paragraph line, Drawing drawing, int y, bool colors)
    {
        for (int x = 0; x < drawing.Width; x++)
        {
            (byte upper, byte lower) = (drawing[y, x], drawing[y + 1, x]);
            if (colors)
            {
                line.Append("▀", new Style(new Color(upper, upper, upper), new Color(lower, lower, lower)));
            }
            else
            {
                line.Append((upper >= Ink, lower >= Ink) switch
                {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    _ => " ",
                });
            }
        }
    }
}
