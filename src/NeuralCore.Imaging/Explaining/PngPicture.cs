using NeuralCore.Vision.Pixels;
using SkiaSharp;

namespace NeuralCore.Imaging.Explaining;

/// <summary>Pictures as PNG files.</summary>
public static class PngPicture
{
    private const int BestCompression = 9;

    /// <summary>A picture as the bytes of a PNG file.</summary>
    public static byte[] Encode(ColourImage picture)
    {
        using SKBitmap bitmap = ToBitmap(picture);
        using SKPixmap pixels = bitmap.PeekPixels();
        return Encode(pixels);
    }

    /// <summary>The pixels of a drawing as the bytes of a PNG file.</summary>
    internal static byte[] Encode(SKPixmap pixels)
    {
        using SKData data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, BestCompression))!;
        return data.ToArray();
    }

    /// <summary>A picture as one that can be drawn with.</summary>
    internal static SKBitmap ToBitmap(ColourImage picture)
    {
        var bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> rgba = bitmap.GetPixelSpan();
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            picture.Pixels.AsSpan(i * ColourImage.Channels, ColourImage.Channels).CopyTo(rgba[(i * 4)..]);
            rgba[(i * 4) + ColourImage.Channels] = byte.MaxValue;
        }

        return bitmap;
    }
}
