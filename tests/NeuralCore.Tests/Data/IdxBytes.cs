using System.Buffers.Binary;
using System.IO.Compression;

namespace NeuralCore.Tests.Data;

/// <summary>Builds the bytes of IDX and gzip files, whole or deliberately wrong.</summary>
internal static class IdxBytes
{
    public const byte ImageRank = 3;
    public const byte LabelRank = 1;

    /// <summary>An image file whose pixels are drawn from <paramref name="seed"/>.</summary>
    public static byte[] Images(int count, int height, int width, int seed = 1)
    {
        byte[] pixels = new byte[count * height * width];
        new Random(seed).NextBytes(pixels);
        return [.. Header(ImageRank, (uint)count, (uint)height, (uint)width), .. pixels];
    }

    /// <summary>A label file that counts 0, 1, 2, ... and starts again at <paramref name="classes"/>.</summary>
    public static byte[] Labels(int count, int classes = 10) =>
        [.. Header(LabelRank, (uint)count), .. Enumerable.Range(0, count).Select(i => (byte)(i % classes))];

    /// <summary>The header alone.</summary>
    public static byte[] Header(byte rank, params uint[] extents)
    {
        byte[] header = new byte[4 + (4 * extents.Length)];
        header[2] = 8;
        header[3] = rank;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + (4 * axis)), extents[axis]);
        }

        return header;
    }

    /// <summary>The same contents as a gzip file of one member.</summary>
    public static byte[] Gzip(byte[] contents)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.SmallestSize))
        {
            gzip.Write(contents);
        }

        return file.ToArray();
    }

    /// <summary>Makes the trailer of a gzip file promise another length.</summary>
    public static byte[] WithPromisedLength(byte[] gzip, uint length)
    {
        byte[] forged = [.. gzip];
        BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(forged.Length - 4), length);
        return forged;
    }
}
