using ScottPlot;
using SkiaSharp;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// The markers of charts. Those of ScottPlot 5.1.59 that are drawn as a path leave it to the garbage collector, which may free it while Skia draws it: the
/// process ends with a segmentation fault. Drawing such markers over and over while another thread collects garbage shows it within seconds. Circles and
/// squares have no path; the others are drawn here, and their paths live until they are drawn.
/// </summary>
internal static class ChartMarkers
{
    /// <summary>The radii of the circles around and in an equilateral triangle, in units of its side.</summary>
    private const float Radius = 0.577f, Inner = 0.289f;

    private static readonly PathMarker Eks = new(isFilled: false, [(-0.5f, -0.5f), (0.5f, 0.5f)], [(-0.5f, 0.5f), (0.5f, -0.5f)]);
    private static readonly PathMarker FilledDiamond = new(isFilled: true, [(0, -0.5f), (0.5f, 0), (0, 0.5f), (-0.5f, 0)]);
    private static readonly PathMarker FilledTriangleUp = new(isFilled: true, [(0, -Radius), (0.5f, Inner), (-0.5f, Inner)]);

    /// <summary>Gives markers a shape.</summary>
    /// <param name="style">The style of the markers.</param>
    /// <param name="shape">A circle, a square, a diamond, a triangle or a cross.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is another one.</exception>
    public static void Set(MarkerStyle style, MarkerShape shape)
    {
        style.CustomRenderer = shape switch
        {
            MarkerShape.FilledCircle or MarkerShape.FilledSquare => null,
            MarkerShape.Eks => Eks,
            MarkerShape.FilledDiamond => FilledDiamond,
            MarkerShape.FilledTriangleUp => FilledTriangleUp,
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no marker of this shape here."),
        };
        style.Shape = shape;
    }

    /// <summary>Lines through points around the marker's middle, in units of its size.</summary>
    private sealed class PathMarker(bool isFilled, params (float X, float Y)[][] lines) : IMarker
    {
        public void Render(SKCanvas canvas, ScottPlot.Paint paint, Pixel center, float size, MarkerStyle markerStyle)
        {
            using var path = new SKPath();
            foreach ((float X, float Y)[] line in lines)
            {
                path.AddPoly([.. line.Select(point => new SKPoint(center.X + (size * point.X), center.Y + (size * point.Y)))], close: isFilled);
            }

            if (isFilled)
            {
                Drawing.FillPath(canvas, paint, path, markerStyle.FillStyle, new PixelRect(center, size / 2));
            }
            else
            {
                Drawing.DrawPath(canvas, paint, path, markerStyle.LineStyle);
            }
        }
    }
}
