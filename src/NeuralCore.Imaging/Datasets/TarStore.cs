using System.Formats.Tar;
using System.IO.Compression;
using NeuralCore.Data;

namespace NeuralCore.Imaging.Datasets;

/// <summary>Pictures in a tar archive, compressed by gzip or not.</summary>
internal sealed class TarStore(string path, bool isCompressed) : PictureStore(path)
{
    /// <summary>The bytes of a block of a tar archive.</summary>
    private const int Block = 512;

    /// <inheritdoc/>
    public override IEnumerable<StoredFile> List() => Entries().Select(entry => ToFile(entry.Entry));

    /// <inheritdoc/>
    public override IEnumerable<StoredContent> Contents(Func<int, bool> isWanted)
    {
        foreach ((TarEntry entry, int position) in Entries())
        {
            if (isWanted(position))
            {
                byte[] bytes = Guard(() => entry.DataStream is { } content ? ReadAll(content, entry.Length) : []);
                yield return new StoredContent(position, () => bytes);
            }
        }
    }

    private static StoredFile ToFile(TarEntry entry) => entry.EntryType switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => new StoredFile(Plain(entry.Name), entry.Length, FaultOf(entry.Name, entry.Length)),
        TarEntryType.Directory => new StoredFile($"{Plain(entry.Name).TrimEnd('/')}/", 0, FaultOf(entry.Name, 0)),
        TarEntryType.SymbolicLink or TarEntryType.HardLink => new StoredFile(Plain(entry.Name), 0, LinkFault),
        _ => new StoredFile(Plain(entry.Name), 0, "is not a regular file"),
    };

    /// <summary>The name without the "./" that <c>tar c .</c> begins each with.</summary>
    private static string Plain(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private IEnumerable<(TarEntry Entry, int Position)> Entries()
    {
        using FileStream file = Guard(() => new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        using Stream content = isCompressed ? new Decompression(file) : file;
        using var reader = new TarReader(content);
        int position = 0;
        while (Guard(() => reader.GetNextEntry()) is { } entry)
        {
            yield return (entry, position++);
        }

        if (!Guard(() => EndsInZeros(content)))
        {
            throw Damaged();
        }
    }

    /// <summary>Whether a block of zeros marks the end: an archive that was cut between two files has none.</summary>
    private static bool EndsInZeros(Stream content)
    {
        if (content is Decompression decompressed)
        {
            return decompressed.EndsInZeros;
        }

        var end = new byte[Math.Min(Block, content.Length)];
        content.Seek(-end.Length, SeekOrigin.End);
        content.ReadExactly(end);
        return !end.AsSpan().ContainsAnyExcept((byte)0);
    }

    /// <summary>Gives one kind of exception: for damaged archives the reader throws half a dozen.</summary>
    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (UnauthorizedAccessException failure)
        {
            throw Unreadable(Path, failure);
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or DataFileException))
        {
            throw Damaged(failure);
        }
    }

    /// <summary>The bytes of a file compressed by gzip. Remembers whether those that were read last are zeros, since it cannot go back to them.</summary>
    private sealed class Decompression(Stream file) : GZipStream(file, CompressionMode.Decompress)
    {
        public bool EndsInZeros { get; private set; }

        // A class derived from GZipStream gets here from all ways to read into a buffer.
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            EndsInZeros = read > 0 ? !buffer.AsSpan(offset, read).ContainsAnyExcept((byte)0) : EndsInZeros;
            return read;
        }
    }
}
