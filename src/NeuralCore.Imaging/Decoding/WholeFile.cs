using System.Buffers.Binary;

namespace NeuralCore.Imaging.Decoding;

/// <summary>Whether files have all of their pixels: ImageSharp fills what is missing with grey or black, and says nothing.</summary>
internal static class WholeFile
{
    private const int BmpInfoHeader = 40;

    /// <summary>Whether a file is whole. What cannot be told is: the decoder has to complain then.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> file, PictureFormat format) => format switch
    {
        PictureFormat.Png => PngFile.IsWhole(file),
        PictureFormat.Jpeg => JpegFile.Read(file).IsWhole,
        PictureFormat.Gif => IsWholeGif(file),
        PictureFormat.Bmp => IsWholeBmp(file),
        _ => true,
    };

    /// <summary>
    /// Whether the colour table of a BMP file fits in the file, by the place of its pixels and by its number of colours: ImageSharp makes room for as many
    /// bytes as these say, up to gigabytes, before it looks for them. Other formats have no such table.
    /// </summary>
    public static bool HasSoundTable(ReadOnlySpan<byte> file, PictureFormat format)
    {
        const int fileHeader = 14, colours = 46, bytesPerColour = 4;
        if (format != PictureFormat.Bmp || file.Length < fileHeader + sizeof(int))
        {
            return true;
        }

        // Older headers than BITMAPINFOHEADER do not count the colours.
        bool isCounted = Number(file, fileHeader) >= BmpInfoHeader;
        return (uint)Number(file, 10) <= file.Length
            && (!isCounted || (file.Length >= colours + bytesPerColour && bytesPerColour * (long)(uint)Number(file, colours) <= file.Length));
    }

    /// <summary>Whether the first frame's blocks end with the empty one. Blocks are a byte for their length and as many bytes.</summary>
    private static bool IsWholeGif(ReadOnlySpan<byte> file)
    {
        const int screen = 13, extension = 0x21, frame = 0x2C, frameHeader = 10;
        long at = screen + (file.Length > 10 ? Table(file[10]) : 0);
        while (at < file.Length)
        {
            byte kind = file[(int)at];
            if (kind == frame && at + frameHeader < file.Length)
            {
                // One more byte says how wide the first codes are.
                return SkipBlocks(file, at + frameHeader + Table(file[(int)at + frameHeader - 1]) + 1) > 0;
            }

            if (kind != extension || SkipBlocks(file, at + 2) is not (> 0 and var next))
            {
                return false;
            }

            at = next;
        }

        return false;

        static int Table(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /// <summary>Where blocks end; 0 if the file ends before.</summary>
    private static long SkipBlocks(ReadOnlySpan<byte> file, long at)
    {
        while (at < file.Length)
        {
            byte length = file[(int)at];
            at += length + 1;
            if (length == 0)
            {
                return at;
            }
        }

        return 0;
    }

    private static bool IsWholeBmp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 14 + BmpInfoHeader || Number(file, 14) < BmpInfoHeader)
        {
            return true;
        }

        // Compression 0 and 3 are plain pixels; others have no fixed length.
        (int bits, int compression) = (BinaryPrimitives.ReadUInt16LittleEndian(file[28..]), Number(file, 30));
        long stride = (((long)Math.Abs((long)Number(file, 18)) * bits) + 31) / 32 * 4;
        return compression is not (0 or 3) || (uint)Number(file, 10) + (stride * Math.Abs((long)Number(file, 22))) <= file.Length;
    }

    private static int Number(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file[at..]);
}
