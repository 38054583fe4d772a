using System.Buffers.Binary;

namespace NeuralCore.Files.Hdf5;

/// <summary>Reads the little-endian fields of a structure one after the other, and never past its end.</summary>
internal ref struct Hdf5Cursor(ReadOnlySpan<byte> bytes, string what)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly string _what = what;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _bytes.Length - Position;

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public ulong UInt(int size)
    {
        ulong value = 0;
        ReadOnlySpan<byte> digits = Bytes(size);
        for (int i = size - 1; i >= 0; i--)
        {
            value = (value << 8) | digits[i];
        }

        return value;
    }

    /// <summary>The next bytes.</summary>
    /// <exception cref="InvalidDataException">The structure ends before.</exception>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > Left)
        {
            throw Hdf5Memory.Damage($"{_what} ends too early");
        }

        ReadOnlySpan<byte> slice = _bytes.Slice(Position, count);
        Position += count;
        return slice;
    }

    /// <summary>The next bytes, and the padding after them up to a multiple of eight.</summary>
    public ReadOnlySpan<byte> Padded(int count)
    {
        ReadOnlySpan<byte> slice = Bytes(count);
        Skip(Math.Min(Left, (8 - (count % 8)) % 8));
        return slice;
    }

    public void Skip(int count) => Bytes(count);

    /// <summary>Passes over the letters that mark a structure.</summary>
    /// <exception cref="InvalidDataException">Others stand there.</exception>
    public void Signature(ReadOnlySpan<byte> letters)
    {
        if (!Bytes(letters.Length).SequenceEqual(letters))
        {
            throw Hdf5Memory.Damage($"{_what} is not where it should be");
        }
    }

    /// <summary>Passes over a version number.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public void Version(byte version)
    {
        byte found = Byte();
        if (found != version)
        {
            throw Hdf5Memory.Damage($"{_what} has the version {found}");
        }
    }
}
