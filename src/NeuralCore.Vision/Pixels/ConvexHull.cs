namespace NeuralCore.Vision.Pixels;

/// <summary>The smallest convex polygon around points (Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979).</summary>
public static class ConvexHull
{
    /// <summary>Finds the polygon, clockwise on the picture; points on its sides are left out.</summary>
    public static IReadOnlyList<Point> Of(IEnumerable<Point> points)
    {
        Point[] sorted = [.. points.OrderBy(p => p.X).ThenBy(p => p.Y)];
        Point[] above = Chain(sorted);
        Array.Reverse(sorted);
        Point[] below = Chain(sorted);
        return sorted.Length < 2 ? sorted : [.. above[..^1], .. below[..^1]];
    }

    /// <summary>The polygon around a component: the ends of its ink in each row are enough to find it.</summary>
    public static IReadOnlyList<Point> Of(ConnectedComponents components, Component component)
    {
        Box box = component.Box;
        int width = components.Width;
        var ends = new List<Point>();
        for (int y = box.Y; y < box.Bottom; y++)
        {
            ReadOnlySpan<int> row = components.Labels.AsSpan((y * width) + box.X, box.Width);
            int first = row.IndexOf(component.Label);
            if (first >= 0)
            {
                int last = row.LastIndexOf(component.Label);
                ends.AddRange([new(box.X + first, y), new(box.X + first, y + 1), new(box.X + last + 1, y), new(box.X + last + 1, y + 1)]);
            }
        }

        return Of(ends);
    }

    private static Point[] Chain(Point[] sorted)
    {
        var chain = new List<Point>();
        foreach (Point point in sorted)
        {
            while (chain.Count > 1 && chain[^2].Turn(chain[^1], point) <= 0)
            {
                chain.RemoveAt(chain.Count - 1);
            }

            chain.Add(point);
        }

        return [.. chain];
    }
}
