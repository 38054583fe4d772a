using NeuralCore.Imaging.Pixels;

namespace NeuralCore.Imaging.Stages;

/// <summary>The digit of a photo.</summary>
/// <param name="Picture">28x28, from 0 (no ink) to 255.</param>
/// <param name="IsOneOfSeveral">Whether the photo seems to show more digits than this one.</param>
public sealed record PhotoDigit(GrayImage Picture, bool IsOneOfSeveral);

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

    /// <summary>Finds the digit.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <returns>The digit; null if the photo shows no ink.</returns>
    public static PhotoDigit? Run(ColourImage photo, Action<StagePicture>? keep = null)
    {
        GrayImage[] channels = WorkingSize(photo);
        keep?.Invoke(StagePicture.Of("photo", "Photo, at working size", channels));

        Mask unruled = FindInk(channels, keep).Ink;
        Mask digit = DigitChoice.Find(unruled);
        keep?.Invoke(StagePicture.Of("digit", "The digit alone", digit.ToGray()));
        if (digit.Bounds() is not { } box || digit.Count < InkMask.LeastShare * digit.Pixels.Length)
        {
            return null;
        }

        Mask cut = digit.Crop(box);
        keep?.Invoke(StagePicture.Of("box", "Cut out to its box", cut.ToGray()));
        return new PhotoDigit(Frame(cut, keep), DigitChoice.IsOneOfSeveral(unruled, digit));
    }

    /// <summary>The stages from a photo's colours to its ink, ruled lines taken out.</summary>
    /// <param name="channels">Red, green and blue, 0 to 255.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <returns>The ink, and with it all that stands out of the paper; both without ruled lines.</returns>
    internal static (Mask Ink, Mask Marks) FindInk(GrayImage[] channels, Action<StagePicture>? keep = null)
    {
        GrayImage luma = Luma(channels);
        bool isLight = Polarity.IsLightInk(luma);
        GrayImage[] dark = isLight ? Array.ConvertAll(channels, channel => channel.Map(value => 255 - value)) : channels;
        dark = Array.ConvertAll(dark, Smooth);
        keep?.Invoke(StagePicture.Of("polarity", isLight ? "Light ink: turned negative" : "Dark ink: as it is", dark));

        GrayImage[] paper = InkStrength.Paper(dark);
        keep?.Invoke(StagePicture.Of("paper", "Paper under the ink", paper));

        GrayImage strength = InkStrength.Measure(dark, paper);
        keep?.Invoke(StagePicture.Of("strength", "Ink: distance from the paper's colour", strength));

        (Mask ink, Mask marks) = InkMask.Find(strength);
        keep?.Invoke(StagePicture.Of("ink", "Ink or not: local threshold", ink.ToGray()));

        (ink, marks) = RuledLines.Remove(ink, marks);
        keep?.Invoke(StagePicture.Of("lines", "Ruled lines and frames removed", ink.ToGray()));
        return (ink, marks);
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

    private static GrayImage[] WorkingSize(ColourImage photo)
    {
        ColourImage small = photo.ShrunkTo(LongestSide);
        double scale = Math.Max(1, (double)ShortestLongSide / Math.Max(small.Width, small.Height));
        (int width, int height) = ((int)Math.Round(small.Width * scale), (int)Math.Round(small.Height * scale));
        GrayImage[] channels = [small.Channel(0), small.Channel(1), small.Channel(2)];
        return scale == 1 ? channels : Array.ConvertAll(channels, channel => channel.Resized(width, height));
    }

    private static GrayImage Luma(GrayImage[] c) => new(
        c[0].Width, c[0].Height, [.. c[0].Pixels.Select((red, i) => (0.299f * red) + (0.587f * c[1].Pixels[i]) + (0.114f * c[2].Pixels[i]))]);

    private static GrayImage Smooth(GrayImage image)
    {
        var sums = new IntegralImage(image);
        var smooth = new GrayImage(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                smooth[x, y] = (float)sums.MeanAround(x, y, 1);
            }
        }

        return smooth;
    }

    private static Mask WidenStrokes(Mask cut)
    {
        double pixelsPerUnit = Math.Max(cut.Width, cut.Height) / (double)MnistFrame.DigitSide;
        double missing = (ThinnestStroke * pixelsPerUnit) - StrokeWidth.Measure(cut);
        if (missing <= 0)
        {
            return cut;
        }

        Mask wide = StrokeWidth.Widen(cut.Padded((int)Math.Ceiling(missing)), missing);
        return wide.Crop(wide.Bounds()!.Value);
    }
}
