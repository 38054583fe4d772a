using System.Buffers.Binary;
using SkiaSharp;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>Small files of the other formats: dark on the left, bright on the right.</summary>
internal static class SmallImages
{
    public const int Width = 12;
    public const int Height = 8;

    /// <summary>One whole file of each format, for tests that damage them.</summary>
    public static IReadOnlyList<(string Name, byte[] File)> OfEachFormat =>
    [
        ("png", Encode(SKEncodedImageFormat.Png)),
        ("jpg", Encode(SKEncodedImageFormat.Jpeg)),
        ("webp", Encode(SKEncodedImageFormat.Webp)),
        ("lossless.webp", Encode(SKEncodedImageFormat.Webp, 100)),
        ("bmp", Bmp(Width, Height)),
        ("gif", Gif(Width, Height, frames: 2)),
        ("tiff", Tiff()),
        ("progressive.jpg", JpegBytes.Make([[20], [200]], progressive: true)),
        ("cmyk.jpg", JpegBytes.Make([[20, 30, 40, 50], [200, 210, 220, 230]])),
    ];

    /// <summary>A file as SkiaSharp writes it.</summary>
    public static byte[] Encode(SKEncodedImageFormat format, int quality = 90, int width = Width, int height = Height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var bright = new SKPaint { Color = new SKColor(220, 220, 220), IsAntialias = false };
        canvas.Clear(new SKColor(20, 20, 20));
        canvas.DrawRect(width / 2, 0, width, height, bright);
        canvas.Flush();

        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = format == SKEncodedImageFormat.Webp && quality == 100
            ? pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))!
            : pixels.Encode(format, quality)!;
        return data.ToArray();
    }

    /// <summary>A TIFF file of one strip, 8 bits of grey a pixel (TIFF 6.0, section 4).</summary>
    public static byte[] Tiff(ushort orientation = 1)
    {
        (ushort Tag, int Value)[] entries =
        [
            (256, Width), (257, Height), (258, 8), (259, 1), (262, 1), (273, 8), (274, orientation), (277, 1), (278, Height), (279, Width * Height),
        ];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8 + (Width * Height));
        for (int i = 0; i < Width * Height; i++)
        {
            writer.Write(i % Width < Width / 2 ? (byte)20 : (byte)220);
        }

        writer.Write((ushort)entries.Length);
        foreach ((ushort tag, int value) in entries)
        {
            writer.Write(tag);
            writer.Write((ushort)3);
            writer.Write(1);
            writer.Write(value);
        }

        writer.Write(0);
        return file.ToArray();
    }

    /// <summary>A BMP file of 24 bits a pixel.</summary>
    /// <param name="width">What the header says.</param>
    /// <param name="height">What the header says; below 0 the rows run from the top.</param>
    public static byte[] Bmp(int width, int height)
    {
        const int header = 54;
        int stride = ((Width * 3) + 3) / 4 * 4;
        var file = new byte[header + (stride * Height)];
        "BM"u8.CopyTo(file);
        (int At, int Value)[] numbers = [(2, file.Length), (10, header), (14, 40), (18, width), (22, height)];
        foreach ((int at, int value) in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        (file[26], file[28]) = (1, 24);
        for (int i = 0; i < Width * Height; i++)
        {
            file.AsSpan(header + (i / Width * stride) + (i % Width * 3), 3).Fill(i % Width < Width / 2 ? (byte)20 : (byte)220);
        }

        return file;
    }

    /// <summary>A GIF file; its first frame is as all of these, the others are black.</summary>
    public static byte[] Gif(int width, int height, int frames = 1)
    {
        using var file = new MemoryStream();
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        file.Write("GIF89a"u8);
        file.Write([.. size, 0xF6, 0, 0]);
        file.Write([.. Enumerable.Range(0, 128).SelectMany(i => Enumerable.Repeat((byte)(2 * i), 3))]);
        for (int frame = 0; frame < frames; frame++)
        {
            file.Write([0x21, 0xF9, 4, 0, 10, 0, 0, 0]);
            file.Write([0x2C, 0, 0, 0, 0, Width, 0, Height, 0, 0]);

            // Codes of eight bits stay codes of eight bits when the table is cleared before it grows.
            byte[] row = [128, .. Enumerable.Range(0, Width).Select(x => frame > 0 ? (byte)0 : x < Width / 2 ? (byte)10 : (byte)110)];
            byte[] codes = [.. Enumerable.Repeat(row, Height).SelectMany(r => r), 129];
            file.Write([7, (byte)codes.Length, .. codes, 0]);
        }

        file.WriteByte(0x3B);
        return file.ToArray();
    }
}
