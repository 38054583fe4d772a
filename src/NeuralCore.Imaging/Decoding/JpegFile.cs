using System.Buffers.Binary;

namespace NeuralCore.Imaging.Decoding;

/// <summary>What stands before, between and behind the coded data of a JPEG file and is wanted here.</summary>
/// <param name="Notes">What the camera noted.</param>
/// <param name="Scans">How often the file goes over its pixels: once in a plain one, several times in a progressive one.</param>
/// <param name="IsWhole">Whether the picture's end is there.</param>
/// <remarks>Nothing here trusts the file: what is damaged is left out, and the decoder will complain about it.</remarks>
internal readonly record struct JpegFile(ExifNotes Notes, int Scans, bool IsWhole)
{
    // Markers of ITU-T T.81, table B.1: a byte FF and one of these.
    private const byte StartOfScan = 0xDA;
    private const byte FirstRestart = 0xD0;
    private const byte EndOfImage = 0xD9;
    private const byte Exif = 0xE1;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    /// <summary>Looks through a file.</summary>
    public static JpegFile Read(ReadOnlySpan<byte> file)
    {
        var jpeg = new JpegFile();
        bool hasNotes = false;
        int at = 2;
        while (NextMarker(file, at) is var marker and >= 0)
        {
            byte kind = file[marker + 1];
            if (kind == EndOfImage)
            {
                return jpeg with { IsWhole = true };
            }

            ReadOnlySpan<byte> segment = Segment(file, marker + 2);
            if (kind == StartOfScan)
            {
                jpeg = jpeg with { Scans = jpeg.Scans + 1 };
            }
            else if (kind == Exif && !hasNotes && segment.StartsWith(ExifName))
            {
                (jpeg, hasNotes) = (jpeg with { Notes = ExifNotes.Read(segment[ExifName.Length..]) }, true);
            }

            at = marker + 4 + segment.Length;
        }

        return jpeg;
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
}
