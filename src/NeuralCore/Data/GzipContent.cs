using System.Buffers.Binary;
using System.IO.Compression;

namespace NeuralCore.Data;

/// <summary>
/// The contents of a gzip file (RFC 1952) of exactly one member, trusting nothing: a cut, a flipped bit, a second member
/// or anything after the end is an <see cref="InvalidDataException"/>.
/// </summary>
/// <remarks>
/// <see cref="GZipStream"/> takes a file cut at any place for a shorter one, and ignores what follows the end. So the
/// header and the trailer are read here, only the deflated part goes through <see cref="DeflateStream"/>, and reaching
/// the end means that length and checksum are those of the trailer and that the deflated part was used to its last byte.
/// </remarks>
internal sealed class GzipContent : ForwardStream
{
    private const int TrailerLength = 8;

    // Deflate spends at least a bit on a length code and a bit on its distance, for at most 258 bytes: 1032 to 1.
    private const long MostBytesOutOfOne = 1032;

    private readonly CompressedPart _compressed;
    private readonly DeflateStream _inflater;
    private readonly uint _expectedCrc;
    private readonly uint _expectedLength;
    private Crc32 _crc;
    private long _length;

    /// <summary>Reads the header and the trailer of a gzip file.</summary>
    /// <param name="file">The whole file, seekable and at its beginning; the caller keeps and closes it.</param>
    /// <exception cref="InvalidDataException">It is not a gzip file, or its trailer promises more than deflate can hold.</exception>
    /// <exception cref="EndOfStreamException">It ends within its header.</exception>
    public GzipContent(Stream file)
    {
        SkipHeader(file);
        long start = file.Position;
        long end = file.Length - TrailerLength;
        if (end <= start)
        {
            throw new EndOfStreamException();
        }

        Span<byte> trailer = stackalloc byte[TrailerLength];
        file.Position = end;
        file.ReadExactly(trailer);
        file.Position = start;
        _expectedCrc = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        _expectedLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (_expectedLength > (end - start) * MostBytesOutOfOne)
        {
            throw new InvalidDataException(
                $"its trailer promises {_expectedLength:N0} bytes, more than {end - start:N0} compressed bytes can hold");
        }

        _compressed = new CompressedPart(file, end - start);
        _inflater = new DeflateStream(_compressed, CompressionMode.Decompress);
    }

    /// <summary>The length of the contents as the trailer promises it, in bytes; below 4 GiB.</summary>
    public override long Length => _expectedLength;

    /// <summary>Reads the next bytes; 0 is returned only after everything was found to be whole.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = _inflater.Read(buffer);
        _crc.Append(buffer[..count]);
        _length += count;
        if (count == 0 && !buffer.IsEmpty)
        {
            VerifyEnd();
        }

        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inflater.Dispose();
        }

        base.Dispose(disposing);
    }

    private void VerifyEnd()
    {
        if (!_compressed.IsUsedUp)
        {
            throw new InvalidDataException("other bytes follow the end of its compressed data");
        }

        if (_length != _expectedLength || _crc.Value != _expectedCrc)
        {
            throw new InvalidDataException("its length or checksum is not the one in its trailer");
        }
    }

    private static void SkipHeader(Stream file)
    {
        const int HasCrc = 0x02, HasExtra = 0x04, HasName = 0x08, HasComment = 0x10, Reserved = 0xE0;

        Span<byte> header = stackalloc byte[10];
        file.ReadExactly(header);
        if (header is not [0x1F, 0x8B, 8, ..])
        {
            throw new InvalidDataException("it is not a gzip file");
        }

        int flags = header[3];
        if ((flags & Reserved) != 0)
        {
            throw new InvalidDataException("its gzip header has flags of unknown meaning");
        }

        if ((flags & HasExtra) != 0)
        {
            int length = NextByte(file) | (NextByte(file) << 8);
            file.Position += length;
        }

        for (int text = flags & (HasName | HasComment); text != 0; text &= text - 1)
        {
            while (NextByte(file) != 0)
            {
                // The original file's name and the comment end with a zero and mean nothing here.
            }
        }

        if ((flags & HasCrc) != 0)
        {
            file.Position += 2;
        }
    }

    private static int NextByte(Stream file)
    {
        int value = file.ReadByte();
        return value >= 0 ? value : throw new EndOfStreamException();
    }

    /// <summary>
    /// The deflated bytes between header and trailer. The last of them is handed out alone, and the inflater asks for
    /// bytes only when it cannot go on without: that it asked for the last shows that the data did not end before it.
    /// </summary>
    private sealed class CompressedPart(Stream file, long length) : ForwardStream
    {
        private long _left = length;

        public bool IsUsedUp => _left == 0;

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, _left > 1 ? _left - 1 : _left);
            count = file.Read(buffer[..count]);
            _left -= count;
            return count;
        }
    }
}
