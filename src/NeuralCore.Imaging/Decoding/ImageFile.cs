using System.Runtime.InteropServices;
using NeuralCore.Data;
using NeuralCore.Imaging.Pixels;
using SkiaSharp;

namespace NeuralCore.Imaging.Decoding;

/// <summary>
/// Reads pictures: png, jpg, webp, bmp and gif, whatever the file is called. Of an animation the first frame is taken; 16 bits
/// become 8, CMYK and palettes become red, green and blue, and what is transparent is laid on paper.
/// </summary>
public static class ImageFile
{
    /// <summary>The most pixels that a picture may have. A file of a few bytes can claim billions: sizes are looked at first.</summary>
    public const int MaxPixels = 16 << 20;

    /// <summary>The largest file, in bytes: what so many pixels take in the most wasteful format, 16 bits and four channels.</summary>
    public const int MaxFileBytes = MaxPixels * 8;

    /// <summary>A progressive JPEG goes over all of its pixels once a scan. Cameras and programs write about ten of them.</summary>
    private const int MaxScans = 100;

    private static readonly Dictionary<SKEncodedImageFormat, string> Formats = new()
    {
        [SKEncodedImageFormat.Png] = "PNG",
        [SKEncodedImageFormat.Jpeg] = "JPEG",
        [SKEncodedImageFormat.Webp] = "WebP",
        [SKEncodedImageFormat.Bmp] = "BMP",
        [SKEncodedImageFormat.Gif] = "GIF",
    };

    /// <summary>Reads a picture and turns it upright.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file cannot be read, is no picture, is too large, or is damaged.</exception>
    public static ColourImage Read(string path) => DecodeWithin(ReadBytes(path), path);

    /// <summary>Reads a picture from a stream to its end, and turns it upright.</summary>
    /// <param name="stream">The stream; it need not be seekable.</param>
    /// <param name="name">What it is called in failures.</param>
    /// <exception cref="DataFileException">It cannot be read, is no picture, is too large, or is damaged.</exception>
    public static ColourImage Read(Stream stream, string name) => DecodeWithin(ReadBytes(stream, name), name);

    private static ColourImage DecodeWithin(byte[] file, string path)
    {
        try
        {
            return Decode(file, path);
        }
        catch (OutOfMemoryException failure)
        {
            throw Fault(path, "does not fit in the memory of this machine; use a smaller picture", failure);
        }
    }

    /// <summary>Reads a picture from the bytes of a file; <paramref name="path"/> names it.</summary>
    internal static ColourImage Decode(byte[] file, string path)
    {
        GCHandle pin = GCHandle.Alloc(file, GCHandleType.Pinned);
        try
        {
            using SKData data = SKData.Create(pin.AddrOfPinnedObject(), file.Length);
            using SKCodec? codec = SKCodec.Create(data);
            if (codec is null || !Formats.TryGetValue(codec.EncodedFormat, out string? format))
            {
                throw Fault(path, "is not a picture that can be read here; use a whole PNG, JPEG, WebP, BMP or GIF file");
            }

            (int width, int height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > MaxPixels)
            {
                throw Fault(path, $"has {width:N0} x {height:N0} pixels, and at most {MaxPixels:N0} are read; make the picture smaller");
            }

            JpegHeader jpeg = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? JpegHeader.Read(file) : default;
            if (jpeg.Scans > MaxScans)
            {
                throw Fault(path, $"holds its picture in {jpeg.Scans:N0} passes, and at most {MaxScans} are read; save it again as a plain JPEG");
            }

            byte[] rgba = GetPixels(codec, path, format);
            SKEncodedOrigin origin = jpeg.WasTurnedSince(width, height) ? SKEncodedOrigin.TopLeft : codec.EncodedOrigin;
            return Transparency.OnPaper(rgba, width, height, origin);
        }
        finally
        {
            pin.Free();
        }
    }

    private static byte[] GetPixels(SKCodec codec, string path, string format)
    {
        // Without a colour space nothing is converted: the numbers are those of the file, on every machine.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rgba = new byte[info.BytesSize];
        GCHandle pin = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            return codec.GetPixels(info, pin.AddrOfPinnedObject()) switch
            {
                SKCodecResult.Success => rgba,
                SKCodecResult.IncompleteInput => throw Fault(path, $"is a {format} picture that ends too early; replace it with a whole copy"),
                SKCodecResult.Unimplemented or SKCodecResult.InvalidConversion =>
                    throw Fault(path, $"is a {format} picture of a kind that cannot be read here; save it again as a plain PNG or JPEG"),
                _ => throw Fault(path, $"is a damaged {format} picture; replace it with a whole copy"),
            };
        }
        finally
        {
            pin.Free();
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
                    throw Fault(name, $"has more than {MaxFileBytes / 1e6:N0} MB, and at most so much is read; use a smaller picture");
                }
            }
        }
        catch (IOException failure)
        {
            throw Fault(name, "cannot be read; give a picture to it", failure);
        }

        return bytes.Length > 0 ? bytes.ToArray() : throw Fault(name, "is empty; give a picture to it");
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

    private static DataFileException Fault(string path, string fault, Exception? failure = null) => new(path, $"The file '{path}' {fault}.", failure);
}
