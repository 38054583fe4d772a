using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>Where a sheet of paper, a card or a board lies on a photo that shows more than it.</summary>
/// <param name="Corners">Its corners, in pixels of the photo.</param>
/// <param name="IsCutOut">
/// Whether all else can be left out. It cannot where only one or two of its sides are seen and what lies beyond may be the same paper in a shadow.
/// </param>
public sealed record FoundSheet(Quadrilateral Corners, bool IsCutOut);

/// <summary>
/// Finds the sheet on a photo: a large region that is brighter than all around it, with four straight sides (or a darker one, as a
/// blackboard on a wall is). Whether ink is dark or light can only be told on the sheet: around it is the table. Thresholds from dark
/// to bright are tried, since no single one separates paper from table in every light, and the most quadrilateral region wins.
/// </summary>
public static class SheetFinder
{
    /// <summary>The region is found on a small picture; its sides are placed on a larger one.</summary>
    private const int CoarseSide = 128;

    private const int FineSide = 640;

    private const int Thresholds = 12;

    /// <summary>Strokes narrower than twice this and one, in pixels of the small picture, are no part of the outline.</summary>
    private const int InkRadius = 2;

    /// <summary>The least and the largest part of the photo that a sheet fills.</summary>
    private const double SmallestArea = 0.06;

    private const double LargestArea = 0.985;

    /// <summary>The shorter side of a sheet is at least this share of the photo's.</summary>
    private const double ShortestSide = 0.25;

    /// <summary>How much of a region and of its quadrilateral they have in common; for boards more, since many a digit is dark and nearly a rectangle.</summary>
    private const double LeastAlike = 0.88;

    private const double LeastAlikeBoard = 0.93;

    /// <summary>A sheet is mostly paper: less of it is ink.</summary>
    private const double MostInk = 0.3;

    /// <summary>
    /// The least part of a region that is as bright as paper (of a board: as dark) before the gaps between strokes are closed. Closing turns a line of writing into a dark
    /// region with straight sides, of which only the strokes were dark before.
    /// </summary>
    private const double LeastBare = 0.5;

    /// <summary>Beyond its sides it is darker, by this factor at most, over a few pixels.</summary>
    private const double LeastStep = 0.82;

    /// <summary>What is darker than that by this factor is no shadow.</summary>
    private const double DarkerThanShadow = 0.42;

    /// <summary>And neither is what differs from the sheet in colour by this much: the distance of red, green and blue as parts of their sum.</summary>
    private const double OtherColour = 0.045;

    /// <summary>Finds the sheet.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <returns>The sheet; null if there is none, or it fills the photo.</returns>
    public static FoundSheet? Find(ColourImage photo)
    {
        double scale = Math.Min(1, (double)CoarseSide / Math.Max(photo.Width, photo.Height));
        (int width, int height) = (Math.Max(1, (int)Math.Round(photo.Width * scale)), Math.Max(1, (int)Math.Round(photo.Height * scale)));
        if (Math.Min(width, height) < 4 * InkRadius)
        {
            return null;
        }

        ColourImage small = photo.ShrunkTo(FineSide);
        BytePlane[] coarse = Array.ConvertAll(small.ToPlanes(), plane => plane.Resized(width, height));
        (BytePlane darkest, BytePlane brightest) = (SheetEdges.Extreme(coarse, Math.Min), SheetEdges.Extreme(coarse, Math.Max));
        BytePlane[] fine = small.ToPlanes();
        return Best(darkest, SheetEdges.Extreme(fine, Math.Min), LeastAlike) is { } sheet
            ? Placed(sheet, small, coarse, photo, isBoard: false)
            : Best(brightest.Negative(), SheetEdges.Extreme(fine, Math.Max).Negative(), LeastAlikeBoard) is { } board
                ? Placed(board, small, coarse, photo, isBoard: true)
                : null;
    }

    /// <summary>The most quadrilateral of the bright regions, in pixels of the small picture.</summary>
    private static SheetRegion? Best(BytePlane coarse, BytePlane fine, double leastAlike)
    {
        BytePlane plane = Extremes.Close(coarse, InkRadius);
        GrayImage picture = plane.ToGray(), bare = fine.ToGray();
        var levels = new Quantiles(picture.Pixels);
        (float dark, float bright) = (levels.At(0.02), levels.At(0.98));
        SheetRegion? best = null;
        for (int i = 1; i < Thresholds; i++)
        {
            float threshold = dark + ((bright - dark) * i / Thresholds);
            if (SheetRegion.Largest(Mask.Above(picture, threshold), ShortestSide * Math.Min(plane.Width, plane.Height), (1 - MostInk) * SmallestArea * plane.Pixels.Length) is { } region && region.Alike > (best?.Alike ?? 0) && IsSheet(region, picture, leastAlike) && IsBare(region, (double)bare.Width / picture.Width, bare, threshold))
            {
                best = region;
            }
        }

        return best;
    }

    private static bool IsSheet(SheetRegion region, GrayImage picture, double leastAlike)
    {
        double whole = picture.Pixels.Length;
        return region.Alike >= leastAlike
            && region.Corners.Area >= SmallestArea * whole && region.Corners.Area <= LargestArea * whole
            && Math.Min(region.Corners.Width, region.Corners.Height) >= ShortestSide * Math.Min(picture.Width, picture.Height)
            && region.Holes <= MostInk
            && SheetEdges.Step(region.Corners, picture) <= LeastStep;
    }

    private static bool IsBare(SheetRegion region, double scale, GrayImage bare, float threshold)
    {
        Mask inside = region.Corners.Scaled(scale).ToMask(bare.Width, bare.Height);
        return inside.Shared(Mask.Above(bare, threshold)).Count >= LeastBare * inside.Count;
    }

    /// <summary>The sheet in pixels of the photo, its sides where the brightness changes most.</summary>
    private static FoundSheet Placed(SheetRegion region, ColourImage small, BytePlane[] coarse, ColourImage photo, bool isBoard)
    {
        double toFine = (double)small.Width / coarse[0].Width;

        // White paper is bright in red, green and blue; wood and cloth are not in all.
        BytePlane fine = isBoard ? SheetEdges.Extreme(small.ToPlanes(), Math.Max).Negative() : SheetEdges.Extreme(small.ToPlanes(), Math.Min);
        Quadrilateral sides = SheetEdges.Refined(region.Corners.Scaled(toFine), fine.ToGray(), reach: 2.5 * toFine);
        GrayImage darkest = SheetEdges.Extreme(coarse, Math.Min).ToGray();
        bool isCutOut = SheetEdges.SidesInside(region.Corners, darkest.Width, darkest.Height) >= 3
            || SheetEdges.Step(region.Corners, darkest) < DarkerThanShadow
            || SheetEdges.ColourStep(region.Corners, coarse) > OtherColour;
        return new FoundSheet(sides.Scaled((double)photo.Width / small.Width), isCutOut);
    }
}
