using System.Buffers.Binary;
using System.Text;
using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Vision.Pixels;
using SkiaSharp;
using Xunit;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>Files that are pictures, and files that only say so.</summary>
public sealed class ImageFileTests
{
    private static readonly byte[] Jpeg = SmallImages.Encode(SKEncodedImageFormat.Jpeg);

    /// <summary>Whole pictures: what they are, their size, and the brightness of their first and last pixel.</summary>
    public static TheoryData<string, byte[], int, int, int, int> Whole => new()
    {
        { "png", SmallImages.Encode(SKEncodedImageFormat.Png), 12, 8, 20, 220 },
        { "png of 1 bit", PngBytes.Make(8, 2, 1, PngBytes.Gray, [0x0F], 2), 8, 2, 0, 255 },
        { "png of 16 bits", PngBytes.Make(2, 3, 16, PngBytes.Gray, [0x20, 0x80, 0xF0, 0x10], 3), 2, 3, 0x20, 0xF0 },
        { "png of 16 bits, colour", PngBytes.Make(2, 1, 16, PngBytes.Rgb, [9, 0, 9, 0, 9, 0, 99, 0, 99, 0, 99, 0], 1), 2, 1, 9, 99 },
        { "png, half transparent", PngBytes.Make(2, 1, 8, PngBytes.Rgba, [0, 0, 0, 255, 0, 0, 0, 0], 1), 2, 1, 0, 255 },
        { "png, white on transparent", PngBytes.Make(2, 1, 8, PngBytes.GrayAlpha, [255, 255, 0, 0], 1), 2, 1, 255, 0 },
        { "png, all transparent", PngBytes.Make(2, 1, 8, PngBytes.Rgba, new byte[8], 1), 2, 1, 255, 255 },
        { "png, transparent in a palette", PngBytes.Make(2, 1, 8, PngBytes.Palette, [0, 1], 1, ("PLTE", [7, 7, 7, 9, 9, 9]), ("tRNS", [255, 0])), 2, 1, 7, 255 },
        { "png of one pixel", PngBytes.Make(1, 1, 8, PngBytes.Gray, [50], 1), 1, 1, 50, 50 },
        { "png, very wide", PngBytes.Make(20_000, 1, 8, PngBytes.Gray, new byte[20_000], 1), 20_000, 1, 0, 0 },
        { "png, very high", PngBytes.Make(1, 20_000, 8, PngBytes.Gray, [77], 20_000), 1, 20_000, 77, 77 },
        { "png, as large as can be whole", PngBytes.Make(4096, 4096, 1, PngBytes.Gray, new byte[512], 4096), 4096, 4096, 0, 0 },
        { "png of 24 megapixels", PngBytes.Make(6000, 4000, 1, PngBytes.Gray, [.. Enumerable.Repeat((byte)0x55, 750)], 4000), 3000, 2000, 127, 127 },
        { "jpeg", Jpeg, 12, 8, 20, 220 },
        // Where nothing but means is known yet, decoders smooth between blocks that differ.
        { "jpeg, progressive", JpegBytes.Make([[120], [120]], progressive: true), 16, 8, 120, 120 },
        { "jpeg, grey", JpegBytes.Make([[20], [130], [200]]), 24, 8, 20, 200 },
        { "jpeg, cmyk", JpegBytes.Make([[0, 0, 0, 0], [255, 255, 255, 255]], segments: (0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0])), 16, 8, 0, 255 },
        { "webp", SmallImages.Encode(SKEncodedImageFormat.Webp, 95), 12, 8, 20, 220 },
        { "webp, lossless", SmallImages.Encode(SKEncodedImageFormat.Webp, 100), 12, 8, 20, 220 },
        { "bmp", SmallImages.Bmp(12, 8), 12, 8, 20, 220 },
        { "bmp from the top", SmallImages.Bmp(12, -8), 12, 8, 20, 220 },
        { "bmp with the oldest header", [.. "BM"u8, 30, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 12, 0, 0, 0, 1, 0, 1, 0, 1, 0, 24, 0, 90, 90, 90, 0], 1, 1, 90, 90 },
        { "gif", SmallImages.Gif(12, 8), 12, 8, 20, 220 },
        { "gif, animated", SmallImages.Gif(12, 8, frames: 3), 12, 8, 20, 220 },
        { "tiff", SmallImages.Tiff(), 12, 8, 20, 220 },
        { "tiff on its side", SmallImages.Tiff(orientation: 6), 8, 12, 20, 220 },
        { "png on its side", PngBytes.Make(2, 1, 8, PngBytes.Gray, [20, 220], 1, ("eXIf", JpegBytes.Exif(6, 2, 1).Data[6..])), 1, 2, 20, 220 },
    };

    /// <summary>Files that are refused: what they are, and what is said.</summary>
    public static TheoryData<string, byte[], string> Broken => new()
    {
        { "empty", [], "is empty" },
        { "text", Encoding.UTF8.GetBytes("This is no picture."), "is not a picture" },
        { "svg", Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), "is not a picture" },
        { "ico", [0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 32, 0, 4, 0, 0, 0, 22, 0, 0, 0], "is not a picture" },
        { "png cut", Cut(PngBytes.Make(64, 64, 8, PngBytes.Gray, [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37))], 64)), "PNG" },
        { "png with too few rows", PngBytes.Make(64, 64, 8, PngBytes.Gray, new byte[64], 20), "PNG" },
        { "png without pixels", PngBytes.Make(0, 5, 8, PngBytes.Gray, [], 0), "PNG" },
        { "png that claims billions", PngBytes.Make(60_000, 60_000, 8, PngBytes.Gray, [0], 1), "60,000 x 60,000 pixels" },
        { "png of too many rows", PngBytes.Make(20, 65536, 1, PngBytes.Gray, new byte[3], 1), "a side of at most 65,535" },
        { "png one row too large", PngBytes.Make(8192, 8193, 1, PngBytes.Gray, new byte[1024], 1), "8,192 x 8,193 pixels" },
        { "jpeg cut", Jpeg[..^12], "JPEG" },
        { "jpeg that claims billions", Claiming(Jpeg, 0xC0, [0xFF, 0xDC, 0xFF, 0xDC]), "65,500 x 65,500 pixels" },
        { "jpeg of a thousand scans", JpegBytes.Make([[20], [200]], progressive: true, scans: 1000), "1,000 passes" },
        { "webp cut", Cut(SmallImages.Encode(SKEncodedImageFormat.Webp)), "replace it" },
        { "bmp cut", Cut(SmallImages.Bmp(12, 8)), "BMP" },
        { "bmp that claims billions", SmallImages.Bmp(30_000, 30_000), "30,000 x 30,000 pixels" },
        { "bmp whose pixels lie beyond it", With(SmallImages.Bmp(12, 8), 10, 0x43000076), "damaged BMP" },
        { "bmp of a billion colours", With(SmallImages.Bmp(12, 8), 46, 1 << 30), "damaged BMP" },
        { "bmp of nothing but headers", With(SmallImages.Bmp(12, 8), 10, 0x43000076)[..46], "damaged BMP" },
        { "png of other than compressed data", Uncompressed(PngBytes.Make(64, 64, 8, PngBytes.Gray, new byte[64], 64)), "damaged PNG" },
        { "gif cut", SmallImages.Gif(12, 8)[..460], "GIF" },
        { "tiff cut", Cut(SmallImages.Tiff()), "TIFF" },
        { "heic", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8], "HEIC picture" },
        { "heic by what it goes with", [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0, .. "mif1heic"u8], "HEIC picture" },
        { "avif", [0, 0, 0, 28, .. "ftypmif1"u8, 0, 0, 0, 0, .. "mif1avifmiaf"u8], "AVIF picture" },
        { "gif that claims billions", SmallImages.Gif(65_000, 65_000), "65,000 x 65,000 pixels" },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Whole_pictures_are_read(string what, byte[] file, int width, int height, int first, int last)
    {
        ColourImage image = ImageFile.Decode(file, what);
        Assert.Equal((width, height), (image.Width, image.Height));

        // JPEG and lossy WebP are off by a little.
        Assert.InRange(image.Pixels[0], first - 4, first + 4);
        Assert.InRange(image.Pixels[^1], last - 4, last + 4);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_files_get_a_sentence(string what, byte[] file, string reason)
    {
        using var folder = new NeuralCore.Tests.TemporaryFolder();
        string path = folder.Write("photo.bin", file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<DataFileException>(() => ImageFile.Read(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, $"{what}: memory was taken before the size was looked at.");
        Assert.Equal(path, failure.FilePath);
        Assert.Contains($"'{path}'", failure.Message);
        Assert.Contains(reason, failure.Message);
        Assert.EndsWith(".", failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void What_is_no_file_gets_a_sentence()
    {
        using var folder = new NeuralCore.Tests.TemporaryFolder();
        Assert.Contains("There is no file", Assert.Throws<DataFileException>(() => ImageFile.Read(folder.File("missing.png"))).Message);
        Assert.Contains("is a folder", Assert.Throws<DataFileException>(() => ImageFile.Read(folder.Path)).Message);
    }

    [Fact]
    public void A_huge_file_is_not_read()
    {
        using var folder = new NeuralCore.Tests.TemporaryFolder();
        string path = folder.File("huge.png");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(ImageFile.MaxFileBytes + 1L);
        }

        Assert.Contains("MB are read", Assert.Throws<DataFileException>(() => ImageFile.Read(path)).Message);
    }

    [Theory]
    [InlineData(1, 16, 8)]
    [InlineData(3, 16, 8)]
    [InlineData(6, 8, 16)]
    [InlineData(8, 8, 16)]
    public void The_camera_knows_how_it_was_held(ushort orientation, int width, int height)
    {
        ColourImage image = ImageFile.Decode(JpegBytes.Make([[20], [200]], segments: JpegBytes.Exif(orientation, 1600, 800)), "photo");
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.InRange(image.Pixels[0], orientation is 1 or 6 ? 18 : 198, orientation is 1 or 6 ? 22 : 202);
    }

    [Fact]
    public void A_stale_orientation_is_left_alone()
    {
        // The camera stored a high picture, and this is a wide one: somebody has turned it since.
        ColourImage image = ImageFile.Decode(JpegBytes.Make([[20], [200]], segments: JpegBytes.Exif(6, 800, 1600)), "photo");
        Assert.Equal((16, 8), (image.Width, image.Height));
    }

    [Fact]
    public void A_large_photo_is_decoded_smaller_and_turned()
    {
        byte[] jpeg = SmallImages.Encode(SKEncodedImageFormat.Jpeg, width: 6000, height: 4000);
        int at = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xE0]);
        (byte marker, byte[] notes) = JpegBytes.Exif(6, 6000, 4000);
        byte[] segment = [0xFF, marker, (byte)((notes.Length + 2) >> 8), (byte)(notes.Length + 2), .. notes];
        ColourImage image = ImageFile.Decode([.. jpeg[..at], .. segment, .. jpeg[at..]], "photo");
        Assert.Equal((2000, 3000, 2), (image.Width, image.Height, image.Reduction));
        Assert.InRange(image.Pixels[0], 16, 24);
        Assert.InRange(image.Pixels[^1], 216, 224);
    }

    private static byte[] Cut(byte[] file) => file[..(file.Length * 2 / 3)];

    /// <summary>The file with another height and width in the segment of a marker.</summary>
    private static byte[] Claiming(byte[] jpeg, byte marker, byte[] size)
    {
        byte[] file = [.. jpeg];
        int at = file.AsSpan().IndexOf([(byte)0xFF, marker]);
        size.CopyTo(file, at + 5);
        return file;
    }

    /// <summary>The file with another number at a place.</summary>
    private static byte[] With(byte[] bmp, int at, int number)
    {
        byte[] file = [.. bmp];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), number);
        return file;
    }

    /// <summary>The file with a compression that does not exist, in the first byte behind IDAT.</summary>
    private static byte[] Uncompressed(byte[] png)
    {
        byte[] file = [.. png];
        file[file.AsSpan().IndexOf("IDAT"u8) + 4] = 0;
        return file;
    }
}
