namespace NeuralCore.Files.Hdf5;

/// <summary>
/// The bytes of an HDF5 file, and how many of them may still be looked at. A damaged file can point from anywhere to anywhere;
/// since every structure that is read is paid for by its length, reading takes time and memory in proportion to the file however
/// its parts refer to one another.
/// </summary>
/// <param name="bytes">The whole file.</param>
internal sealed class Hdf5Memory(ReadOnlyMemory<byte> bytes)
{
    /// <summary>The address that stands for "nowhere".</summary>
    public const ulong Undefined = ulong.MaxValue;

    // Sound files pay for each structure once or twice, and the structure of the largest networks is a few megabytes.
    private long _budget = Math.Min((4L * bytes.Length) + (1 << 20), 1 << 24);

    // Weights hardly compress; eight times the file is more than any network comes to that was not made to fill memory.
    private long _chunkBudget = (8L * bytes.Length) + (16 << 20);

    /// <summary>The file's length in bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The bytes of one structure.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="count">Its size in bytes.</param>
    /// <param name="what">Its name, for the message.</param>
    /// <exception cref="InvalidDataException">It does not lie within the file, or too much was read already.</exception>
    public ReadOnlySpan<byte> Read(ulong address, ulong count, string what)
    {
        RequireInside(address, count, what);
        Charge((long)count);
        return bytes.Span.Slice((int)address, (int)count);
    }

    /// <summary>The file from an address on, for a structure that tells its own length; what is used of it has to be charged.</summary>
    public ReadOnlySpan<byte> From(ulong address, string what)
    {
        RequireInside(address, 0, what);
        return bytes.Span[(int)address..];
    }

    /// <summary>The bytes of a tensor, which are looked at once by whoever checked the sizes of all tensors.</summary>
    public ReadOnlySpan<byte> Data(ulong address, ulong count, string what)
    {
        RequireInside(address, count, what);
        return bytes.Span.Slice((int)address, (int)count);
    }

    /// <summary>Pays for what is read.</summary>
    /// <exception cref="InvalidDataException">The file points to the same bytes again and again.</exception>
    public void Charge(long count)
    {
        _budget -= count;
        if (_budget < 0)
        {
            throw Damage("its parts refer to one another in a loop");
        }
    }

    /// <summary>Pays for the memory that a tensor in chunks will take.</summary>
    /// <exception cref="InvalidDataException">All of them would take far more than the file's length.</exception>
    public void ChargeChunks(long count)
    {
        _chunkBudget -= count;
        if (_chunkBudget < 0)
        {
            throw new InvalidDataException("holds tensors that take far more memory than it has bytes; save it without compression");
        }
    }

    /// <summary>The exception for a file that is not as HDF5 says.</summary>
    public static InvalidDataException Damage(string fault) => new($"is damaged, or not an HDF5 file that this program can read ({fault})");

    /// <summary>Throws unless a structure lies within the file.</summary>
    public void RequireInside(ulong address, ulong count, string what)
    {
        if (address > (ulong)bytes.Length || count > (ulong)bytes.Length - address)
        {
            throw Damage($"{what} lies outside of it");
        }
    }
}
