using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Small pictures that end where the ink of their sign ends, as scanned forms are cut into signs. What touches most edges of a photo is a frame or something beside the
/// paper; in these it is the sign, and with paper around it the other stages find it.
/// </summary>
internal static class TightCrop
{
    /// <summary>Longer sides are those of photos and scans, which show paper around a sign.</summary>
    private const int LongestSide = 128;

    /// <summary>The margin on each side, as a share of the longer side.</summary>
    private const double Margin = 0.25;

    /// <summary>The quantile of the pixels that is taken for the paper; counted from the lightest where the ink is light.</summary>
    private const double Paper = 0.9;

    /// <summary>Ink is nearer to the darkest pixels than to the paper, or to the lightest; this share of the pixels is left out before, as dirt.</summary>
    private const double Rare = 0.02;

    /// <summary>Whether a picture is small enough to be one.</summary>
    public static bool IsSmall(ColourImage picture) => Math.Max(picture.Width, picture.Height) <= LongestSide;

    /// <summary>Whether a picture is one: small, with ink at more edges than a sign on a photo touches.</summary>
    public static bool IsOne(ColourImage picture)
    {
        if (!IsSmall(picture))
        {
            return false;
        }

        bool isLight = Polarity.IsLightInk(picture);
        GrayImage luma = picture.Luma();
        var levels = new Quantiles(luma.Pixels);
        float paper = levels.At(isLight ? 1 - Paper : Paper), middle = (paper + levels.At(isLight ? 1 - Rare : Rare)) / 2;
        bool IsInk(int x, int y) => isLight ? luma[x, y] > middle : luma[x, y] < middle;
        bool[] edges =
        [
            AnyInk(luma.Width, x => IsInk(x, 0)), AnyInk(luma.Width, x => IsInk(x, luma.Height - 1)),
            AnyInk(luma.Height, y => IsInk(0, y)), AnyInk(luma.Height, y => IsInk(luma.Width - 1, y)),
        ];
        return edges.Count(hasInk => hasInk) > DigitChoice.MostEdges;

        static bool AnyInk(int length, Func<int, bool> isInk) => Enumerable.Range(0, length).Any(isInk);
    }

    /// <summary>The picture with its paper's colour around it.</summary>
    public static ColourImage WithMargin(ColourImage picture)
    {
        double share = Polarity.IsLightInk(picture) ? 1 - Paper : Paper;
        byte[] paper = Array.ConvertAll(picture.ToPlanes(), plane => (byte)new Quantiles(Array.ConvertAll(plane.Pixels, value => (float)value)).At(share));
        int margin = (int)Math.Ceiling(Margin * Math.Max(picture.Width, picture.Height));
        (int width, int height) = (picture.Width + (2 * margin), picture.Height + (2 * margin));
        var pixels = new byte[width * height * ColourImage.Channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = paper[i % ColourImage.Channels];
        }

        for (int y = 0; y < picture.Height; y++)
        {
            int length = picture.Width * ColourImage.Channels;
            picture.Pixels.AsSpan(y * length, length).CopyTo(pixels.AsSpan((((y + margin) * width) + margin) * ColourImage.Channels));
        }

        return new ColourImage(width, height, pixels);
    }
}
