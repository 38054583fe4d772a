using System.Buffers.Binary;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>
/// JPEG files of flat 8x8 blocks, as ITU-T T.81 describes them: each block is one number, its mean, so that the kinds that no
/// encoder at hand writes take a few lines.
/// </summary>
internal static class JpegBytes
{
    private const int Categories = 12;

    /// <summary>Makes a file of one row of blocks.</summary>
    /// <param name="blocks">For each block the value of each component, 0 to 255.</param>
    /// <param name="progressive">Whether it is a progressive file, with nothing after its first scan.</param>
    /// <param name="scans">How often the scan is repeated.</param>
    /// <param name="segments">Segments before the picture: marker and content.</param>
    public static byte[] Make(byte[][] blocks, bool progressive = false, int scans = 1, params (byte Marker, byte[] Data)[] segments)
    {
        int components = blocks[0].Length;
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        foreach ((byte marker, byte[] data) in segments)
        {
            Write(file, marker, data);
        }

        Write(file, 0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]);
        byte[] perComponent = [.. Enumerable.Range(1, components).SelectMany(id => (byte[])[(byte)id, 0x11, 0])];
        Write(file, progressive ? (byte)0xC2 : (byte)0xC0, [8, 0, 8, .. BigEndian(8 * blocks.Length), (byte)components, .. perComponent]);

        // Twelve categories of differences with codes of four bits; and for the rest of a block one code, which ends it.
        Write(file, 0xC4, [0x00, 0, 0, 0, Categories, .. new byte[12], .. Enumerable.Range(0, Categories).Select(i => (byte)i)]);
        Write(file, 0xC4, [0x10, 1, .. new byte[15], 0]);
        byte[] inScan = [.. Enumerable.Range(1, components).SelectMany(id => (byte[])[(byte)id, 0])];
        for (int scan = 0; scan < scans; scan++)
        {
            Write(file, 0xDA, [(byte)components, .. inScan, 0, progressive ? (byte)0 : (byte)63, 0]);
            file.Write(Code(blocks, progressive));
        }

        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>The segment in which a camera notes how it was held, and the size of what it stored.</summary>
    public static (byte Marker, byte[] Data) Exif(ushort orientation, ushort cameraWidth, ushort cameraHeight)
    {
        byte[] main = [0, 2, .. Entry(0x0112, orientation), 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0];
        byte[] sizes = [0, 2, .. Entry(0xA002, cameraWidth), .. Entry(0xA003, cameraHeight), 0, 0, 0, 0];
        return (0xE1, [.. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, .. main, .. sizes]);

        static byte[] Entry(int tag, ushort value) => [.. BigEndian(tag), 0, 3, 0, 0, 0, 1, .. BigEndian(value), 0, 0];
    }

    private static byte[] Code(byte[][] blocks, bool progressive)
    {
        string bits = "";
        var last = new int[blocks[0].Length];
        foreach (byte[] block in blocks)
        {
            for (int c = 0; c < block.Length; c++)
            {
                int value = block[c] - 128;
                int difference = value - last[c];
                last[c] = value;
                int category = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
                int magnitude = difference < 0 ? difference + (1 << category) - 1 : difference;
                bits += Convert.ToString(category, 2).PadLeft(4, '0');
                bits += category == 0 ? "" : Convert.ToString(magnitude, 2).PadLeft(category, '0');
                bits += progressive ? "" : "0";
            }
        }

        return [.. bits.PadRight((bits.Length + 7) / 8 * 8, '1').Chunk(8).Select(b => Convert.ToByte(new string(b), 2)).SelectMany(Stuffed)];
    }

    private static byte[] Stuffed(byte value) => value == 0xFF ? [value, 0] : [value];

    private static void Write(Stream file, byte marker, byte[] data) => file.Write([0xFF, marker, .. BigEndian(data.Length + 2), .. data]);

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
