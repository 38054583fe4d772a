using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;

namespace NeuralCore.Fuzz.Formats;

/// <summary>The formats of pictures, each with seeds of the kinds that are in use: grey, colour, palettes, 16 bits, interlaced, compressed in each way.</summary>
internal static class PictureFormats
{
    private const int Width = 20, Height = 14;

    public static IReadOnlyList<FuzzFormat> All { get; } =
    [
        new PictureFormat("png", Png, ["IHDR"u8.ToArray(), "PLTE"u8.ToArray(), "IDAT"u8.ToArray(), "tRNS"u8.ToArray()], RepairPng),
        new PictureFormat("jpg", Jpeg, [[0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xC4], [0xFF, 0xDA], [0xFF, 0xDB], [0xFF, 0xE1]]),
        new PictureFormat("gif", Gif, [[0x21, 0xF9], [0x2C]]),
        new PictureFormat("bmp", Bmp, ["BM"u8.ToArray()]),
        new PictureFormat("tiff", Tiff, ["II"u8.ToArray(), [0, 1, 3, 0], [1, 1, 3, 0], [17, 1, 4, 0]]),
        new PictureFormat("webp", WebP, ["VP8 "u8.ToArray(), "VP8L"u8.ToArray(), "VP8X"u8.ToArray()]),
    ];

    private static byte[][] Png() =>
    [
        .. new[] { PngColorType.Grayscale, PngColorType.Rgb, PngColorType.RgbWithAlpha, PngColorType.Palette, PngColorType.GrayscaleWithAlpha }.Select(type =>
            Encoded(new PngEncoder { ColorType = type })),
        Encoded(new PngEncoder { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit16 }),
        Encoded(new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit1 }),
        Encoded(new PngEncoder { ColorType = PngColorType.Rgb, InterlaceMethod = PngInterlaceMode.Adam7 }),
    ];

    private static byte[][] Jpeg() =>
    [
        .. new[] { JpegColorType.Luminance, JpegColorType.YCbCrRatio444, JpegColorType.YCbCrRatio420, JpegColorType.Rgb }.Select(type =>
            Encoded(new JpegEncoder { ColorType = type, Quality = 80 })),
    ];

    private static byte[][] Gif() => [Encoded(new GifEncoder()), Encoded(new GifEncoder { ColorTableMode = GifColorTableMode.Local })];

    private static byte[][] Bmp() =>
    [
        .. new[] { BmpBitsPerPixel.Pixel1, BmpBitsPerPixel.Pixel4, BmpBitsPerPixel.Pixel8, BmpBitsPerPixel.Pixel16, BmpBitsPerPixel.Pixel24, BmpBitsPerPixel.Pixel32 }.Select(bits =>
            Encoded(new BmpEncoder { BitsPerPixel = bits })),
    ];

    private static byte[][] Tiff() =>
    [
        .. new[] { TiffCompression.None, TiffCompression.PackBits, TiffCompression.Lzw, TiffCompression.Deflate }.Select(compression =>
            Encoded(new TiffEncoder { Compression = compression, BitsPerPixel = TiffBitsPerPixel.Bit24 })),
        Encoded(new TiffEncoder { Compression = TiffCompression.CcittGroup3Fax, BitsPerPixel = TiffBitsPerPixel.Bit1, PhotometricInterpretation = TiffPhotometricInterpretation.BlackIsZero }),
        Encoded(new TiffEncoder { Compression = TiffCompression.Lzw, BitsPerPixel = TiffBitsPerPixel.Bit8, PhotometricInterpretation = TiffPhotometricInterpretation.PaletteColor }),
    ];

    private static byte[][] WebP()
    {
        using SKBitmap bitmap = SKBitmap.Decode(Encoded(new PngEncoder()));
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData lossy = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, 80))!, lossless = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 80))!;
        return [lossy.ToArray(), lossless.ToArray()];
    }

    /// <summary>A stroke on paper that fades, with noise.</summary>
    private static byte[] Encoded(IImageEncoder encoder)
    {
        var random = new Random(1);
        using var image = new Image<Rgba32>(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                bool isInk = Math.Abs(x - y - 3) < 2;
                byte paper = (byte)(230 - (3 * y) + random.Next(8));
                image[x, y] = isInk ? new Rgba32(20, 30, 90, 255) : new Rgba32(paper, paper, (byte)(paper - 10), 255);
            }
        }

        using var file = new MemoryStream();
        image.Save(file, encoder);
        return file.ToArray();
    }

    /// <summary>Makes the checksum of each chunk right, as far as the chunks can be followed (PNG specification, 5.3).</summary>
    private static byte[] RepairPng(byte[] file)
    {
        const int Signature = 8, Head = 8, Checksum = 4;
        for (int at = Signature; at + Head + Checksum <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - Head - Checksum)
            {
                break;
            }

            int end = at + Head + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(end), Crc32(file.AsSpan(at + 4, (int)length + 4)));
            at = end + Checksum;
        }

        return file;
    }

    /// <summary>CRC-32 (ISO 3309), a bit at a time: the files are small.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        const uint Polynomial = 0xEDB88320;
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
        }

        return ~crc;
    }
}
