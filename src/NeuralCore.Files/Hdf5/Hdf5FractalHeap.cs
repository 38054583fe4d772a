namespace NeuralCore.Files.Hdf5;

/// <summary>
/// A heap of messages whose blocks double in size from row to row (HDF5 File Format Specification 3.0, section III.G). Only what
/// names and short texts need is read: objects within one block, unfiltered.
/// </summary>
internal sealed class Hdf5FractalHeap
{
    private const string What = "the heap of a large group";

    // A heap's address space has at most 64 bits and its rows double, so it is never deeper.
    private const int MostDepth = 64;

    private readonly Hdf5Memory _memory;
    private int _offsetBytes;
    private int _lengthBytes;
    private int _width;
    private ulong _startBytes;
    private ulong _largestDirect;
    private ulong _root;
    private int _rootRows;

    private Hdf5FractalHeap(Hdf5Memory memory) => _memory = memory;

    /// <summary>Reads a heap's header.</summary>
    public static Hdf5FractalHeap Read(Hdf5Memory memory, ulong address)
    {
        const int HeaderBytes = 146;
        var cursor = new Hdf5Cursor(memory.Read(address, HeaderBytes, What), What);
        cursor.Signature("FRHP"u8);
        cursor.Version(0);
        cursor.Skip(2);
        ushort filterBytes = cursor.UInt16();
        cursor.Skip(1);
        uint largestObject = cursor.UInt32();
        cursor.Skip(96);
        var heap = new Hdf5FractalHeap(memory) { _width = cursor.UInt16(), _startBytes = cursor.UInt64(), _largestDirect = cursor.UInt64() };
        int bits = cursor.UInt16();
        cursor.Skip(2);
        (heap._root, heap._rootRows) = (cursor.UInt64(), cursor.UInt16());
        if (filterBytes != 0 || bits is 0 or > 64 || heap._width is 0 or > 1024 || !IsBlock(heap._startBytes) || !IsBlock(heap._largestDirect))
        {
            throw Hdf5Memory.Damage($"{What} is compressed or of impossible sizes");
        }

        heap._offsetBytes = (bits + 7) / 8;
        ulong largest = Math.Min(heap._largestDirect, largestObject);
        heap._lengthBytes = ((int)Math.Log2(Math.Max(largest, 1)) / 8) + 1;
        return heap;
    }

    /// <summary>Where an object lies in the file.</summary>
    /// <param name="id">Its identifier in the heap.</param>
    public (ulong Address, ulong Size) Locate(byte[] id)
    {
        const int KindShift = 4, Managed = 0;
        var cursor = new Hdf5Cursor(id, What);
        if (((cursor.Byte() >> KindShift) & 3) != Managed)
        {
            throw new InvalidDataException("keeps a name or a text in a way that is not read here; save the model with h5py's default settings");
        }

        ulong offset = cursor.UInt(_offsetBytes);
        ulong size = cursor.UInt(_lengthBytes);
        (ulong block, ulong start, ulong blockBytes) = _rootRows == 0 ? (_root, 0, _startBytes) : FindBlock(offset);
        if (offset < start || size > blockBytes || offset - start > blockBytes - size)
        {
            throw Hdf5Memory.Damage($"{What} lacks an object");
        }

        var direct = new Hdf5Cursor(_memory.Read(block, 4, What), What);
        direct.Signature("FHDB"u8);
        return (block + (offset - start), size);
    }

    /// <summary>Walks down the rows to the direct block that an offset of the heap's address space falls in.</summary>
    private (ulong Address, ulong Start, ulong Bytes) FindBlock(ulong offset)
    {
        (ulong indirect, ulong start, int rows) = (_root, 0UL, _rootRows);
        for (int depth = 0; depth < MostDepth; depth++)
        {
            (int row, ulong rowStart) = FindRow(offset - start, rows);
            ulong blockBytes = RowBytes(row);
            ulong column = (offset - start - rowStart) / blockBytes;
            ulong child = ReadChild(indirect, row, (int)column, out bool isDirect);
            start += rowStart + (column * blockBytes);
            if (isDirect)
            {
                return (child, start, blockBytes);
            }

            // A child has as many rows as fill its place in this block.
            (indirect, rows) = (child, 1);
            for (ulong filled = (ulong)_width * _startBytes; filled < blockBytes && rows < MostDepth; rows++)
            {
                filled += (ulong)_width * RowBytes(rows);
            }
        }

        throw Hdf5Memory.Damage($"{What} has no end");
    }

    private (int Row, ulong Start) FindRow(ulong offset, int rows)
    {
        ulong start = 0;
        for (int row = 0; row < Math.Min(rows, MostDepth); row++)
        {
            ulong bytes = (ulong)_width * RowBytes(row);
            if (offset - start < bytes)
            {
                return (row, start);
            }

            start += bytes;
        }

        throw Hdf5Memory.Damage($"{What} lacks a block");
    }

    private ulong ReadChild(ulong indirect, int row, int column, out bool isDirect)
    {
        isDirect = RowBytes(row) <= _largestDirect;
        int prefix = 4 + 1 + 8 + _offsetBytes;
        ulong index = ((ulong)row * (ulong)_width) + (ulong)column;
        var signature = new Hdf5Cursor(_memory.Read(indirect, 4, What), What);
        signature.Signature("FHIB"u8);
        var cursor = new Hdf5Cursor(_memory.Read(indirect + (ulong)prefix + (8 * index), 8, What), What);
        return cursor.UInt64();
    }

    private ulong RowBytes(int row) => _startBytes << Math.Min(Math.Max(row - 1, 0), 31);

    private static bool IsBlock(ulong bytes) => bytes is > 0 and <= int.MaxValue;
}
