namespace NeuralCore.Vision.Pixels;

/// <summary>Four corners on a picture, clockwise from the upper left one: a sheet or a grid as it is seen from the side.</summary>
/// <param name="TopLeft">The first corner.</param>
/// <param name="TopRight">The second corner.</param>
/// <param name="BottomRight">The third corner.</param>
/// <param name="BottomLeft">The fourth corner.</param>
public readonly record struct Quadrilateral(Point TopLeft, Point TopRight, Point BottomRight, Point BottomLeft)
{
    /// <summary>The corners in their order.</summary>
    public Point[] Corners => [TopLeft, TopRight, BottomRight, BottomLeft];

    /// <summary>The area in pixels.</summary>
    public double Area => (TopLeft.Turn(TopRight, BottomRight) + TopLeft.Turn(BottomRight, BottomLeft)) / 2;

    /// <summary>The mean length of the upper and the lower side, in pixels.</summary>
    public double Width => (TopLeft.DistanceTo(TopRight) + BottomLeft.DistanceTo(BottomRight)) / 2;

    /// <summary>The mean length of the left and the right side, in pixels.</summary>
    public double Height => (TopLeft.DistanceTo(BottomLeft) + TopRight.DistanceTo(BottomRight)) / 2;

    /// <summary>The rectangle of a whole picture.</summary>
    public static Quadrilateral Of(double width, double height) => new(new(0, 0), new(width, 0), new(width, height), new(0, height));

    /// <summary>
    /// The largest quadrilateral whose corners are points of a convex polygon. It starts at the corner for which its upper side is
    /// the most level one.
    /// </summary>
    /// <param name="hull">The polygon, clockwise; at least three points.</param>
    /// <returns>Null if the points have no area.</returns>
    public static Quadrilateral? LargestIn(IReadOnlyList<Point> hull)
    {
        (double best, Point[] corners) = (0, []);
        for (int i = 0; i < hull.Count; i++)
        {
            for (int j = i + 1; j < hull.Count; j++)
            {
                // The two corners on either side of a diagonal are the points furthest from it.
                Point a = hull[i], c = hull[j];
                Point b = Furthest(hull, i + 1, j, a, c), d = Furthest(hull, j + 1, i + hull.Count, c, a);
                double area = Math.Abs(a.Turn(b, c)) + Math.Abs(a.Turn(c, d));
                (best, corners) = area > best ? (area, [a, b, c, d]) : (best, corners);
            }
        }

        return best == 0 ? null : Upright(corners);
    }

    /// <summary>The smallest box of whole pixels around it, cut at a picture's edges.</summary>
    public Box Bounds(int pictureWidth, int pictureHeight)
    {
        (int left, int top) = ((int)Math.Floor(Corners.Min(p => p.X)), (int)Math.Floor(Corners.Min(p => p.Y)));
        (int right, int bottom) = ((int)Math.Ceiling(Corners.Max(p => p.X)), (int)Math.Ceiling(Corners.Max(p => p.Y)));
        (left, top) = (Math.Clamp(left, 0, pictureWidth - 1), Math.Clamp(top, 0, pictureHeight - 1));
        return new Box(left, top, Math.Clamp(right, left + 1, pictureWidth) - left, Math.Clamp(bottom, top + 1, pictureHeight) - top);
    }

    /// <summary>With all places multiplied by a factor.</summary>
    public Quadrilateral Scaled(double factor)
    {
        Point Scale(Point p) => new(p.X * factor, p.Y * factor);
        return new(Scale(TopLeft), Scale(TopRight), Scale(BottomRight), Scale(BottomLeft));
    }

    /// <summary>With all places moved.</summary>
    public Quadrilateral Moved(double right, double down)
    {
        Point Move(Point p) => new(p.X + right, p.Y + down);
        return new(Move(TopLeft), Move(TopRight), Move(BottomRight), Move(BottomLeft));
    }

    /// <summary>The pixels of a picture whose middles lie within it; it has to be convex.</summary>
    public Mask ToMask(int width, int height)
    {
        var mask = new Mask(width, height);
        Point[] corners = Corners;
        for (int y = 0; y < height; y++)
        {
            // Each side that the row crosses bounds it on the left or on the right.
            (double left, double right) = (double.PositiveInfinity, double.NegativeInfinity);
            for (int i = 0; i < corners.Length; i++)
            {
                (Point from, Point to) = (corners[i], corners[(i + 1) % corners.Length]);
                if (from.Y <= y + 0.5 != to.Y <= y + 0.5)
                {
                    double x = from.Towards(to, (y + 0.5 - from.Y) / (to.Y - from.Y)).X;
                    (left, right) = (Math.Min(left, x), Math.Max(right, x));
                }
            }

            (int begin, int end) = ((int)Math.Clamp(Math.Ceiling(left - 0.5), 0, width), (int)Math.Clamp(Math.Ceiling(right - 0.5), 0, width));
            if (begin < end)
            {
                mask.Pixels.AsSpan((y * width) + begin, end - begin).Fill(true);
            }
        }

        return mask;
    }

    private static Point Furthest(IReadOnlyList<Point> hull, int begin, int end, Point from, Point to)
    {
        (double most, Point furthest) = (0, from);
        for (int i = begin; i < end; i++)
        {
            Point point = hull[i % hull.Count];
            double distance = Math.Abs(from.Turn(to, point));
            (most, furthest) = distance > most ? (distance, point) : (most, furthest);
        }

        return furthest;
    }

    /// <summary>The corners from the upper left one on: the side from the first to the second runs from left to right, as level as any does.</summary>
    private static Quadrilateral Upright(Point[] corners)
    {
        int first = Enumerable.Range(0, 4).MaxBy(i => (corners[(i + 1) % 4].X - corners[i].X) / Math.Max(1e-9, corners[i].DistanceTo(corners[(i + 1) % 4])));
        return new(corners[first], corners[(first + 1) % 4], corners[(first + 2) % 4], corners[(first + 3) % 4]);
    }
}
