using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace NeuralCore.Files;

/// <summary>
/// The SHA-256 of a whole safetensors file, kept in its own metadata under <c>sha256</c>: it is taken with 64 zeros in its place.
/// So a file that was torn, or changed by as much as a bit, is told from a whole one.
/// </summary>
internal static class SafetensorsChecksum
{
    /// <summary>The name of the metadata that hold it.</summary>
    public const string Key = "sha256";

    /// <summary>What stands in its place until it is known.</summary>
    public static readonly string Placeholder = new('0', 2 * SHA256.HashSizeInBytes);

    private const int BufferBytes = 1 << 20;

    /// <summary>Puts the checksum of a file into its header, in the place of <see cref="Placeholder"/>.</summary>
    /// <param name="header">The header's bytes.</param>
    /// <param name="tensors">The values that follow it, in order.</param>
    public static void Seal(byte[] header, IEnumerable<float[]> tensors)
    {
        using IncrementalHash hash = Begin(header);
        foreach (float[] values in tensors)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(values));
        }

        Span<byte> place = header.AsSpan(Find(header, Placeholder), Placeholder.Length);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()), place);
    }

    /// <summary>Whether a file is the one that was sealed.</summary>
    /// <param name="header">The header's bytes; the checksum in them is overwritten.</param>
    /// <param name="checksum">The checksum that the header tells.</param>
    /// <param name="data">The file, at the end of its header.</param>
    public static bool Holds(byte[] header, string checksum, Stream data)
    {
        int place = checksum.Length == Placeholder.Length ? Find(header, checksum) : -1;
        if (place < 0)
        {
            return false;
        }

        header.AsSpan(place, Placeholder.Length).Fill((byte)'0');
        using IncrementalHash hash = Begin(header);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        int count;
        while ((count = data.Read(buffer)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, count));
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == checksum;
    }

    private static IncrementalHash Begin(ReadOnlySpan<byte> header)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        hash.AppendData(length);
        hash.AppendData(header);
        return hash;
    }

    /// <summary>
    /// Where the header tells this checksum; -1 where it does not in the very way this program writes it. Quotation marks within
    /// names and texts are escaped, so nothing else looks like it.
    /// </summary>
    private static int Find(ReadOnlySpan<byte> header, string checksum)
    {
        byte[] property = Encoding.UTF8.GetBytes($"\"{Key}\":\"{checksum}\"");
        int start = header.IndexOf(property);
        return start < 0 ? -1 : start + property.Length - checksum.Length - 1;
    }
}
