using SkiaSharp;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// A small picture whose transparency carries the values: ink on whatever lies behind it, so that it can be read on paper and on a
/// dark screen alike.
/// </summary>
/// <param name="width">Its columns.</param>
/// <param name="height">Its rows.</param>
internal sealed class Raster(int width, int height)
{
    // Red, green, blue, opacity; not premultiplied.
    private readonly byte[] _pixels = new byte[width * height * 4];

    public int Width => width;

    public int Height => height;

    /// <summary>Whether pixels have the colours of a picture, which a dark screen must not change.</summary>
    public bool IsColoured { get; private set; }

    /// <summary>Sets a pixel.</summary>
    /// <param name="x">Its column.</param>
    /// <param name="y">Its row.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="opacity">How much of it, in [0, 1]; beyond that it is cut off.</param>
    public void Set(int x, int y, ReportColor color, double opacity)
    {
        Span<byte> pixel = _pixels.AsSpan(((y * width) + x) * 4, 4);
        (pixel[0], pixel[1], pixel[2]) = color.Rgb;
        pixel[3] = (byte)Math.Round(255 * Math.Clamp(opacity, 0, 1));
    }

    /// <summary>Sets a pixel of a picture in colour, opaque.</summary>
    /// <param name="x">Its column.</param>
    /// <param name="y">Its row.</param>
    /// <param name="rgb">Red, green and blue.</param>
    public void Set(int x, int y, ReadOnlySpan<byte> rgb)
    {
        Span<byte> pixel = _pixels.AsSpan(((y * width) + x) * 4, 4);
        rgb.CopyTo(pixel);
        pixel[3] = byte.MaxValue;
        IsColoured = true;
    }

    /// <summary>Lays a colour over what is there.</summary>
    /// <param name="x">Its column.</param>
    /// <param name="y">Its row.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">How much of it, in [0, 1].</param>
    public void Cover(int x, int y, ReportColor color, double opacity)
    {
        Span<byte> pixel = _pixels.AsSpan(((y * width) + x) * 4, 4);
        double below = (1 - opacity) * pixel[3] / 255, whole = opacity + below;
        (byte red, byte green, byte blue) = color.Rgb;
        if (whole > 0)
        {
            (pixel[0], pixel[1], pixel[2]) = (Mix(red, pixel[0]), Mix(green, pixel[1]), Mix(blue, pixel[2]));
        }

        pixel[3] = (byte)Math.Round(255 * Math.Clamp(whole, 0, 1));

        byte Mix(byte above, byte under) => (byte)Math.Round(((opacity * above) + (below * under)) / whole);
    }

    /// <summary>Copies another picture into this one.</summary>
    public void Place(Raster other, int x, int y)
    {
        IsColoured |= other.IsColoured;
        for (int row = 0; row < other.Height; row++)
        {
            other._pixels.AsSpan(row * other.Width * 4, other.Width * 4).CopyTo(_pixels.AsSpan((((y + row) * width) + x) * 4));
        }
    }

    /// <summary>Many pictures of one size as one, in rows of a given length, a pixel apart.</summary>
    public static Raster Mosaic(IReadOnlyList<Raster> tiles, int columns)
    {
        columns = Math.Min(columns, tiles.Count);
        int rows = (tiles.Count + columns - 1) / columns;
        (int stepX, int stepY) = (tiles[0].Width + 1, tiles[0].Height + 1);
        var mosaic = new Raster((columns * stepX) - 1, (rows * stepY) - 1);
        for (int i = 0; i < tiles.Count; i++)
        {
            mosaic.Place(tiles[i], i % columns * stepX, i / columns * stepY);
        }

        return mosaic;
    }

    /// <summary>The picture for Skia. The caller disposes of it.</summary>
    public SKImage ToImage() => SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), _pixels);

    /// <summary>The picture as a PNG, a pixel a value.</summary>
    public byte[] ToPng()
    {
        using SKImage image = ToImage();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
