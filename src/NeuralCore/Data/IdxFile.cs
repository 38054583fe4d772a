using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NeuralCore.Data;

/// <summary>
/// Reads the IDX files in which MNIST and its relatives are published, plain or compressed by gzip. Which it is shows in the content: some programs
/// unpack a file and leave its name as it was.
/// </summary>
/// <remarks>
/// The format, all integers big-endian: two zero bytes, a byte for the element type (8 is an unsigned byte), a byte for
/// the rank, one 32-bit extent an axis, outermost first, then the elements row-major and nothing else. Nothing in it
/// tells damage from data, so what can be checked is checked: the extents must account for the file to the byte, before
/// anything of their size is allocated.
/// </remarks>
public static class IdxFile
{
    private const byte UnsignedByte = 8;
    private const int ImageRank = 3;
    private const int LabelRank = 1;

    /// <summary>Reads an image file: unsigned bytes of rank 3, count x rows x columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sha256">The SHA-256 the uncompressed file must have, in lower-case hexadecimal; null to take any.</param>
    /// <exception cref="DataFileException">The file cannot be read, is not an image file, or is damaged.</exception>
    public static IdxImages ReadImages(string path, string? sha256 = null)
    {
        using FileStream file = Open(path);
        return ReadImages(file, path, sha256);
    }

    /// <summary>Reads a label file: unsigned bytes of rank 1.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">The number of classes, 1 to 256: every label must be below it.</param>
    /// <param name="sha256">The SHA-256 the uncompressed file must have, in lower-case hexadecimal; null to take any.</param>
    /// <exception cref="DataFileException">The file cannot be read, is not a label file, is damaged, or holds a label
    /// outside the classes.</exception>
    public static byte[] ReadLabels(string path, int classes, string? sha256 = null)
    {
        using FileStream file = Open(path);
        return ReadLabels(file, path, classes, sha256);
    }

    /// <summary>Reads an image file from a seekable stream; <paramref name="path"/> names it.</summary>
    internal static IdxImages ReadImages(Stream file, string path, string? sha256 = null)
    {
        (byte[] pixels, int[] extents) = Read(file, path, ImageRank, sha256);
        return new IdxImages(pixels, extents[0], extents[1], extents[2]);
    }

    /// <summary>Reads a label file from a seekable stream; <paramref name="path"/> names it.</summary>
    internal static byte[] ReadLabels(Stream file, string path, int classes, string? sha256 = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 256);
        (byte[] labels, _) = Read(file, path, LabelRank, sha256);
        int stranger = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        return stranger < 0
            ? labels
            : throw Fault(path, $"has the label {labels[stranger]} at position {stranger:N0}, and {classes} classes allow "
                + $"0 to {classes - 1}; use a label file of this many classes");
    }

    private static (byte[] Elements, int[] Extents) Read(Stream file, string path, int rank, string? sha256)
    {
        try
        {
            if (!IsGzip(file))
            {
                return ReadContent(file, path, rank, sha256);
            }

            using var content = new GzipContent(file);
            return ReadContent(content, path, rank, sha256);
        }
        catch (InvalidDataException damage)
        {
            throw Fault(path, $"cannot be decompressed, because {damage.Message.TrimEnd('.')}; replace it with a whole copy", damage);
        }
        catch (EndOfStreamException end)
        {
            throw Fault(path, "ends too early; replace it with a whole copy", end);
        }
        catch (OutOfMemoryException failure)
        {
            throw Fault(path, "does not fit in the memory of this machine; use fewer or smaller images", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, failure);
        }
    }

    /// <summary>Whether a file begins as gzip files do; an IDX file begins with two zero bytes.</summary>
    private static bool IsGzip(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        int count = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position -= count;
        return magic[..count] is [0x1F, 0x8B];
    }

    private static (byte[] Elements, int[] Extents) ReadContent(Stream content, string path, int rank, string? sha256)
    {
        Span<byte> header = stackalloc byte[4 + (4 * rank)];
        content.ReadExactly(header[..4]);
        VerifyKind(header[..4], path, rank);
        content.ReadExactly(header[4..]);

        var extents = new uint[rank];
        UInt128 count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            // At most three factors of 32 bits: 96 bits, which cannot overflow here as they would a long.
            extents[axis] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * axis))..]);
            count *= extents[axis];
        }

        string declared = string.Join(" x ", extents.Select(extent => $"{extent:N0}"));
        long present = Math.Max(0, content.Length - header.Length); // a gzip file's length is only a promise
        if (count == 0)
        {
            throw Fault(path, $"declares {declared} elements, which is nothing to learn from; use a file with at least one");
        }

        if (count != (UInt128)present)
        {
            string found = content is GzipContent ? "and the end of the file disagrees, as if it had been cut" : $"and {present:N0} follow";
            throw Fault(path, $"declares {declared} bytes in its header {found}; replace it with a whole copy");
        }

        if (count > (UInt128)Array.MaxLength)
        {
            throw Fault(path, $"declares {declared} bytes, and at most {Array.MaxLength:N0} fit in memory here; split it");
        }

        // Decoded straight into its final place, uncleared: MNIST's 47 MB exist once and are written once.
        byte[] elements = GC.AllocateUninitializedArray<byte>((int)count);
        content.ReadExactly(elements);
        if (content.ReadByte() >= 0)
        {
            throw Fault(path, "goes on after the end its header declares; replace it with a whole copy");
        }

        VerifyHash(header, elements, path, sha256);
        return (elements, Array.ConvertAll(extents, extent => (int)extent));
    }

    private static void VerifyKind(ReadOnlySpan<byte> magic, string path, int rank)
    {
        string wanted = rank == ImageRank ? "an image file" : "a label file";
        if (magic[0] != 0 || magic[1] != 0)
        {
            throw Fault(path, $"is not an IDX file, which begins with two zero bytes; put {wanted} of that format in its place");
        }

        if (magic[2] != UnsignedByte)
        {
            throw Fault(path, $"holds elements of IDX type 0x{magic[2]:X2}; convert it to unsigned bytes (0x08)");
        }

        if (magic[3] != rank)
        {
            string found = magic[3] switch
            {
                LabelRank => "looks like a label file",
                ImageRank => "looks like an image file",
                _ => $"is an IDX file of rank {magic[3]}",
            };
            throw Fault(path, $"{found} where {wanted} was expected; check that the two are not swapped");
        }
    }

    private static void VerifyHash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> elements, string path, string? sha256)
    {
        if (sha256 is null)
        {
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(elements);
        string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != sha256)
        {
            throw Fault(path, $"has the SHA-256 {actual} instead of {sha256}; restore the original file");
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4096, FileOptions.SequentialScan);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fault(path, "does not exist; check the name of the file", missing);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    private static DataFileException Unreadable(string path, Exception failure) =>
        Fault(path, $"cannot be read ({failure.Message.TrimEnd('.')}); check that it is a file and that you may read it", failure);

    private static DataFileException Fault(string path, string fault, Exception? cause = null) =>
        new(path, $"The file '{path}' {fault}.", cause);
}
