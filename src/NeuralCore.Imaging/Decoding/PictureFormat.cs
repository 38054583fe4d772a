namespace NeuralCore.Imaging.Decoding;

/// <summary>What a file holds, whatever it is called.</summary>
internal enum PictureFormat
{
    /// <summary>Nothing that is known here.</summary>
    Unknown,

    /// <summary>Portable Network Graphics, ISO/IEC 15948.</summary>
    Png,

    /// <summary>JPEG, ITU-T T.81.</summary>
    Jpeg,

    /// <summary>Graphics Interchange Format.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>Tagged Image File Format 6.0.</summary>
    Tiff,

    /// <summary>WebP, RFC 9649.</summary>
    WebP,

    /// <summary>HEVC pictures in an ISO base media file, as phones store them. Not read here.</summary>
    Heic,

    /// <summary>AV1 pictures in such a file. Not read here.</summary>
    Avif,
}

/// <summary>Tells formats apart by their first bytes.</summary>
internal static class PictureFormats
{
    /// <summary>The brands of ISO/IEC 23008-12 that stand for HEVC pictures; mif1 and msf1 say that it may be one.</summary>
    private static readonly string[] HeicBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];

    private static readonly string[] AvifBrands = ["avif", "avis"];

    /// <summary>The format of a file.</summary>
    public static PictureFormat Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngFile.Signature))
        {
            return PictureFormat.Png;
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureFormat.Jpeg;
        }

        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
        {
            return PictureFormat.Gif;
        }

        if (file.StartsWith("BM"u8))
        {
            return PictureFormat.Bmp;
        }

        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
        {
            return PictureFormat.Tiff;
        }

        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
        {
            return PictureFormat.WebP;
        }

        return file.Length >= 12 && file[4..].StartsWith("ftyp"u8) ? OfMedia(file) : PictureFormat.Unknown;
    }

    /// <summary>What the format is called.</summary>
    public static string Name(this PictureFormat format) => format == PictureFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    /// <summary>The first box of an ISO base media file lists brands: the major one, a version, and others that it is compatible with.</summary>
    private static PictureFormat OfMedia(ReadOnlySpan<byte> file)
    {
        int end = Math.Min(file.Length, Math.Min(256, (file[2] << 8) | file[3]));
        PictureFormat format = PictureFormat.Unknown;
        for (int at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            string brand = System.Text.Encoding.ASCII.GetString(file.Slice(at, 4));
            if (AvifBrands.Contains(brand))
            {
                return PictureFormat.Avif;
            }

            format = HeicBrands.Contains(brand) ? PictureFormat.Heic : format;
        }

        return format;
    }
}
