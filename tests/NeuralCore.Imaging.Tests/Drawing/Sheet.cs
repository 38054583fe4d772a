using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Tests.Drawing;

/// <summary>A sheet of paper that a test draws on: red, green and blue of each pixel, with soft edges.</summary>
internal sealed class Sheet
{
    private readonly double[] _pixels;

    public Sheet(int width, int height, params double[] paper)
    {
        (Width, Height, Paper) = (width, height, paper.Length == 1 ? [paper[0], paper[0], paper[0]] : paper);
        _pixels = [.. Enumerable.Range(0, width * height * 3).Select(i => Paper[i % 3])];
    }

    public int Width { get; }

    public int Height { get; }

    public double[] Paper { get; }

    /// <summary>Draws a chain of points with a round pen.</summary>
    /// <param name="points">In pixels.</param>
    /// <param name="width">The pen's width, in pixels.</param>
    /// <param name="ink">Grey, or red, green and blue.</param>
    public Sheet Stroke(IReadOnlyList<(double X, double Y)> points, double width, params double[] ink)
    {
        double reach = (width / 2) + 1;
        for (int i = 0; i + 1 < points.Count; i++)
        {
            ((double x0, double y0), (double x1, double y1)) = (points[i], points[i + 1]);
            (int left, int right) = (Math.Max(0, (int)(Math.Min(x0, x1) - reach)), Math.Min(Width - 1, (int)(Math.Max(x0, x1) + reach)));
            (int top, int bottom) = (Math.Max(0, (int)(Math.Min(y0, y1) - reach)), Math.Min(Height - 1, (int)(Math.Max(y0, y1) + reach)));
            double length = ((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0));
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    (double px, double py) = (x + 0.5 - x0, y + 0.5 - y0);
                    double along = length == 0 ? 0 : Math.Clamp(((px * (x1 - x0)) + (py * (y1 - y0))) / length, 0, 1);
                    double distance = Math.Sqrt(Math.Pow(px - (along * (x1 - x0)), 2) + Math.Pow(py - (along * (y1 - y0)), 2));
                    Cover(x, y, Math.Clamp((width / 2) + 0.5 - distance, 0, 1), ink);
                }
            }
        }

        return this;
    }

    /// <summary>Writes a glyph.</summary>
    /// <param name="glyph">What to write.</param>
    /// <param name="x">Its left edge, in pixels.</param>
    /// <param name="y">Its upper edge, in pixels.</param>
    /// <param name="height">A digit's height, in pixels.</param>
    /// <param name="pen">The pen's width, in pixels.</param>
    /// <param name="ink">Grey, or red, green and blue.</param>
    public Sheet Write(Glyph glyph, double x, double y, double height, double pen, params double[] ink)
    {
        foreach ((double X, double Y)[] stroke in glyph.Strokes)
        {
            Stroke([.. stroke.Select(point => (x + (point.X * height), y + (point.Y * height)))], pen, ink);
        }

        return this;
    }

    /// <summary>Draws the outline of a rectangle, turned about its middle.</summary>
    public Sheet Frame(double x, double y, double width, double height, double pen, double turn, params double[] ink)
    {
        (double middleX, double middleY) = (x + (width / 2), y + (height / 2));
        (double cos, double sin) = (Math.Cos(turn), Math.Sin(turn));
        (double X, double Y) Corner(int i)
        {
            (double dx, double dy) = ((i is 0 or 3 ? -1 : 1) * width / 2, (i is 0 or 1 ? -1 : 1) * height / 2);
            return (middleX + (cos * dx) - (sin * dy), middleY + (sin * dx) + (cos * dy));
        }

        return Stroke([Corner(0), Corner(1), Corner(2), Corner(3), Corner(0)], pen, ink);
    }

    /// <summary>Draws an ellipse that a hand closes nearly: it ends a little beside where it began.</summary>
    public Sheet Ring(double x, double y, double radiusX, double radiusY, double pen, double miss, params double[] ink) =>
        Stroke([.. Enumerable.Range(0, 73).Select(i => Math.PI * i / 36).Select(a => (x + ((radiusX + (miss * a)) * Math.Cos(a)), y + ((radiusY + (miss * a)) * Math.Sin(a))))], pen, ink);

    /// <summary>Fills a rectangle.</summary>
    public Sheet Fill(double x, double y, double width, double height, params double[] ink)
    {
        for (int row = (int)Math.Max(0, y); row < Math.Min(Height, y + height); row++)
        {
            for (int column = (int)Math.Max(0, x); column < Math.Min(Width, x + width); column++)
            {
                Cover(column, row, 1, ink);
            }
        }

        return this;
    }

    /// <summary>The colour at a place, between pixels too; null beside the sheet.</summary>
    public (double R, double G, double B)? At(double x, double y)
    {
        if (x < 0 || y < 0 || x > Width || y > Height)
        {
            return null;
        }

        (double left, double top) = (Math.Clamp(x - 0.5, 0, Width - 1), Math.Clamp(y - 0.5, 0, Height - 1));
        (int column, int row) = (Math.Min((int)left, Width - 2), Math.Min((int)top, Height - 2));
        (double fx, double fy) = (left - column, top - row);
        double Channel(int c)
        {
            int i = (((row * Width) + column) * 3) + c;
            return ((1 - fy) * (((1 - fx) * _pixels[i]) + (fx * _pixels[i + 3]))) + (fy * (((1 - fx) * _pixels[i + (Width * 3)]) + (fx * _pixels[i + (Width * 3) + 3])));
        }

        return (Channel(0), Channel(1), Channel(2));
    }

    /// <summary>The sheet as a scanner sees it.</summary>
    public ColourImage Scan() => new(Width, Height, [.. _pixels.Select(value => (byte)Math.Clamp(Math.Round(value), 0, 255))]);

    private void Cover(int x, int y, double part, double[] ink)
    {
        for (int c = 0; part > 0 && c < 3; c++)
        {
            ref double pixel = ref _pixels[(((y * Width) + x) * 3) + c];

            // The same stroke covers a pixel once: what is nearer to the ink already stays.
            double mixed = (part * (ink.Length == 1 ? ink[0] : ink[c])) + ((1 - part) * Paper[c]);
            pixel = Math.Abs(mixed - Paper[c]) > Math.Abs(pixel - Paper[c]) ? mixed : pixel;
        }
    }
}
