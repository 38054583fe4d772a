using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Tests.Drawing;

/// <summary>
/// A photo of one digit on paper that has something else on it or around it: a table, a frame, a ring, a line below. 84 kinds, each with eight
/// of the ten digits in turn: 672 scenes, the same ones each time.
/// </summary>
/// <param name="Kind">What is around the digit, and how.</param>
/// <param name="Digit">What is written.</param>
/// <param name="Draw">Draws and photographs it.</param>
internal sealed record PaperScene(string Kind, int Digit, Func<ColourImage> Draw)
{
    private const int DigitsPerKind = 8;
    private const int Side = 300;

    private static readonly double[] Greys = [20, 60, 110, 150];
    private static readonly double[] Tables = [30, 70, 110, 150];
    private static readonly double[] Margins = [4, 10, 24, 48, 80];

    /// <summary>All scenes.</summary>
    public static IReadOnlyList<PaperScene> All { get; } = [.. Kinds().SelectMany((kind, number) => Enumerable.Range(0, DigitsPerKind).Select(i => Make(kind, number, i)))];

    private static PaperScene Make((string Name, Func<Random, Glyph, int, ColourImage> Draw) kind, int number, int i)
    {
        int digit = (number + i) % 10, seed = (number * 100) + i;
        return new(kind.Name, digit, () =>
        {
            var random = new Random(seed);
            IReadOnlyList<Glyph> styles = Glyph.Styles(digit);
            return kind.Draw(random, styles[random.Next(styles.Count)].Written(random), seed);
        });
    }

    private static IEnumerable<(string Name, Func<Random, Glyph, int, ColourImage> Draw)> Kinds()
    {
        foreach (double table in Tables)
        {
            foreach (double margin in Margins)
            {
                yield return ($"paper, {margin} px of a table of {table}", (random, glyph, seed) => OnTable(random, glyph, seed, table, margin, 0));
                yield return ($"paper askew, {margin} px of a table of {table}", (random, glyph, seed) => OnTable(random, glyph, seed, table, margin, 0.04 + (0.12 * random.NextDouble())));
            }
        }

        foreach (double grey in Greys)
        {
            for (int width = 1; width <= 6; width++)
            {
                double pen = width;
                yield return ($"frame of {pen} px, grey {grey}", (random, glyph, seed) => Photo(Written(random, glyph, out Box box).Frame(
                    box.X - 30, box.Y - 25, box.Width + 60, box.Height + 50, pen, Chance(random, 0.03), grey), seed));
            }

            yield return ($"frame that touches, grey {grey}", (random, glyph, seed) => Photo(Touching(random, glyph, grey), seed));
            yield return ($"ring, grey {grey}", (random, glyph, seed) => Photo(Ringed(random, glyph, grey, 0), seed));
            yield return ($"ring that is not closed, grey {grey}", (random, glyph, seed) => Photo(Ringed(random, glyph, grey, 1.5), seed));
            yield return ($"underlined, grey {grey}", (random, glyph, seed) => Photo(Underlined(random, glyph, grey, 14), seed));
            yield return ($"underlined, touching, grey {grey}", (random, glyph, seed) => Photo(Underlined(random, glyph, grey, 0), seed));
        }
    }

    private static ColourImage OnTable(Random random, Glyph glyph, int seed, double table, double margin, double askew)
    {
        var sheet = new Sheet(400, 300, 228, 226, 220);
        double height = 110 + (60 * random.NextDouble());
        sheet.Write(glyph, 130 + (80 * random.NextDouble()), 40 + ((230 - height) * random.NextDouble()), height, height * (0.07 + (0.05 * random.NextDouble())), 25, 28, 40);
        var camera = new Camera(480, 360) { Table = [table, 0.8 * table, 0.65 * table], Fibres = random.Next(2) * 5 };
        return camera.Around(margin, askew).Photograph(sheet, seed);
    }

    private static ColourImage Photo(Sheet sheet, int seed) => new Camera(Side, Side).Photograph(sheet, seed);

    private static Sheet Written(Random random, Glyph glyph, out Box box)
    {
        double height = 120 + (50 * random.NextDouble()), pen = height * (0.06 + (0.04 * random.NextDouble()));
        (double x, double y) = (105 + Chance(random, 15), ((Side - height) / 2) + Chance(random, 15));
        (double X, double Y)[] points = [.. glyph.Strokes.SelectMany(stroke => stroke).Select(p => (x + (p.X * height), y + (p.Y * height)))];
        (double left, double top) = (points.Min(p => p.X) - (pen / 2), points.Min(p => p.Y) - (pen / 2));
        box = new Box((int)left, (int)top, (int)(points.Max(p => p.X) + (pen / 2) - left), (int)(points.Max(p => p.Y) + (pen / 2) - top));
        return new Sheet(Side, Side, 245).Write(glyph, x, y, height, pen, 20);
    }

    /// <summary>A frame one of whose four sides runs along the end of a stroke.</summary>
    private static Sheet Touching(Random random, Glyph glyph, double grey)
    {
        Sheet sheet = Written(random, glyph, out Box box);
        double[] room = [35, 30, 35, 30];
        room[random.Next(4)] = 0;
        double pen = 2 + (2 * random.NextDouble());
        return sheet.Frame(box.X - room[0], box.Y - room[1], box.Width + room[0] + room[2], box.Height + room[1] + room[3], pen, 0, grey);
    }

    private static Sheet Ringed(Random random, Glyph glyph, double grey, double miss)
    {
        Sheet sheet = Written(random, glyph, out Box box);
        double radius = (Math.Sqrt((box.Width * box.Width) + (box.Height * box.Height)) / 2) + 14;
        return sheet.Ring(box.X + (box.Width / 2.0), box.Y + (box.Height / 2.0), radius * (0.9 + (0.2 * random.NextDouble())), radius, 2 + (4 * random.NextDouble()), miss, grey);
    }

    private static Sheet Underlined(Random random, Glyph glyph, double grey, double gap)
    {
        Sheet sheet = Written(random, glyph, out Box box);
        (double y, double tilt, double over) = (box.Bottom + gap, Chance(random, 4), 20 + (30 * random.NextDouble()));
        return sheet.Stroke([(box.X - over, y + tilt), (box.Right + over, y - tilt)], 2 + (5 * random.NextDouble()), grey);
    }

    private static double Chance(Random random, double reach) => ((2 * random.NextDouble()) - 1) * reach;
}
