using System.Buffers.Binary;
using System.IO.Compression;

namespace NeuralCore.Imaging.Decoding;

/// <summary>The chunks of a PNG file, as far as they are wanted here: length, name, data and checksum, one after the other.</summary>
internal static class PngFile
{
    private const int HeaderLength = 13;

    /// <summary>Adam7 of ISO/IEC 15948, 8.2: where each of the seven passes begins, and its steps.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>The first eight bytes of every file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What the camera noted, in the chunk eXIf.</summary>
    public static ExifNotes Notes(ReadOnlySpan<byte> file)
    {
        for (int at = Signature.Length; Next(file, at, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data) is var next and > 0; at = next)
        {
            if (name.SequenceEqual("eXIf"u8))
            {
                return ExifNotes.Read(data);
            }
        }

        return default;
    }

    /// <summary>Whether a file is interlaced. ImageSharp never ends with some such files that are damaged.</summary>
    public static bool IsInterlaced(ReadOnlySpan<byte> file)
    {
        _ = Next(file, Signature.Length, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data);
        return name.SequenceEqual("IHDR"u8) && data.Length >= HeaderLength && data[HeaderLength - 1] != 0;
    }

    /// <summary>Whether the pixels are all there: decoders fill in what is missing, and say nothing.</summary>
    /// <exception cref="IOException">The compressed data is damaged.</exception>
    /// <exception cref="InvalidDataException">The compressed data is damaged.</exception>
    public static bool IsWhole(ReadOnlySpan<byte> file)
    {
        long needed = -1;
        using var content = new MemoryStream();
        for (int at = Signature.Length; Next(file, at, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data) is var next and > 0; at = next)
        {
            if (name.SequenceEqual("IHDR"u8) && data.Length >= HeaderLength)
            {
                needed = ContentLength(data);
            }
            else if (name.SequenceEqual("IDAT"u8))
            {
                content.Write(data);
            }
        }

        content.Position = 0;
        return needed >= 0 && HoldsAtLeast(content, needed);
    }

    /// <summary>The bytes of all rows before compression, each with one for its filter.</summary>
    private static long ContentLength(ReadOnlySpan<byte> header)
    {
        (uint width, uint height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        int samples = header[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        long bits = (long)samples * header[8];
        if (header[12] == 0)
        {
            return Rows(width, height);
        }

        return Passes.Sum(pass => Rows((width - pass.X + pass.StepX - 1) / pass.StepX, (height - pass.Y + pass.StepY - 1) / pass.StepY));

        long Rows(long columns, long rows) => columns <= 0 || rows <= 0 ? 0 : rows * (1 + (((columns * bits) + 7) / 8));
    }

    private static bool HoldsAtLeast(Stream compressed, long needed)
    {
        var part = new byte[1 << 16];
        using var zlib = new ZLibStream(compressed, CompressionMode.Decompress);
        while (needed > 0 && zlib.Read(part) is var count and > 0)
        {
            needed -= count;
        }

        return needed <= 0;
    }

    /// <summary>Takes the chunk at a place.</summary>
    /// <returns>Where the next one begins; 0 where there is no whole chunk.</returns>
    private static int Next(ReadOnlySpan<byte> file, int at, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data)
    {
        name = [];
        data = [];
        if (at + 8 > file.Length)
        {
            return 0;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
        name = file.Slice(at + 4, 4);
        if (length > file.Length - at - 8)
        {
            return 0;
        }

        data = file.Slice(at + 8, (int)length);
        return (int)Math.Min(at + 12L + length, int.MaxValue);
    }
}
