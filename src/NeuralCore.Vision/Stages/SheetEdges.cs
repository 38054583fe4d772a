using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>The four sides of a sheet on a photo: which of them are seen, what lies beyond, and where exactly they are.</summary>
internal static class SheetEdges
{
    /// <summary>Places along a side that are looked at.</summary>
    private const int Probes = 25;

    /// <summary>How far from a side paper and table are compared, in pixels.</summary>
    private const double Nearest = 1.5;

    private const double Furthest = 3.5;

    /// <summary>A side this near to the picture's is that of the picture.</summary>
    private const double AtPicture = 2.5;

    /// <summary>One of red, green and blue for each pixel: the least or the most of them.</summary>
    public static BytePlane Extreme(BytePlane[] channels, Func<byte, byte, byte> choose)
    {
        var pixels = new byte[channels[0].Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = choose(channels[0].Pixels[i], choose(channels[1].Pixels[i], channels[2].Pixels[i]));
        }

        return new BytePlane(channels[0].Width, channels[0].Height, pixels);
    }

    /// <summary>How many of the four sides lie within the picture.</summary>
    public static int SidesInside(Quadrilateral corners, int width, int height) => Sides(corners).Count(side => IsInside(side, width, height));

    /// <summary>How bright it is just beyond the sides that are seen, as a share of how bright it is just within: the median over all places; 1 if none is seen.</summary>
    public static double Step(Quadrilateral corners, GrayImage picture)
    {
        double[] steps =
        [
            .. Pairs(corners, picture.Width, picture.Height)
                .Select(pair => (double)picture[pair.Out.X, pair.Out.Y] / Math.Max(1, picture[pair.In.X, pair.In.Y])).Order(),
        ];

        // Three in four places have to be darker: a stain or a shadow has its edge on one side only.
        return steps.Length == 0 ? 1 : steps[steps.Length * 3 / 4];
    }

    /// <summary>How much the colours beyond the sides differ from those within: the distance of red, green and blue as parts of their sum.</summary>
    public static double ColourStep(Quadrilateral corners, BytePlane[] channels)
    {
        var (inside, outside) = (new double[3], new double[3]);
        foreach (((int X, int Y) within, (int X, int Y) beyond) in Pairs(corners, channels[0].Width, channels[0].Height))
        {
            for (int c = 0; c < 3; c++)
            {
                inside[c] += channels[c][within.X, within.Y];
                outside[c] += channels[c][beyond.X, beyond.Y];
            }
        }

        return Math.Sqrt(Enumerable.Range(0, 3).Sum(c => Math.Pow((inside[c] / Math.Max(1, inside.Sum())) - (outside[c] / Math.Max(1, outside.Sum())), 2)));
    }

    /// <summary>
    /// Moves each side that is seen to where the picture gets darker at once, and turns it along: the line through the middle of most of those
    /// places, found by medians, so that a pencil that lies on the edge does not matter (Theil, 1950).
    /// </summary>
    /// <param name="corners">The sheet, found on a smaller picture.</param>
    /// <param name="picture">The picture, bright where the sheet is.</param>
    /// <param name="reach">How far a side may be off, in pixels.</param>
    public static Quadrilateral Refined(Quadrilateral corners, GrayImage picture, double reach)
    {
        (Point From, Point To)[] sides = [.. Sides(corners).Select(side => IsInside(side, picture.Width, picture.Height, reach) ? Moved(side, picture, reach) : AtEdge(side, picture))];
        Point[] met = [.. Enumerable.Range(0, 4).Select(i => Meeting(sides[(i + 3) % 4], sides[i]) ?? corners.Corners[i])];
        bool isNear = met.Zip(corners.Corners).All(pair => pair.First.DistanceTo(pair.Second) <= 4 * reach);
        return isNear ? new Quadrilateral(met[0], met[1], met[2], met[3]) : corners;
    }

    private static (Point From, Point To)[] Sides(Quadrilateral q) => [(q.TopLeft, q.TopRight), (q.TopRight, q.BottomRight), (q.BottomRight, q.BottomLeft), (q.BottomLeft, q.TopLeft)];

    private static bool IsInside((Point From, Point To) side, int width, int height, double margin = AtPicture)
    {
        bool Outside(Func<Point, bool> isAtEdge) => isAtEdge(side.From) && isAtEdge(side.To);
        return !(Outside(p => p.X < margin) || Outside(p => p.Y < margin) || Outside(p => p.X > width - margin) || Outside(p => p.Y > height - margin));
    }

    /// <summary>A side of the picture itself; a sheet that goes on beyond it ends there.</summary>
    private static (Point From, Point To) AtEdge((Point From, Point To) side, GrayImage picture)
    {
        Point Snap(Point p) => Math.Abs(side.To.X - side.From.X) > Math.Abs(side.To.Y - side.From.Y)
            ? p with { Y = p.Y < picture.Height / 2.0 ? 0 : picture.Height }
            : p with { X = p.X < picture.Width / 2.0 ? 0 : picture.Width };
        return (Snap(side.From), Snap(side.To));
    }

    /// <summary>Pixels just within and just beyond the sides that are seen.</summary>
    private static IEnumerable<((int X, int Y) In, (int X, int Y) Out)> Pairs(Quadrilateral corners, int width, int height)
    {
        foreach ((Point from, Point to) in Sides(corners).Where(side => IsInside(side, width, height)))
        {
            double length = Math.Max(1e-9, from.DistanceTo(to));
            (double acrossX, double acrossY) = ((to.Y - from.Y) / length, -(to.X - from.X) / length);
            for (int i = 1; i < Probes; i++)
            {
                Point at = from.Towards(to, (double)i / Probes);
                for (double distance = Nearest; distance <= Furthest; distance++)
                {
                    (int X, int Y) inside = ((int)(at.X - (distance * acrossX)), (int)(at.Y - (distance * acrossY)));
                    (int X, int Y) outside = ((int)(at.X + (distance * acrossX)), (int)(at.Y + (distance * acrossY)));
                    if (IsIn(inside) && IsIn(outside))
                    {
                        yield return (inside, outside);
                    }
                }
            }
        }

        bool IsIn((int X, int Y) p) => p.X >= 0 && p.Y >= 0 && p.X < width && p.Y < height;
    }

    private static (Point From, Point To) Moved((Point From, Point To) side, GrayImage picture, double reach)
    {
        (Point from, Point to) = side;
        double length = Math.Max(1e-9, from.DistanceTo(to));
        (double acrossX, double acrossY) = ((to.Y - from.Y) / length, -(to.X - from.X) / length);
        var places = new List<(double Along, double Across)>();
        for (int i = 1; i < Probes; i++)
        {
            double along = length * i / Probes;
            Point at = from.Towards(to, (double)i / Probes);
            (double best, double found) = (0, 0);
            for (double across = -reach; across <= reach; across += 0.5)
            {
                double fall = Sample(across - 1) - Sample(across + 1);
                (best, found) = fall > best ? (fall, across) : (best, found);
            }

            places.Add((along, found));

            double Sample(double across)
            {
                (double x, double y) = (at.X + (across * acrossX) - 0.5, at.Y + (across * acrossY) - 0.5);
                return picture[Math.Clamp((int)Math.Round(x), 0, picture.Width - 1), Math.Clamp((int)Math.Round(y), 0, picture.Height - 1)];
            }
        }

        double slope = Selection.Median([.. from i in Enumerable.Range(0, places.Count) from j in Enumerable.Range(i + 1, places.Count - i - 1) select (places[j].Across - places[i].Across) / (places[j].Along - places[i].Along)]);
        double offset = Selection.Median([.. places.Select(place => place.Across - (slope * place.Along))]);
        Point Shifted(Point p, double along) => new(p.X + ((offset + (slope * along)) * acrossX), p.Y + ((offset + (slope * along)) * acrossY));
        return (Shifted(from, 0), Shifted(to, length));
    }

    /// <summary>Where two lines meet; null if they are parallel.</summary>
    private static Point? Meeting((Point From, Point To) a, (Point From, Point To) b)
    {
        (double ax, double ay, double bx, double by) = (a.To.X - a.From.X, a.To.Y - a.From.Y, b.To.X - b.From.X, b.To.Y - b.From.Y);
        double determinant = (ax * by) - (ay * bx);
        if (Math.Abs(determinant) < 1e-9)
        {
            return null;
        }

        double share = (((b.From.X - a.From.X) * by) - ((b.From.Y - a.From.Y) * bx)) / determinant;
        return a.From.Towards(a.To, share);
    }
}
