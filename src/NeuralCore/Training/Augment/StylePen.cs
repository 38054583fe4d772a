using System.Runtime.CompilerServices;

namespace NeuralCore;

/// <summary>A round pen that draws on an image of one channel, with soft edges. Places are pixels; the middle of the first pixel is at 0.</summary>
internal readonly ref struct StylePen(Span<float> image, int height, int width, double thickness)
{
    private const float FullInk = 255;

    private readonly Span<float> _image = image;

    /// <summary>The thickness of its strokes, in pixels.</summary>
    public double Thickness { get; } = thickness;

    /// <summary>Draws a straight stroke between two places.</summary>
    public void Line((double X, double Y) from, (double X, double Y) to) => Line(from.X, from.Y, to.X, to.Y);

    /// <summary>Draws a straight stroke: each pixel gets as much of the ink as the stroke covers of it, unless it has more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Line(double fromX, double fromY, double toX, double toY)
    {
        double reach = (Thickness / 2) + 1;
        (int left, int right) = ((int)Math.Max(0, Math.Floor(Math.Min(fromX, toX) - reach)), (int)Math.Min(width - 1, Math.Ceiling(Math.Max(fromX, toX) + reach)));
        (int top, int bottom) = ((int)Math.Max(0, Math.Floor(Math.Min(fromY, toY) - reach)), (int)Math.Min(height - 1, Math.Ceiling(Math.Max(fromY, toY) + reach)));
        (double alongX, double alongY) = (toX - fromX, toY - fromY);
        double squared = Math.Max(1e-9, (alongX * alongX) + (alongY * alongY));
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double share = Math.Clamp((((x - fromX) * alongX) + ((y - fromY) * alongY)) / squared, 0, 1);
                (double dx, double dy) = (x - fromX - (share * alongX), y - fromY - (share * alongY));
                double covered = Math.Clamp((Thickness / 2) + 0.5 - Math.Sqrt((dx * dx) + (dy * dy)), 0, 1);
                ref float pixel = ref _image[(y * width) + x];
                pixel = Math.Max(pixel, (float)(covered * FullInk));
            }
        }
    }

    /// <summary>Draws a stroke that leaves its first place towards a second and ends in a third: a quadratic Bézier curve.</summary>
    public void Curve(double fromX, double fromY, double overX, double overY, double toX, double toY)
    {
        const int parts = 5;
        (double lastX, double lastY) = (fromX, fromY);
        for (int i = 1; i <= parts; i++)
        {
            double t = (double)i / parts, s = 1 - t;
            (double x, double y) = ((s * s * fromX) + (2 * s * t * overX) + (t * t * toX), (s * s * fromY) + (2 * s * t * overY) + (t * t * toY));
            Line(lastX, lastY, x, y);
            (lastX, lastY) = (x, y);
        }
    }
}
