namespace NeuralCore.Vision.Pixels;

/// <summary>A place on a picture. The middle of the pixel in column x and row y is at (x + 0.5, y + 0.5).</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the upper edge.</param>
public readonly record struct Point(double X, double Y)
{
    /// <summary>The distance between two places, in pixels.</summary>
    public double DistanceTo(Point other) => Math.Sqrt(((other.X - X) * (other.X - X)) + ((other.Y - Y) * (other.Y - Y)));

    /// <summary>Twice the area of the triangle from this place to two others: above 0 if that way turns clockwise on the picture.</summary>
    public double Turn(Point second, Point third) => ((second.X - X) * (third.Y - Y)) - ((second.Y - Y) * (third.X - X));

    /// <summary>The place that lies a share of the way towards another.</summary>
    public Point Towards(Point other, double share) => new(X + (share * (other.X - X)), Y + (share * (other.Y - Y)));
}
