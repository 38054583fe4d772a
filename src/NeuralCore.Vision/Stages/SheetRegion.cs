using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>A region of a picture that may be a sheet.</summary>
/// <param name="Corners">The largest quadrilateral in its hull.</param>
/// <param name="Alike">What both have in common, as a share of what either has (Jaccard's index); the region's holes are counted as it.</param>
/// <param name="Holes">The part of the region that is holes.</param>
internal sealed record SheetRegion(Quadrilateral Corners, double Alike, double Holes)
{
    /// <summary>Takes the largest piece of a mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="leastSide">The least width and height of the piece, in pixels.</param>
    /// <param name="leastArea">Its least area, in pixels.</param>
    /// <returns>Null if there is none that large.</returns>
    public static SheetRegion? Largest(Mask mask, double leastSide, double leastArea)
    {
        ConnectedComponents pieces = ConnectedComponents.Of(mask);
        if (pieces.All.Count == 0)
        {
            return null;
        }

        Component largest = pieces.All.MaxBy(piece => piece.Area);
        if (Math.Min(largest.Box.Width, largest.Box.Height) < leastSide || largest.Area < leastArea)
        {
            return null;
        }

        if (Quadrilateral.LargestIn(ConvexHull.Of(pieces, largest)) is not { } corners)
        {
            return null;
        }

        // What cannot be reached from outside without crossing the region is in it.
        var region = new Mask(mask.Width, mask.Height, Array.ConvertAll(pieces.Labels, label => label == largest.Label));
        Mask own = ReachedFromEdge(region.Negative()).Negative(), quadrilateral = corners.ToMask(mask.Width, mask.Height);
        int filled = own.Count, both = own.Shared(quadrilateral).Count;
        return new SheetRegion(corners, (double)both / (filled + quadrilateral.Count - both), 1 - ((double)largest.Area / filled));
    }

    /// <summary>The pieces of a mask that reach the picture's edge. Pixels that touch by a corner only hang together too, as those of ink do.</summary>
    private static Mask ReachedFromEdge(Mask mask) => ConnectedComponents.Of(mask).Select(piece => piece.EdgesTouched(mask.Width, mask.Height) > 0);
}
