using System.Buffers.Binary;

namespace NeuralCore.Imaging.Decoding;

/// <summary>What stands before and between the coded data of a JPEG file and is wanted here: the size that the camera noted, and the scans.</summary>
/// <param name="CameraWidth">EXIF's PixelXDimension: the columns that the camera stored; 0 where there is none.</param>
/// <param name="CameraHeight">EXIF's PixelYDimension: the rows that the camera stored; 0 where there is none.</param>
/// <param name="Scans">How often the file goes over its pixels: once in a plain one, several times in a progressive one.</param>
/// <remarks>Nothing here trusts the file: what is damaged is left out, and the decoder will complain about it.</remarks>
internal readonly record struct JpegHeader(int CameraWidth, int CameraHeight, int Scans)
{
    // Markers of ITU-T T.81, table B.1: a byte FF and one of these.
    private const byte StartOfScan = 0xDA;
    private const byte FirstRestart = 0xD0;
    private const byte EndOfImage = 0xD9;
    private const byte Exif = 0xE1;

    // Tags of EXIF 2.32: where its own directory is, and the two sizes in it.
    private const int ExifDirectory = 0x8769;
    private const int PixelXDimension = 0xA002;
    private const int PixelYDimension = 0xA003;
    private const int ShortType = 3;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    /// <summary>
    /// Whether the pixels were turned on their side after the camera wrote its notes: they are upright then, and its note on how it
    /// was held is stale. It shows where the camera stored a wide picture and this is a high one, or the other way round.
    /// </summary>
    public bool WasTurnedSince(int width, int height) => Math.Sign(CameraWidth - CameraHeight) * Math.Sign(width - height) < 0;

    /// <summary>Looks through a file.</summary>
    public static JpegHeader Read(ReadOnlySpan<byte> file)
    {
        var header = new JpegHeader();
        int at = 2;
        while (NextMarker(file, at) is var marker and >= 0 && file[marker + 1] != EndOfImage)
        {
            ReadOnlySpan<byte> segment = Segment(file, marker + 2);
            byte kind = file[marker + 1];
            if (kind == StartOfScan)
            {
                header = header with { Scans = header.Scans + 1 };
            }
            else if (kind == Exif && header.CameraWidth == 0 && segment.StartsWith(ExifName))
            {
                (int width, int height) = CameraSize(segment[ExifName.Length..]);
                header = header with { CameraWidth = width, CameraHeight = height };
            }

            at = marker + 4 + segment.Length;
        }

        return header;
    }

    /// <summary>The next marker with a segment behind it; within coded data, FF 00 is a plain FF and restarts are no end.</summary>
    private static int NextMarker(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length - 1)
        {
            int next = file[at..^1].IndexOf((byte)0xFF);
            if (next < 0)
            {
                break;
            }

            at += next;
            if (file[at + 1] is not (0 or 0xFF or 0x01 or (>= FirstRestart and < EndOfImage)))
            {
                return at;
            }

            at += file[at + 1] == 0xFF ? 1 : 2;
        }

        return -1;
    }

    private static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> file, int at)
    {
        if (at + 2 > file.Length)
        {
            return [];
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]) - 2;
        return file.Slice(at + 2, Math.Clamp(length, 0, file.Length - at - 2));
    }

    private static (int Width, int Height) CameraSize(ReadOnlySpan<byte> tiff)
    {
        bool isBigEndian = tiff.StartsWith("MM"u8);
        int directory = Find(tiff, Number(tiff, 4, isBigEndian), ExifDirectory, isBigEndian);
        return directory > 0
            ? (Find(tiff, directory, PixelXDimension, isBigEndian), Find(tiff, directory, PixelYDimension, isBigEndian))
            : (0, 0);
    }

    /// <summary>The value of a tag in a directory: entries of 12 bytes, which are tag, type, count and value. 0 where it is not there.</summary>
    private static int Find(ReadOnlySpan<byte> tiff, int directory, int tag, bool isBigEndian)
    {
        int count = Short(tiff, directory, isBigEndian);
        for (int i = 0; i < count; i++)
        {
            long entry = directory + 2L + (12L * i);
            if (Short(tiff, entry, isBigEndian) == tag)
            {
                return Short(tiff, entry + 2, isBigEndian) == ShortType ? Short(tiff, entry + 8, isBigEndian) : Number(tiff, entry + 8, isBigEndian);
            }
        }

        return 0;
    }

    private static int Short(ReadOnlySpan<byte> tiff, long at, bool isBigEndian)
    {
        if (at < 0 || at + 2 > tiff.Length)
        {
            return 0;
        }

        ReadOnlySpan<byte> bytes = tiff.Slice((int)at, 2);
        return isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private static int Number(ReadOnlySpan<byte> tiff, long at, bool isBigEndian)
    {
        if (at < 0 || at + 4 > tiff.Length)
        {
            return 0;
        }

        ReadOnlySpan<byte> bytes = tiff.Slice((int)at, 4);
        return (int)Math.Min(isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes), int.MaxValue);
    }
}
