using System.Buffers.Binary;
using System.IO.Compression;
using NeuralCore.Data;

namespace NeuralCore.Files.Keras;

/// <summary>Reads a few parts of a zip archive, and believes none of the sizes that it declares.</summary>
internal static class ZipParts
{
    // A folder of a model has a handful of entries; a list that is longer than this is none of Keras's.
    private const int MostDirectoryBytes = 1 << 20;

    // What deflated parts may take beside twice the archive's length: enough for any configuration.
    private const int MostExtraBytes = 1 << 24;

    /// <summary>Reads the parts of the given names, each of a limited number of bytes.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged, lacks a part, or holds more than it has room for.</exception>
    public static Dictionary<string, byte[]> Read(string path, IReadOnlyList<(string Name, int MostBytes)> names)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        RequireSmallDirectory(stream);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            long left = (2 * stream.Length) + MostExtraBytes;
            var parts = new Dictionary<string, byte[]>();
            foreach ((string name, int most) in names)
            {
                ZipArchiveEntry[] entries = [.. archive.Entries.Where(entry => entry.FullName == name)];
                ZipArchiveEntry found = entries.Length == 1
                    ? entries[0]
                    : throw new InvalidDataException(entries.Length == 0 ? $"lacks the part '{name}'" : $"has the part '{name}' twice");
                left -= found.Length;
                parts.Add(name, left >= 0 && found.Length <= most
                    ? Read(found)
                    : throw new InvalidDataException($"declares {found.Length:N0} bytes for the part '{name}', more than an archive of its size can hold"));
            }

            return parts;
        }
        catch (Exception failure) when (failure is NotSupportedException or ArgumentException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException("is a damaged zip archive", failure);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using Stream contents = entry.Open();
        int read = contents.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var crc = new Crc32();
        crc.Append(bytes.AsSpan(0, read));
        return read == bytes.Length && crc.Value == entry.Crc32
            ? bytes
            : throw new InvalidDataException($"has a damaged part '{entry.FullName}'");
    }

    /// <summary>The last bytes of an archive say how long its list of parts is, of which every entry becomes an object in memory.</summary>
    private static void RequireSmallDirectory(FileStream stream)
    {
        const int EndBytes = 22, LongestComment = ushort.MaxValue, SizeOffset = 12;
        if (!stream.CanSeek || stream.Length < EndBytes)
        {
            throw new InvalidDataException("is not a zip archive");
        }

        var tail = new byte[Math.Min(stream.Length, EndBytes + LongestComment)];
        stream.Seek(-tail.Length, SeekOrigin.End);
        stream.ReadExactly(tail);
        stream.Position = 0;
        int end = tail.AsSpan(0, tail.Length - EndBytes + 4).LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0)
        {
            throw new InvalidDataException("is not a zip archive, or is cut short");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + SizeOffset)) > MostDirectoryBytes)
        {
            throw new InvalidDataException("is a zip archive with far too many parts");
        }
    }
}
