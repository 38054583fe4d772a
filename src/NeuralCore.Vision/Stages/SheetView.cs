using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// What a photo shows, looked at from straight above: the sheet alone where one was found on a table, else the whole photo.
/// </summary>
internal sealed class SheetView
{
    /// <summary>How much of the sheet's sides is left out, as a share: paper curls, and its edge throws a shadow.</summary>
    private const double Rim = 0.006;

    private readonly Homography? _toPhoto;
    private readonly ColourImage _photo;

    private SheetView(ColourImage photo, ColourImage picture, FoundSheet? sheet, Homography? toPhoto) =>
        (_photo, Picture, Sheet, _toPhoto) = (photo, picture, sheet, toPhoto);

    /// <summary>The sheet, or the whole photo: at most as large as was asked for.</summary>
    public ColourImage Picture { get; }

    /// <summary>The sheet on the photo; null where none was found.</summary>
    public FoundSheet? Sheet { get; }

    /// <summary>Takes the sheet out of a photo.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="longestSide">The most pixels of a side.</param>
    public static SheetView Of(ColourImage photo, int longestSide) => Of(photo, longestSide, SheetFinder.Find(photo));

    /// <summary>Takes a sheet out of a photo that is known to be there, or, if it is null, the whole photo.</summary>
    public static SheetView Of(ColourImage photo, int longestSide, FoundSheet? sheet) => sheet is { IsCutOut: true }
        ? CutOut(photo, longestSide, sheet)
        : new SheetView(photo, photo.ShrunkTo(longestSide), sheet, null);

    /// <summary>Whether ink is lighter than what it is on: judged on the sheet, since around it is the table.</summary>
    public bool IsLightInk()
    {
        if (Sheet is not { IsCutOut: false } sheet)
        {
            return Polarity.IsLightInk(Picture);
        }

        // The rest may be the same paper in a shadow and stays; but it has no say.
        SheetView alone = CutOut(_photo, Math.Max(Picture.Width, Picture.Height), sheet);
        return Polarity.IsLightInk(alone.Picture);
    }

    /// <summary>A box on <see cref="Picture"/> as one on the photo.</summary>
    public Box OnPhoto(Box box)
    {
        if (_toPhoto is not null)
        {
            return _toPhoto.Map(box, _photo.Width, _photo.Height);
        }

        double scale = (double)_photo.Width / Picture.Width;
        return Quadrilateral.Of(box.Width, box.Height).Moved(box.X, box.Y).Scaled(scale).Bounds(_photo.Width, _photo.Height);
    }

    private static SheetView CutOut(ColourImage photo, int longestSide, FoundSheet sheet)
    {
        Quadrilateral inner = Inset(sheet.Corners);
        double longest = Math.Max(inner.Width, inner.Height);
        int factor = Math.Max(1, (int)(longest / longestSide));
        double scale = Math.Min(1.0 / factor, longestSide / longest);
        (int width, int height) = (Math.Max(1, (int)(inner.Width * scale)), Math.Max(1, (int)(inner.Height * scale)));
        ColourImage small = photo.ShrunkBy(factor);
        Homography toSmall = Homography.FromRectangle(width, height, inner.Scaled(1.0 / factor));
        return new SheetView(photo, Perspective.Rectify(small, toSmall, width, height), sheet, Homography.FromRectangle(width, height, inner));
    }

    private static Quadrilateral Inset(Quadrilateral corners)
    {
        Homography map = Homography.FromRectangle(1, 1, corners);
        return new(map.Map(new(Rim, Rim)), map.Map(new(1 - Rim, Rim)), map.Map(new(1 - Rim, 1 - Rim)), map.Map(new(Rim, 1 - Rim)));
    }
}
