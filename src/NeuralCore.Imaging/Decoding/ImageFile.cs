using NeuralCore.Data;
using NeuralCore.Vision.Pixels;
using SkiaSharp;

namespace NeuralCore.Imaging.Decoding;

/// <summary>
/// Reads pictures: PNG, JPEG, WebP, BMP, GIF and TIFF, whatever the file is called. Of several frames or pages the first is taken; 16 bits
/// become 8, CMYK and palettes become red, green and blue, and what is transparent is laid on paper.
/// </summary>
public static class ImageFile
{
    /// <summary>The most pixels that a picture comes out with. Larger ones are decoded at a half, a quarter or an eighth of their size.</summary>
    public const int MaxPixels = 16 << 20;

    /// <summary>The most pixels that a file may have. One of a few bytes can claim billions: sizes are looked at first.</summary>
    public const int MaxFilePixels = 64 << 20;

    /// <summary>The longest side that a file's picture may have, which is JPEG's limit. A decoder takes time for each row: three million rows of 20 pixels took more than a second.</summary>
    public const int MaxSide = ushort.MaxValue;

    /// <summary>The largest file, in bytes: what the largest picture takes at four bytes each.</summary>
    public const int MaxFileBytes = MaxFilePixels * 4;

    /// <summary>A progressive JPEG goes over all of its pixels once a scan. Cameras and programs write about ten of them.</summary>
    private const int MaxScans = 100;

    /// <summary>The endings of the names that such files have, in any case, each with its dot.</summary>
    public static IReadOnlySet<string> Extensions { get; } =
        new HashSet<string>([".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a picture and turns it upright.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file cannot be read, is no picture, is too large, or is damaged.</exception>
    public static ColourImage Read(string path) => Read(ReadBytes(path), path);

    /// <summary>Reads a picture from a stream to its end, and turns it upright.</summary>
    /// <param name="stream">The stream; it need not be seekable.</param>
    /// <param name="name">What it is called in failures.</param>
    /// <exception cref="DataFileException">It cannot be read, is no picture, is too large, or is damaged.</exception>
    public static ColourImage Read(Stream stream, string name) => Read(ReadBytes(stream, name), name);

    /// <summary>Reads a picture from the bytes of a file, and turns it upright.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">What it is called in failures.</param>
    /// <param name="mostPixels">The most pixels that it may have, up to <see cref="MaxFilePixels"/>.</param>
    /// <exception cref="DataFileException">It is no picture, is too large, is damaged, or does not fit in memory.</exception>
    public static ColourImage Read(byte[] file, string name, int mostPixels = MaxFilePixels)
    {
        try
        {
            return Decode(file, name, mostPixels);
        }
        catch (OutOfMemoryException failure)
        {
            throw Fault(name, "does not fit in the memory of this machine; use a smaller picture", failure);
        }
    }

    /// <summary>Reads a picture from the bytes of a file; <paramref name="path"/> names it.</summary>
    internal static ColourImage Decode(byte[] file, string path, int mostPixels = MaxFilePixels)
    {
        PictureFormat format = PictureFormats.Of(file);
        switch (format)
        {
            case PictureFormat.Unknown:
                throw Fault(path, "is not a picture that can be read here; use a whole PNG, JPEG, WebP, BMP, GIF or TIFF file");
            case PictureFormat.Heic:
                throw Fault(path, "is a HEIC picture, which cannot be read here; save it as JPEG (an iPhone takes JPEG with Settings, Camera, Formats, Most Compatible)");
            case PictureFormat.Avif:
                throw Fault(path, "is an AVIF picture, which cannot be read here; save it as PNG or JPEG");
            case PictureFormat.WebP:
                (DecodedPixels webp, SKEncodedOrigin origin) = SkiaDecoder.Decode(file, path, format, mostPixels);
                return Transparency.OnPaper(webp, origin);
            default:
                return DecodeManaged(file, path, format, mostPixels);
        }
    }

    private static ColourImage DecodeManaged(byte[] file, string path, PictureFormat format, int mostPixels)
    {
        if (!WholeFile.HasSoundTable(file, format))
        {
            throw Damaged(path, format);
        }

        (int width, int height) = SharpDecoder.Measure(file, path, format);
        RequireSize(path, width, height, mostPixels);
        JpegFile jpeg = format == PictureFormat.Jpeg ? JpegFile.Read(file) : default;
        long scans = Math.Min(MaxScans, Math.Max(1, (long)MaxScans * MaxPixels / ((long)width * height)));
        if (jpeg.Scans > scans)
        {
            throw Fault(path, $"holds its picture in {jpeg.Scans:N0} passes, and at most {scans} are read; save it again as a plain JPEG");
        }

        if (!IsWhole(file, path, format))
        {
            throw Fault(path, $"is a {format.Name()} picture that ends too early; replace it with a whole copy");
        }

        ExifNotes notes = format switch
        {
            PictureFormat.Jpeg => jpeg.Notes,
            PictureFormat.Png => PngFile.Notes(file),
            PictureFormat.Tiff => ExifNotes.Read(file),
            _ => default,
        };
        bool isForSkia = format switch
        {
            PictureFormat.Jpeg => DecodedPixels.ReductionFor(width, height) > 1,
            PictureFormat.Png => PngFile.IsInterlaced(file),
            _ => false,
        };
        DecodedPixels pixels = isForSkia
            ? SkiaDecoder.Decode(file, path, format, mostPixels).Pixels
            : SharpDecoder.Decode(file, path, format);
        bool isUpright = notes.Orientation is < 1 or > 8 || notes.WasTurnedSince(width, height);
        return Transparency.OnPaper(pixels, isUpright ? SKEncodedOrigin.TopLeft : (SKEncodedOrigin)notes.Orientation);
    }

    private static bool IsWhole(byte[] file, string path, PictureFormat format)
    {
        try
        {
            return WholeFile.IsWhole(file, format);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw Damaged(path, format, failure);
        }
    }

    /// <summary>Refuses a picture of too many pixels.</summary>
    internal static void RequireSize(string path, int width, int height, int most)
    {
        if ((long)width * height > most)
        {
            throw Fault(path, $"has {width:N0} x {height:N0} pixels, and at most {most:N0} are read; make the picture smaller");
        }

        if (Math.Max(width, height) > MaxSide)
        {
            throw Fault(path, $"has {width:N0} x {height:N0} pixels, and a side of at most {MaxSide:N0} is read; cut the picture");
        }
    }

    private static byte[] ReadBytes(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        var part = new byte[1 << 16];
        try
        {
            for (int count = stream.Read(part); count > 0; count = stream.Read(part))
            {
                bytes.Write(part, 0, count);
                if (bytes.Length > MaxFileBytes)
                {
                    throw Fault(name, $"has more than {MaxFileBytes / 1e6:N0} MB, and at most that is read; use a smaller picture");
                }
            }
        }
        catch (IOException failure)
        {
            throw Fault(name, "cannot be read; pipe a picture to it", failure);
        }

        return bytes.Length > 0 ? bytes.ToArray() : throw Fault(name, "is empty; pipe a picture to it");
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MaxFileBytes)
            {
                throw Fault(path, $"is {file.Length / 1e6:N0} MB, and at most {MaxFileBytes / 1e6:N0} MB are read; use a smaller picture");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes.Length > 0 ? bytes : throw Fault(path, "is empty; use a picture");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"There is no file '{path}'; check the name.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            string reason = Directory.Exists(path) ? "is a folder" : "cannot be read";
            throw Fault(path, $"{reason}; name a picture that you may read", failure);
        }
    }

    /// <summary>What is said of a damaged file.</summary>
    internal static DataFileException Damaged(string path, PictureFormat format, Exception? failure = null) =>
        Fault(path, $"is a damaged {format.Name()} picture; replace it with a whole copy", failure);

    /// <summary>What is said of a file.</summary>
    internal static DataFileException Fault(string path, string fault, Exception? failure = null) => new(path, $"The file '{path}' {fault}.", failure);
}
