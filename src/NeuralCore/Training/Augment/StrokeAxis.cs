namespace NeuralCore;

/// <summary>The smallest box around an image's ink. Right and bottom are the first column and row outside.</summary>
internal readonly record struct InkBox(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left;

    public int Height => Bottom - Top;

    /// <summary>Finds it; null if no pixel is brighter than <paramref name="ink"/>.</summary>
    public static InkBox? Of(ReadOnlySpan<float> image, int height, int width, float ink)
    {
        (int left, int top, int right, int bottom) = (width, height, 0, 0);
        for (int i = 0; i < height * width; i++)
        {
            if (image[i] > ink)
            {
                (int x, int y) = (i % width, i / width);
                (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x + 1), Math.Min(top, y), y + 1);
            }
        }

        return right == 0 ? null : new InkBox(left, top, right, bottom);
    }
}

/// <summary>The ink of an image as one stroke from top to bottom: the direction in which it varies most, and how far it reaches along and across that.</summary>
/// <param name="MiddleX">The mean column.</param>
/// <param name="MiddleY">The mean row.</param>
/// <param name="DownX">The direction, one pixel long, downwards.</param>
/// <param name="DownY">The same, at least 0.</param>
/// <param name="Begin">Where the ink begins along it, from the middle, in pixels; below 0.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Across">How wide it is across it, in pixels.</param>
internal readonly record struct StrokeAxis(double MiddleX, double MiddleY, double DownX, double DownY, double Begin, double End, double Across)
{
    public double Length => End - Begin;

    /// <summary>The principal axis of the ink's second moments; null if there is none.</summary>
    public static StrokeAxis? Of(ReadOnlySpan<float> image, int height, int width, float ink)
    {
        (double count, double x, double y, double xx, double xy, double yy) = (0, 0, 0, 0, 0, 0);
        for (int i = 0; i < height * width; i++)
        {
            if (image[i] > ink)
            {
                (double column, double row) = (i % width, i / width);
                (count, x, y) = (count + 1, x + column, y + row);
                (xx, xy, yy) = (xx + (column * column), xy + (column * row), yy + (row * row));
            }
        }

        if (count < 2)
        {
            return null;
        }

        (x, y) = (x / count, y / count);
        double angle = 0.5 * Math.Atan2(2 * ((xy / count) - (x * y)), (xx / count) - (x * x) - (yy / count) + (y * y));
        (double downX, double downY) = (Math.Cos(angle), Math.Sin(angle));
        (downX, downY) = downY < 0 ? (-downX, -downY) : (downX, downY);
        (double begin, double end, double left, double right) = (0, 0, 0, 0);
        for (int i = 0; i < height * width; i++)
        {
            if (image[i] > ink)
            {
                (double dx, double dy) = ((i % width) - x, (i / width) - y);
                double along = (dx * downX) + (dy * downY), across = (dx * downY) - (dy * downX);
                (begin, end, left, right) = (Math.Min(begin, along), Math.Max(end, along), Math.Min(left, across), Math.Max(right, across));
            }
        }

        return new StrokeAxis(x, y, downX, downY, begin - 0.5, end + 0.5, right - left + 1);
    }

    /// <summary>The place this far below the upper end.</summary>
    public (double X, double Y) Top(double inset) => (MiddleX + ((Begin + inset) * DownX), MiddleY + ((Begin + inset) * DownY));

    /// <summary>The place this far above the lower end.</summary>
    public (double X, double Y) Bottom(double inset) => (MiddleX + ((End - inset) * DownX), MiddleY + ((End - inset) * DownY));
}
