using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>PNG files of every kind, lying ones too, which no encoder would write.</summary>
internal static class PngBytes
{
    public const byte Gray = 0;
    public const byte Rgb = 2;
    public const byte Palette = 3;
    public const byte GrayAlpha = 4;
    public const byte Rgba = 6;

    /// <summary>Makes a file.</summary>
    /// <param name="width">What the header says.</param>
    /// <param name="height">What the header says.</param>
    /// <param name="depth">Bits a sample.</param>
    /// <param name="kind">What a pixel consists of.</param>
    /// <param name="rows">The content: each row's bytes, all the same.</param>
    /// <param name="rowCount">How many rows there are in truth.</param>
    /// <param name="extra">Chunks before the data.</param>
    public static byte[] Make(int width, int height, byte depth, byte kind, byte[] rows, int rowCount, params (string Name, byte[] Data)[] extra)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, kind);
        WriteChunk(file, "IHDR", header);
        foreach ((string name, byte[] data) in extra)
        {
            WriteChunk(file, name, data);
        }

        using var content = new MemoryStream();
        using (var zlib = new ZLibStream(content, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < rowCount; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows);
            }
        }

        WriteChunk(file, "IDAT", content.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteChunk(Stream file, string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        file.Write(number);
    }

    /// <summary>PNG's checksum (RFC 2083, section 15), bit by bit.</summary>
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
