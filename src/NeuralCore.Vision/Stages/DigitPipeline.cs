using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>The digit of a photo.</summary>
/// <param name="Picture">28x28, from 0 (no ink) to 255.</param>
/// <param name="IsOneOfSeveral">Whether the photo seems to show more digits than this one.</param>
/// <param name="Mark">What is shown instead of a digit; null if it may be one.</param>
/// <param name="WithLine">The digit with a line below it that touches it, if it has one and that may be its foot: else it was left out.</param>
/// <param name="Turned">What may be a digit on its side, since it is wide and in one piece: the picture turned to the left and to the right; else empty.</param>
public sealed record PhotoDigit(GrayImage Picture, bool IsOneOfSeveral, MarkKind? Mark = null, GrayImage? WithLine = null, params IReadOnlyList<GrayImage> Turned);

/// <summary>What is on the paper of a photo.</summary>
/// <param name="Strength">How much ink lies on each pixel, 0 to 255.</param>
/// <param name="Ink">The pixels that are ink.</param>
/// <param name="All">These, and with them all that stands out of the paper's grain, as faint as ruled lines may be.</param>
internal sealed record PaperMarks(GrayImage Strength, Mask Ink, Mask All);

/// <summary>
/// A photo of one digit to the picture that a network trained on MNIST knows: 28x28, light ink on black. Each stage is a function of
/// its own that knows nothing of the others; this is the order in which they run.
/// </summary>
public static class DigitPipeline
{
    /// <summary>Larger photos are made smaller first. A digit that fills a tenth of the photo still has twice the pixels that it needs.</summary>
    private const int LongestSide = 800;

    /// <summary>Smaller pictures are made larger first, so that strokes have insides.</summary>
    private const int ShortestLongSide = 200;

    /// <summary>Strokes come out at least this wide, in pixels of the 20x20: the median of MNIST's digits.</summary>
    private const double ThinnestStroke = 2.5;

    /// <summary>The shorter side of the smallest frame around a digit, as a share of the picture's.</summary>
    private const double SmallestFrame = 0.15;

    /// <summary>Finds the digit.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <param name="isDigit">
    /// Whether it is a digit, below and beside which level strokes are lines of their own. Those of other signs, as of an E, belong to them, and what looks like
    /// a minus or a slash may be one of the signs.
    /// </param>
    /// <returns>The digit; null if the photo shows no ink.</returns>
    public static PhotoDigit? Run(ColourImage photo, Action<StagePicture>? keep = null, bool isDigit = true)
    {
        bool isTight = !isDigit && TightCrop.IsOne(photo);
        PhotoDigit? found = Find(isTight ? TightCrop.WithMargin(photo) : photo);

        // In a small picture without ink that stands clear of its edges, the sign may be what was taken for a frame.
        return found is null && !isTight && !isDigit && TightCrop.IsSmall(photo) ? Find(TightCrop.WithMargin(photo)) : found;

        PhotoDigit? Find(ColourImage picture) => SheetFinder.Find(picture) is { } sheet && FindOn(SheetView.Of(picture, LongestSide, sheet), keep, isDigit) is { } digit
            ? digit
            : FindOn(SheetView.Of(picture, LongestSide, null), keep, isDigit);
    }

    private static PhotoDigit? FindOn(SheetView view, Action<StagePicture>? keep, bool isDigit)
    {
        BytePlane[] channels = WorkingSize(view.Picture);
        keep?.Invoke(StagePicture.Of("photo", "Photo, at working size", channels));

        (Mask unruled, Mask marks) = WithoutRuledLines(FindMarks(channels, view.IsLightInk(), keep), keep);
        Mask unframed = TouchingLines.RemoveFrames(Enclosures.Remove(unruled, marks, SmallestFrame * Math.Min(marks.Width, marks.Height)));
        Mask unlined = isDigit ? TouchingLines.RemoveLinesBelow(unframed) : unframed;
        unruled = isDigit ? Bars.Remove(unlined) : unlined;
        keep?.Invoke(StagePicture.Of("frames", "Frames, rings and lines removed", unruled.ToGray()));
        Mask digit = DigitChoice.Find(unruled, hasDots: !isDigit);
        keep?.Invoke(StagePicture.Of("digit", "The digit alone", digit.ToGray()));
        if (digit.Bounds() is not { } box || digit.Count < InkMask.LeastShare * digit.Pixels.Length)
        {
            return null;
        }

        Mask cut = digit.Crop(box);
        keep?.Invoke(StagePicture.Of("box", "Cut out to its box", cut.ToGray()));
        if (!isDigit)
        {
            return new PhotoDigit(Frame(cut, keep), DigitChoice.IsOneOfSeveral(unruled, digit));
        }

        MarkKind? mark = SingleMark.Of(digit, unruled);
        return new PhotoDigit(Frame(cut, keep), mark is null && DigitChoice.IsOneOfSeveral(unruled, digit), mark, unlined.Count < unframed.Count ? WithLine(unframed) : null, DigitChoice.IsOnItsSide(digit) ? Turned(cut) : []);
    }

    private static GrayImage[] Turned(Mask cut)
    {
        Mask left = cut.Transposed(), right = new(left.Width, left.Height, [.. left.Pixels.Reverse()]);
        return [Frame(left.FlippedDown()), Frame(right.FlippedDown())];
    }

    /// <summary>The digit with the line that was taken for one below it.</summary>
    private static GrayImage WithLine(Mask unframed)
    {
        Mask whole = DigitChoice.Find(Bars.Remove(unframed));
        return Frame(whole.Crop(whole.Bounds()!.Value));
    }

    /// <summary>Takes ruled lines out of what was found.</summary>
    internal static (Mask Ink, Mask Marks) WithoutRuledLines(PaperMarks found, Action<StagePicture>? keep = null)
    {
        (Mask ink, Mask marks) = RuledLines.Remove(found.Ink, found.All);
        keep?.Invoke(StagePicture.Of("lines", "Ruled lines and frames removed", ink.ToGray()));
        return (ink, marks);
    }

    /// <summary>The stages from a photo's colours to its ink, printed lines included.</summary>
    /// <param name="channels">Red, green and blue.</param>
    /// <param name="isLight">Whether ink is lighter than what it is on.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <returns>The ink, and with it all that stands out of the paper.</returns>
    internal static PaperMarks FindMarks(BytePlane[] channels, bool isLight, Action<StagePicture>? keep = null)
    {
        BytePlane[] dark = Array.ConvertAll(channels, channel => (isLight ? channel.Negative() : channel).Smoothed());
        keep?.Invoke(StagePicture.Of("polarity", isLight ? "Light ink: turned negative" : "Dark ink: as it is", dark));

        BytePlane[] paper = InkStrength.Paper(dark);
        keep?.Invoke(StagePicture.Of("paper", "Paper under the ink", paper));

        GrayImage strength = InkStrength.Measure(dark, paper);
        keep?.Invoke(StagePicture.Of("strength", "Ink: distance from the paper's colour", strength));

        (Mask ink, Mask marks) = InkMask.Find(strength);
        keep?.Invoke(StagePicture.Of("ink", "Ink or not: local threshold", ink.ToGray()));
        return new PaperMarks(strength, ink, marks);
    }

    /// <summary>The stages from a digit's ink, cut out to its box, to 28x28.</summary>
    /// <param name="cut">The ink of the digit; it touches all four edges.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    internal static GrayImage Frame(Mask cut, Action<StagePicture>? keep = null)
    {
        Mask strokes = WidenStrokes(cut);
        keep?.Invoke(StagePicture.Of("strokes", "Strokes at least as wide as MNIST's", strokes.ToGray()));

        GrayImage scaled = MnistFrame.Scale(strokes.ToGray());
        keep?.Invoke(StagePicture.Of("scaled", "20x20 by area averages", scaled));

        GrayImage centred = MnistFrame.Centre(scaled);
        keep?.Invoke(StagePicture.Of("centred", "28x28, centre of mass in the middle", centred));
        return centred;
    }

    private static BytePlane[] WorkingSize(ColourImage small)
    {
        double scale = Math.Max(1, (double)ShortestLongSide / Math.Max(small.Width, small.Height));
        (int width, int height) = ((int)Math.Round(small.Width * scale), (int)Math.Round(small.Height * scale));
        return Array.ConvertAll(small.ToPlanes(), plane => plane.Resized(width, height));
    }

    /// <summary>Strokes are measured, and widened if need be, where the digit's longer side has at most this many pixels: six for one of the 20.</summary>
    private const int StrokeSide = 120;

    private static Mask WidenStrokes(Mask cut)
    {
        Mask small = cut.ShrunkTo(StrokeSide);
        double pixelsPerUnit = Math.Max(small.Width, small.Height) / (double)MnistFrame.DigitSide;
        double missing = (ThinnestStroke * pixelsPerUnit) - StrokeWidth.Measure(small);
        if (missing <= 0)
        {
            return cut;
        }

        Mask wide = StrokeWidth.Widen(small.Padded((int)Math.Ceiling(missing)), missing);
        return wide.Crop(wide.Bounds()!.Value);
    }
}
