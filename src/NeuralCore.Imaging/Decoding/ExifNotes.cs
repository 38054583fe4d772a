using System.Buffers.Binary;

namespace NeuralCore.Imaging.Decoding;

/// <summary>What a camera noted about a picture, in the form of a TIFF file's directories: EXIF in JPEG and PNG files, and TIFF files themselves.</summary>
/// <param name="Orientation">How the camera was held, 1 to 8; 0 where nothing is said.</param>
/// <param name="Width">EXIF's PixelXDimension: the columns that the camera stored; 0 if there is none.</param>
/// <param name="Height">EXIF's PixelYDimension: the rows that the camera stored; 0 if there is none.</param>
/// <remarks>Nothing here trusts the file: what is damaged is left out.</remarks>
internal readonly record struct ExifNotes(int Orientation, int Width, int Height)
{
    // Tags of TIFF 6.0 and EXIF 2.32: the orientation, where EXIF's own directory is, and the two sizes in it.
    private const int OrientationTag = 0x0112;
    private const int ExifDirectory = 0x8769;
    private const int PixelXDimension = 0xA002;
    private const int PixelYDimension = 0xA003;
    private const int ShortType = 3;

    /// <summary>
    /// Whether the pixels were turned on their side after the camera wrote its notes: they are upright then, and its note on how it
    /// was held is stale. It shows where the camera stored a wide picture and this is a high one, or the other way round.
    /// </summary>
    public bool WasTurnedSince(int width, int height) => Math.Sign(Width - Height) * Math.Sign(width - height) < 0;

    /// <summary>Reads the notes.</summary>
    /// <param name="tiff">From the byte order mark on, which offsets count from.</param>
    public static ExifNotes Read(ReadOnlySpan<byte> tiff)
    {
        bool isBigEndian = tiff.StartsWith("MM"u8);
        int main = Number(tiff, 4, isBigEndian);
        int directory = Find(tiff, main, ExifDirectory, isBigEndian);
        (int width, int height) = directory > 0
            ? (Find(tiff, directory, PixelXDimension, isBigEndian), Find(tiff, directory, PixelYDimension, isBigEndian))
            : (0, 0);
        return new ExifNotes(Find(tiff, main, OrientationTag, isBigEndian), width, height);
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
