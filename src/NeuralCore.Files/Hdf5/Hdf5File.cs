namespace NeuralCore.Files.Hdf5;

/// <summary>
/// Reads HDF5 files as Keras writes them: groups, attributes of text, and plain datasets of float32, for all versions of the
/// format's structures up to HDF5 2.0. The format's specification is the HDF Group's "HDF5 File Format Specification Version 3.0".
/// </summary>
/// <remarks>
/// Files are read with this, because a reader for everything trusts what a file declares: of 3,000
/// copies of a model of 110 KB with a few bytes changed, one made PureHDF 2.2.0 allocate 25 GB, and one kept it busy for more than
/// 17 seconds. Here every structure must lie in the file and is paid for by its length (<see cref="Hdf5Memory"/>), nothing recurses,
/// and nothing of a declared size is allocated before that size was found in the file.
/// </remarks>
internal sealed class Hdf5File
{
    private const string What = "its first block";

    private readonly Dictionary<ulong, Hdf5Object> _objects = [];

    private Hdf5File(Hdf5Memory memory) => (Memory, GlobalHeap) = (memory, new Hdf5GlobalHeap(memory));

    /// <summary>The file's bytes.</summary>
    public Hdf5Memory Memory { get; }

    /// <summary>The file's texts of variable length.</summary>
    public Hdf5GlobalHeap GlobalHeap { get; }

    /// <summary>The outermost group.</summary>
    public Hdf5Object Root { get; private set; } = null!;

    /// <summary>Opens a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no HDF5 file, or its beginning is damaged; the message completes "the file ...".</exception>
    public static Hdf5File Open(ReadOnlyMemory<byte> bytes)
    {
        if (!bytes.Span.StartsWith<byte>([0x89, .. "HDF\r\n\u001a\n"u8]))
        {
            throw new InvalidDataException("does not begin as an HDF5 file does");
        }

        var memory = new Hdf5Memory(bytes);
        var file = new Hdf5File(memory);
        file.Root = file.Object(ReadSuperblock(memory));
        return file;
    }

    /// <summary>The object at an address; each is read once.</summary>
    public Hdf5Object Object(ulong address)
    {
        if (!_objects.TryGetValue(address, out Hdf5Object? found))
        {
            found = new Hdf5Object(this, address);
            _objects.Add(address, found);
        }

        return found;
    }

    /// <summary>Reads the superblock, of any version.</summary>
    /// <returns>The address of the outermost group.</returns>
    private static ulong ReadSuperblock(Hdf5Memory memory)
    {
        const int SignatureBytes = 8;
        var cursor = new Hdf5Cursor(memory.From(0, What), What);
        cursor.Skip(SignatureBytes);
        byte version = cursor.Byte();
        cursor.Skip(version switch
        {
            0 or 1 => 4,
            2 or 3 => 0,
            _ => throw Hdf5Memory.Damage($"{What} has the version {version}"),
        });
        if (cursor.Byte() != sizeof(ulong) || cursor.Byte() != sizeof(ulong))
        {
            throw Hdf5Memory.Damage("its addresses are not of 64 bits");
        }

        cursor.Skip(version switch { 0 => 9, 1 => 13, _ => 1 });
        ulong origin = cursor.UInt64();
        cursor.Skip(8);
        ulong end = cursor.UInt64();
        if (origin != 0)
        {
            throw Hdf5Memory.Damage("it does not begin at its beginning");
        }

        if (end > (ulong)memory.Length)
        {
            throw new InvalidDataException("is cut short");
        }

        cursor.Skip(version < 2 ? 16 : 0);
        return cursor.UInt64();
    }
}
