namespace NeuralCore.Vision.Pixels;

/// <summary>
/// A projective map of the plane: what a camera does to a flat sheet. It takes (x, y) to ((a x + b y + c) / w, (d x + e y + f) / w) with
/// w = g x + h y + i (Heckbert, "Fundamentals of texture mapping and image warping", 1989, section 2.2).
/// </summary>
public sealed class Homography
{
    private readonly double[] _m;

    private Homography(params double[] matrix) => _m = matrix;

    /// <summary>The map that goes back. The adjoint does: a factor of the whole matrix changes no map.</summary>
    public Homography Inverse => new(
        (_m[4] * _m[8]) - (_m[5] * _m[7]), (_m[2] * _m[7]) - (_m[1] * _m[8]), (_m[1] * _m[5]) - (_m[2] * _m[4]),
        (_m[5] * _m[6]) - (_m[3] * _m[8]), (_m[0] * _m[8]) - (_m[2] * _m[6]), (_m[2] * _m[3]) - (_m[0] * _m[5]),
        (_m[3] * _m[7]) - (_m[4] * _m[6]), (_m[1] * _m[6]) - (_m[0] * _m[7]), (_m[0] * _m[4]) - (_m[1] * _m[3]));

    /// <summary>The map from a rectangle at the origin to a quadrilateral, corner to corner.</summary>
    /// <param name="width">The rectangle's columns.</param>
    /// <param name="height">The rectangle's rows.</param>
    /// <param name="to">Convex, with an area.</param>
    public static Homography FromRectangle(double width, double height, Quadrilateral to)
    {
        (Point p0, Point p1, Point p2, Point p3) = (to.TopLeft, to.TopRight, to.BottomRight, to.BottomLeft);
        (double sumX, double sumY) = (p0.X - p1.X + p2.X - p3.X, p0.Y - p1.Y + p2.Y - p3.Y);
        (double dx1, double dy1, double dx2, double dy2) = (p1.X - p2.X, p1.Y - p2.Y, p3.X - p2.X, p3.Y - p2.Y);
        double determinant = (dx1 * dy2) - (dx2 * dy1);
        (double g, double h) = (((sumX * dy2) - (dx2 * sumY)) / determinant, ((dx1 * sumY) - (sumX * dy1)) / determinant);
        return new(
            (p1.X - p0.X + (g * p1.X)) / width, (p3.X - p0.X + (h * p3.X)) / height, p0.X,
            (p1.Y - p0.Y + (g * p1.Y)) / width, (p3.Y - p0.Y + (h * p3.Y)) / height, p0.Y,
            g / width, h / height, 1);
    }

    /// <summary>Where a place comes to lie.</summary>
    public Point Map(Point p)
    {
        double w = (_m[6] * p.X) + (_m[7] * p.Y) + _m[8];
        return new(((_m[0] * p.X) + (_m[1] * p.Y) + _m[2]) / w, ((_m[3] * p.X) + (_m[4] * p.Y) + _m[5]) / w);
    }

    /// <summary>A box around where a box comes to lie, cut at a picture's edges.</summary>
    public Box Map(Box box, int pictureWidth, int pictureHeight) =>
        new Quadrilateral(Map(new Point(box.X, box.Y)), Map(new Point(box.Right, box.Y)), Map(new Point(box.Right, box.Bottom)), Map(new Point(box.X, box.Bottom)))
            .Bounds(pictureWidth, pictureHeight);
}
