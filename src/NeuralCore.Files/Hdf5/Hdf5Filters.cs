using System.Buffers.Binary;
using System.IO.Compression;

namespace NeuralCore.Files.Hdf5;

/// <summary>One step between a chunk's bytes in the file and its numbers.</summary>
/// <param name="Kind">HDF5's number of the filter.</param>
/// <param name="Values">Its settings.</param>
internal readonly record struct Hdf5Filter(int Kind, IReadOnlyList<uint> Values);

/// <summary>
/// The filters that h5py's own settings can ask for: gzip, shuffle and Fletcher's checksum (HDF5 File Format Specification 3.0, section IV.A.2.l;
/// the checksum as H5_checksum_fletcher32 in the library computes it).
/// </summary>
internal static class Hdf5Filters
{
    private const int Deflate = 1, Shuffle = 2, Fletcher32 = 3;
    private const int ChecksumBytes = 4, MostFilters = 32;
    private const string What = "a list of filters";

    /// <summary>Reads a filter pipeline message, of either version.</summary>
    public static IReadOnlyList<Hdf5Filter> Read(ReadOnlySpan<byte> bytes)
    {
        const int FirstNamed = 256;
        var cursor = new Hdf5Cursor(bytes, What);
        byte version = cursor.Byte(), count = cursor.Byte();
        if (version is < 1 or > 2 || count > MostFilters)
        {
            throw Hdf5Memory.Damage($"{What} has the version {version}, or {count} filters");
        }

        cursor.Skip(version == 1 ? 6 : 0);
        var filters = new List<Hdf5Filter>();
        for (int i = 0; i < count; i++)
        {
            int kind = cursor.UInt16();
            int nameBytes = version == 1 || kind >= FirstNamed ? cursor.UInt16() : 0;
            cursor.Skip(2);
            int valueCount = cursor.UInt16();
            cursor.Skip(version == 1 ? (nameBytes + 7) / 8 * 8 : nameBytes);
            var values = new List<uint>();
            for (int value = 0; value < valueCount; value++)
            {
                values.Add(cursor.UInt32());
            }

            cursor.Skip(version == 1 && valueCount % 2 == 1 ? 4 : 0);
            filters.Add(new Hdf5Filter(kind, values));
        }

        return filters;
    }

    /// <summary>Throws unless all filters are known.</summary>
    /// <param name="name">The dataset's name, for the message.</param>
    /// <param name="filters">Its filters.</param>
    public static void RequireKnown(string name, IReadOnlyList<Hdf5Filter> filters)
    {
        if (filters.FirstOrDefault(filter => filter.Kind is not (Deflate or Shuffle or Fletcher32)) is { Kind: > 0 } unknown)
        {
            throw new InvalidDataException($"holds {FileText.Quote(name)} compressed by HDF5's filter {unknown.Kind}, and gzip, shuffle and Fletcher's checksum are read");
        }
    }

    /// <summary>The bytes of a chunk.</summary>
    /// <param name="stored">Its bytes in the file.</param>
    /// <param name="filters">The filters, in the order in which they were applied.</param>
    /// <param name="mask">A bit for each filter that was left out.</param>
    /// <param name="size">The bytes of a chunk; what holds others is damaged.</param>
    /// <param name="elementBytes">The bytes of one number.</param>
    public static byte[] Decode(ReadOnlySpan<byte> stored, IReadOnlyList<Hdf5Filter> filters, uint mask, int size, int elementBytes)
    {
        byte[] bytes = stored.ToArray();
        for (int i = filters.Count - 1; i >= 0; i--)
        {
            if ((mask & (1u << i)) != 0)
            {
                continue;
            }

            bytes = filters[i].Kind switch
            {
                Deflate => Inflate(bytes, size + ChecksumBytes),
                Shuffle => Unshuffle(bytes, filters[i].Values is [var width and > 0 and <= 64] ? (int)width : elementBytes),
                _ => Checked(bytes),
            };
        }

        return bytes.Length == size ? bytes : throw Hdf5Memory.Damage("a chunk is of another size than it should be");
    }

    private static byte[] Inflate(byte[] bytes, int most)
    {
        var output = new byte[most];
        try
        {
            using var stream = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
            int read = stream.ReadAtLeast(output, most, throwOnEndOfStream: false);
            return read < most || stream.ReadByte() < 0 ? output[..read] : throw Hdf5Memory.Damage("a chunk holds more than it should");
        }
        catch (InvalidDataException failure) when (failure.InnerException is null && !failure.Message.StartsWith("is damaged", StringComparison.Ordinal))
        {
            throw new InvalidDataException("is damaged (a compressed chunk can not be read)", failure);
        }
    }

    /// <summary>First all first bytes of the numbers, then all second ones, and so on; what is left over stands at the end.</summary>
    private static byte[] Unshuffle(byte[] bytes, int width)
    {
        int count = bytes.Length / width;
        var plain = new byte[bytes.Length];
        for (int part = 0; part < width; part++)
        {
            for (int i = 0; i < count; i++)
            {
                plain[(i * width) + part] = bytes[(part * count) + i];
            }
        }

        bytes.AsSpan(count * width).CopyTo(plain.AsSpan(count * width));
        return plain;
    }

    private static byte[] Checked(byte[] bytes)
    {
        if (bytes.Length < ChecksumBytes)
        {
            throw Hdf5Memory.Damage("a chunk lacks its checksum");
        }

        ReadOnlySpan<byte> data = bytes.AsSpan(0, bytes.Length - ChecksumBytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(data.Length)) == Checksum(data)
            ? data.ToArray()
            : throw new InvalidDataException("is damaged (a chunk's checksum is not that of its bytes)");
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        // Sums stay within 32 bits for 360 words of 16 bits, big-endian.
        const int Words = 360;
        uint low = 0, high = 0;
        int left = data.Length / 2, place = 0;
        while (left > 0)
        {
            for (int n = Math.Min(left, Words); n > 0; n--, left--, place += 2)
            {
                low += ((uint)data[place] << 8) | data[place + 1];
                high += low;
            }

            (low, high) = ((low & 0xFFFF) + (low >> 16), (high & 0xFFFF) + (high >> 16));
        }

        if (data.Length % 2 == 1)
        {
            low += (uint)data[^1] << 8;
            high += low;
            (low, high) = ((low & 0xFFFF) + (low >> 16), (high & 0xFFFF) + (high >> 16));
        }

        (low, high) = ((low & 0xFFFF) + (low >> 16), (high & 0xFFFF) + (high >> 16));
        return (high << 16) | low;
    }
}
