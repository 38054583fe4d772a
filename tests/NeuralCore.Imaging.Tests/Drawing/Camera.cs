using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Tests.Drawing;

/// <summary>Takes a photo of a sheet that lies on a table: askew, in perspective, under a light, through a lens that is not sharp and has grain.</summary>
internal sealed record Camera(int Width, int Height)
{
    private const int SamplesPerSide = 2;

    /// <summary>Where the sheet's four corners come to lie, clockwise from its upper left one, in pixels of the photo; null if it fills the photo.</summary>
    public (double X, double Y)[]? Corners { get; init; }

    /// <summary>The table's grey, or red, green and blue.</summary>
    public double[] Table { get; init; } = [70];

    /// <summary>How much the table's boards and fibres differ from its colour.</summary>
    public double Fibres { get; init; }

    /// <summary>How much light falls on a place, both as shares of the photo's sides.</summary>
    public Func<double, double, double> Light { get; init; } = (_, _) => 1;

    /// <summary>The standard deviation of the grain, of 255.</summary>
    public double Noise { get; init; } = 2;

    /// <summary>The corners of a sheet that is seen from the side a little.</summary>
    /// <param name="margin">How much table is seen around it, in pixels.</param>
    /// <param name="askew">How far corners are moved along the sides, as a share of them.</param>
    public Camera Around(double margin, double askew)
    {
        (double dx, double dy) = (askew * (Width - (2 * margin)), askew * (Height - (2 * margin)));
        return this with
        {
            Corners =
            [
                (margin + dx, margin), (Width - margin, margin + (0.9 * dy)), (Width - margin - (0.8 * dx), Height - margin), (margin, Height - margin - dy),
            ],
        };
    }

    /// <summary>Takes the photo.</summary>
    public ColourImage Photograph(Sheet sheet, int seed)
    {
        var random = new Random(seed);
        double[] map = SheetFromPhoto(Corners ?? [(0, 0), (Width, 0), (Width, Height), (0, Height)], sheet.Width, sheet.Height);
        double phase = 6 * random.NextDouble();
        var pixels = new byte[Width * Height * 3];
        for (int i = 0; i < Width * Height; i++)
        {
            (int x, int y) = (i % Width, i / Width);
            (double red, double green, double blue) = (0, 0, 0);
            for (int sample = 0; sample < SamplesPerSide * SamplesPerSide; sample++)
            {
                double px = x + (((sample % SamplesPerSide) + 0.5) / SamplesPerSide), py = y + (((sample / SamplesPerSide) + 0.5) / SamplesPerSide);
                double w = (map[6] * px) + (map[7] * py) + 1;
                (double R, double G, double B)? paper = sheet.At(((map[0] * px) + (map[1] * py) + map[2]) / w, ((map[3] * px) + (map[4] * py) + map[5]) / w);
                (double r, double g, double b) = paper ?? Wood(px, py, phase);
                (red, green, blue) = (red + r, green + g, blue + b);
            }

            double light = Light((double)x / Width, (double)y / Height) / (SamplesPerSide * SamplesPerSide);
            double grain = Noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (Byte((red * light) + grain), Byte((green * light) + grain), Byte((blue * light) + grain));
        }

        return new ColourImage(Width, Height, pixels);
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private (double R, double G, double B) Wood(double x, double y, double phase)
    {
        double fibre = Fibres * (Math.Sin((y * 0.35) + (2 * Math.Sin(x / 70)) + phase) + (0.6 * Math.Sin((y * 1.1) + (x / 40))));
        return Table.Length == 1 ? (Table[0] + fibre, Table[0] + fibre, Table[0] + fibre) : (Table[0] + fibre, Table[1] + fibre, Table[2] + (0.8 * fibre));
    }

    /// <summary>
    /// The projective map from a quadrilateral of the photo to the sheet: eight numbers that four pairs of points decide, from eight linear
    /// equations (Heckbert, "Fundamentals of texture mapping and image warping", 1989), solved by elimination with pivots.
    /// </summary>
    private static double[] SheetFromPhoto((double X, double Y)[] from, double width, double height)
    {
        (double X, double Y)[] to = [(0, 0), (width, 0), (width, height), (0, height)];
        var rows = new List<double[]>();
        for (int i = 0; i < 4; i++)
        {
            ((double x, double y), (double u, double v)) = (from[i], to[i]);
            rows.Add([x, y, 1, 0, 0, 0, -u * x, -u * y, u]);
            rows.Add([0, 0, 0, x, y, 1, -v * x, -v * y, v]);
        }

        for (int column = 0; column < 8; column++)
        {
            int pivot = Enumerable.Range(column, 8 - column).MaxBy(row => Math.Abs(rows[row][column]));
            (rows[column], rows[pivot]) = (rows[pivot], rows[column]);
            double[] top = rows[column] = Array.ConvertAll(rows[column], value => value / rows[column][column]);
            for (int row = 0; row < 8; row++)
            {
                double factor = rows[row][column];
                rows[row] = row == column ? rows[row] : [.. rows[row].Select((value, i) => value - (factor * top[i]))];
            }
        }

        return [.. rows.Select(row => row[8])];
    }
}
