using System.Formats.Tar;
using System.IO.Compression;
using NeuralCore.Data;

namespace NeuralCore.Imaging.Datasets;

/// <summary>Pictures in a tar archive, compressed by gzip or not.</summary>
internal sealed class TarStore(string path, bool isCompressed) : PictureStore(path)
{
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
        TarEntryType.SymbolicLink or TarEntryType.HardLink => new StoredFile(Plain(entry.Name), 0, IsLink),
        _ => new StoredFile(Plain(entry.Name), 0, "is no plain file"),
    };

    /// <summary>The name without the "./" that <c>tar c .</c> begins each with.</summary>
    private static string Plain(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private IEnumerable<(TarEntry Entry, int Position)> Entries()
    {
        using FileStream file = Guard(() => new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        using Stream blocks = isCompressed ? new BlockStream(new GZipStream(file, CompressionMode.Decompress)) : file;
        using var reader = new TarReader(blocks);
        int position = 0;
        while (Guard(() => reader.GetNextEntry()) is { } entry)
        {
            yield return (entry, position++);
        }

        if (!Guard(() => EndsAsArchivesDo(file, blocks as BlockStream)))
        {
            throw Damaged();
        }
    }

    /// <summary>Whether a block of zeros marks the end: an archive that was cut between two files has none.</summary>
    private static bool EndsAsArchivesDo(FileStream file, BlockStream? blocks)
    {
        if (blocks is not null)
        {
            return blocks.EndsInZeros;
        }

        var end = new byte[Math.Min(BlockStream.Block, file.Length)];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        return !end.AsSpan().ContainsAnyExcept((byte)0);
    }

    /// <summary>What the reader throws for damaged archives is of half a dozen kinds.</summary>
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

    /// <summary>A stream that remembers whether what was read last are zeros.</summary>
    private sealed class BlockStream(Stream source) : Stream
    {
        /// <summary>The bytes of a block of a tar archive.</summary>
        public const int Block = 512;

        public bool EndsInZeros { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = source.Read(buffer);
            EndsInZeros = count > 0 ? !buffer[..count].ContainsAnyExcept((byte)0) : EndsInZeros;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is ever written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
