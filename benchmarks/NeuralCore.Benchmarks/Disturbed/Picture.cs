namespace NeuralCore.Benchmarks.Disturbed;

/// <summary>Textbook image operations on grey pixels, row by row, 0 to 255; what lies outside an image is 0.</summary>
internal static class Picture
{
    /// <summary>Pixels above this are ink.</summary>
    private const byte Ink = 40;

    /// <summary>Turns, zooms and then moves an image about its middle, by bilinear interpolation.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="angle">Clockwise, in radians.</param>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels down.</param>
    /// <param name="zoom">The factor.</param>
    public static byte[] Move(byte[] image, int height, int width, double angle, double right, double down, double zoom)
    {
        double middleX = (width - 1) / 2.0, middleY = (height - 1) / 2.0, cos = Math.Cos(angle) / zoom, sin = Math.Sin(angle) / zoom;
        return Make(height, width, (row, column) =>
        {
            double x = column - middleX - right, y = row - middleY - down;
            return At(image, height, width, middleY - (sin * x) + (cos * y), middleX + (cos * x) + (sin * y));
        });
    }

    /// <summary>Shrinks the part of an image that holds ink so that its longer side fills a square, and puts it into the middle.</summary>
    public static byte[] ShrinkInk(byte[] image, int height, int width, int side)
    {
        int[] rows = [.. Enumerable.Range(0, height).Where(row => image.AsSpan(row * width, width).ContainsAnyExceptInRange((byte)0, Ink))];
        int[] columns = [.. Enumerable.Range(0, width).Where(column => Enumerable.Range(0, height).Any(row => image[(row * width) + column] > Ink))];
        if (rows.Length == 0)
        {
            return new byte[side * side];
        }

        double longer = Math.Max(rows[^1] - rows[0], columns[^1] - columns[0]) + 1;
        double top = (rows[0] + rows[^1] + 1 - longer) / 2, left = (columns[0] + columns[^1] + 1 - longer) / 2;
        return Shrink(image, height, width, top, left, longer, longer, side);
    }

    /// <summary>Shrinks a part of an image to a square: each pixel is the mean of the area it comes from.</summary>
    public static byte[] Shrink(byte[] image, int height, int width, double top, double left, double high, double wide, int side) => Make(side, side, (row, column) =>
    {
        double sum = 0, y0 = top + (high * row / side), y1 = top + (high * (row + 1) / side), x0 = left + (wide * column / side), x1 = left + (wide * (column + 1) / side);
        for (int y = Math.Max(0, (int)Math.Floor(y0)); y < Math.Min(height, y1); y++)
        {
            for (int x = Math.Max(0, (int)Math.Floor(x0)); x < Math.Min(width, x1); x++)
            {
                sum += image[(y * width) + x] * (Math.Min(y + 1, y1) - Math.Max(y, y0)) * (Math.Min(x + 1, x1) - Math.Max(x, x0));
            }
        }

        return sum / ((y1 - y0) * (x1 - x0));
    });

    /// <summary>Enlarges a square image by bilinear interpolation between the middles of its pixels.</summary>
    public static byte[] Enlarge(byte[] image, int side, int height, int width) => Make(height, width, (row, column) =>
        At(image, side, side, ((row + 0.5) * side / height) - 0.5, ((column + 0.5) * side / width) - 0.5));

    /// <summary>The nearest pixel value.</summary>
    public static byte ToByte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private static byte[] Make(int height, int width, Func<int, int, double> pixel) =>
        [.. from row in Enumerable.Range(0, height) from column in Enumerable.Range(0, width) select ToByte(pixel(row, column))];

    private static double At(byte[] image, int height, int width, double y, double x)
    {
        int row = (int)Math.Floor(y), column = (int)Math.Floor(x);
        double down = y - row, right = x - column;
        return ((1 - down) * (((1 - right) * Pixel(row, column)) + (right * Pixel(row, column + 1))))
            + (down * (((1 - right) * Pixel(row + 1, column)) + (right * Pixel(row + 1, column + 1))));

        double Pixel(int r, int c) => (uint)r < (uint)height && (uint)c < (uint)width ? image[(r * width) + c] : 0;
    }
}
