namespace NeuralCore.Files.Hdf5;

/// <summary>A part of a dataset: where it stands in the dataset and in the file.</summary>
/// <param name="Place">Its first element, along each axis.</param>
/// <param name="Address">Where its bytes begin.</param>
/// <param name="Size">How many there are.</param>
/// <param name="Mask">A bit for each filter that was left out.</param>
internal readonly record struct Hdf5Chunk(int[] Place, ulong Address, ulong Size, uint Mask);

/// <summary>
/// Finds the chunks of a dataset, by the index that the layout message names: a B-tree in files that old versions read, and in the latest layout a
/// single chunk, none at all, or an array of fixed length (HDF5 File Format Specification 3.0, sections III.A.1, VII.A to VII.C). Arrays that can grow
/// have other indices, which no writer of networks needs.
/// </summary>
internal sealed class Hdf5Chunks
{
    private const string What = "the list of a tensor's chunks";
    private const int Single = 1, Implicit = 2, FixedArray = 3;

    private readonly Hdf5Memory _memory;
    private readonly int[] _extents;
    private readonly int[] _chunk;
    private readonly bool _isFiltered;
    private readonly List<Hdf5Chunk> _chunks = [];

    private Hdf5Chunks(Hdf5Memory memory, int[] extents, int[] chunk, bool isFiltered) => (_memory, _extents, _chunk, _isFiltered) = (memory, extents, chunk, isFiltered);

    /// <summary>The extents of a chunk, at most those of the whole where that can not grow.</summary>
    public IReadOnlyList<int> Extents => _chunk;

    /// <summary>The chunks that are in the file; what others would hold is zero.</summary>
    public IReadOnlyList<Hdf5Chunk> All => _chunks;

    /// <summary>The bytes of a chunk before any filter.</summary>
    public int ChunkBytes { get; private init; }

    /// <summary>Reads a layout message of chunks, and the index that it points to.</summary>
    /// <param name="memory">The file.</param>
    /// <param name="layout">The message, behind its class.</param>
    /// <param name="version">Its version, 3 or 4.</param>
    /// <param name="extents">The dataset's extents.</param>
    /// <param name="elementBytes">The bytes of a number.</param>
    /// <param name="isFiltered">Whether chunks are compressed, and so of different sizes.</param>
    public static Hdf5Chunks Read(Hdf5Memory memory, ref Hdf5Cursor layout, int version, int[] extents, int elementBytes, bool isFiltered)
    {
        byte flags = version == 4 ? layout.Byte() : (byte)0;
        int rank = layout.Byte() - 1;
        ulong tree = version == 3 ? layout.UInt64() : 0;
        int width = version == 3 ? 4 : layout.Byte();
        if (rank != extents.Length || width is < 1 or > 8)
        {
            throw Hdf5Memory.Damage($"{What} has {rank} axes");
        }

        var chunk = new int[rank];
        long bytes = elementBytes;
        for (int axis = 0; axis < rank; axis++)
        {
            ulong extent = layout.UInt(width);
            chunk[axis] = extent is > 0 and <= int.MaxValue ? (int)extent : throw Hdf5Memory.Damage("a chunk has no size");
            bytes *= chunk[axis];
            if (bytes > int.MaxValue)
            {
                throw Hdf5Memory.Damage("a chunk is too large");
            }
        }

        if ((int)layout.UInt(width) != elementBytes)
        {
            throw Hdf5Memory.Damage("a chunk holds other elements than its tensor");
        }

        var chunks = new Hdf5Chunks(memory, extents, chunk, isFiltered) { ChunkBytes = (int)bytes };
        if (version == 3)
        {
            chunks.ReadTree(tree);
        }
        else
        {
            chunks.ReadIndex(ref layout, flags);
        }

        return chunks;
    }

    private void ReadIndex(ref Hdf5Cursor layout, byte flags)
    {
        const byte HasFilteredSize = 2;
        switch (layout.Byte())
        {
            case Single:
                (ulong size, uint mask) = (flags & HasFilteredSize) != 0 ? (layout.UInt64(), layout.UInt32()) : ((ulong)ChunkBytes, 0);
                Add(0, layout.UInt64(), size, mask);
                break;
            case Implicit:
                ulong address = layout.UInt64();
                for (long i = 0; address != Hdf5Memory.Undefined && i < Count(); i++)
                {
                    Add(i, address + ((ulong)i * (ulong)ChunkBytes), (ulong)ChunkBytes, 0);
                }

                break;
            case FixedArray:
                layout.Skip(1);
                ReadArray(layout.UInt64());
                break;
            default:
                throw new InvalidDataException("holds a tensor in chunks that can grow, which is not read; save it with a fixed shape");
        }
    }

    private void ReadArray(ulong address)
    {
        const int HeaderBytes = 28, ChecksumBytes = 4, AddressBytes = 8, MaskBytes = 4;
        if (address == Hdf5Memory.Undefined)
        {
            return;
        }

        var header = new Hdf5Cursor(_memory.Read(address, HeaderBytes, What), What);
        header.Signature("FAHD"u8);
        header.Version(0);
        bool isFiltered = header.Byte() == 1;
        int entryBytes = header.Byte(), pageBits = header.Byte();
        ulong entries = header.UInt64(), block = header.UInt64();
        int sizeBytes = entryBytes - AddressBytes - MaskBytes;
        if (block == Hdf5Memory.Undefined)
        {
            return;
        }

        if (entries != (ulong)Count() || entries > int.MaxValue || (isFiltered ? sizeBytes is < 1 or > 8 : entryBytes != AddressBytes) || pageBits > 30)
        {
            throw Hdf5Memory.Damage($"{What} is of impossible sizes");
        }

        const int PrefixBytes = 14;
        var prefix = new Hdf5Cursor(_memory.Read(block, PrefixBytes, What), What);
        prefix.Signature("FADB"u8);
        long page = 1L << pageBits, pages = ((long)entries + page - 1) / page;
        bool isPaged = (long)entries > page;
        ulong bitmap = block + PrefixBytes, at = isPaged ? bitmap + (ulong)((pages + 7) / 8) + ChecksumBytes : bitmap;
        for (long first = 0; first < (long)entries; first += page)
        {
            int count = (int)Math.Min(page, (long)entries - first);

            // Pages that were never written are there all the same, and hold nothing.
            long number = first / page;
            bool isThere = !isPaged || (_memory.Read(bitmap + (ulong)(number / 8), 1, What)[0] & (0x80 >> (int)(number % 8))) != 0;
            if (isThere)
            {
                ReadEntries(first, at, count, entryBytes, isFiltered ? sizeBytes : 0);
            }

            at += ((ulong)count * (ulong)entryBytes) + ChecksumBytes;
        }
    }

    private void ReadEntries(long first, ulong address, int count, int entryBytes, int sizeBytes)
    {
        var cursor = new Hdf5Cursor(_memory.Read(address, (ulong)count * (ulong)entryBytes, What), What);
        for (int i = 0; i < count; i++)
        {
            ulong chunk = cursor.UInt64();
            (ulong size, uint mask) = sizeBytes > 0 ? (cursor.UInt(sizeBytes), cursor.UInt32()) : ((ulong)ChunkBytes, 0);
            Add(first + i, chunk, size, mask);
        }
    }

    private void ReadTree(ulong root)
    {
        const int HeaderBytes = 24;
        const byte ChunkTree = 1;
        if (root == Hdf5Memory.Undefined)
        {
            return;
        }

        int keyBytes = 8 + (8 * (_extents.Length + 1));
        var nodes = new Stack<ulong>([root]);
        while (nodes.TryPop(out ulong address))
        {
            var header = new Hdf5Cursor(_memory.Read(address, HeaderBytes, What), What);
            header.Signature("TREE"u8);
            (byte kind, byte level) = (header.Byte(), header.Byte());
            int children = header.UInt16();
            if (kind != ChunkTree)
            {
                throw Hdf5Memory.Damage($"{What} is of another kind");
            }

            var entries = new Hdf5Cursor(_memory.Read(address + HeaderBytes, (ulong)children * (ulong)(keyBytes + 8), What), What);
            for (int i = 0; i < children; i++)
            {
                (uint size, uint mask) = (entries.UInt32(), entries.UInt32());
                var place = new int[_extents.Length];
                bool isInside = true;
                for (int axis = 0; axis < place.Length; axis++)
                {
                    ulong offset = entries.UInt64();
                    isInside &= offset < (ulong)_extents[axis] && offset % (ulong)_chunk[axis] == 0;
                    place[axis] = (int)Math.Min(offset, int.MaxValue);
                }

                entries.Skip(8);
                ulong child = entries.UInt64();
                if (level > 0)
                {
                    nodes.Push(child);
                }
                else if (isInside)
                {
                    Add(place, child, size, mask);
                }
                else
                {
                    throw Hdf5Memory.Damage("a chunk lies outside of its tensor");
                }
            }
        }
    }

    private long Count() => _extents.Zip(_chunk, (extent, part) => ((long)extent + part - 1) / part).Aggregate(1L, (product, count) => Math.Min(product * count, int.MaxValue));

    private void Add(long number, ulong address, ulong size, uint mask)
    {
        var place = new int[_extents.Length];
        for (int axis = place.Length - 1; axis >= 0; axis--)
        {
            long parts = ((long)_extents[axis] + _chunk[axis] - 1) / _chunk[axis];
            place[axis] = (int)(number % parts) * _chunk[axis];
            number /= parts;
        }

        Add(place, address, size, mask);
    }

    private void Add(int[] place, ulong address, ulong size, uint mask)
    {
        const int ListedBytes = 64;
        if (address == Hdf5Memory.Undefined)
        {
            return;
        }

        _memory.Charge(ListedBytes);
        _memory.RequireInside(address, size, "a chunk");
        if (!_isFiltered && size != (ulong)ChunkBytes)
        {
            throw Hdf5Memory.Damage("a chunk is of another size than it should be");
        }

        _chunks.Add(new Hdf5Chunk(place, address, size, mask));
    }
}
