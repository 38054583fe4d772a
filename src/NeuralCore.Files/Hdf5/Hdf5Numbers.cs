using System.Runtime.InteropServices;

namespace NeuralCore.Files.Hdf5;

/// <summary>
/// The numbers of a dataset, known to be in the file: in one piece, or in chunks that may be compressed. Nothing of their size is allocated until they
/// are read, and what chunks may come to in all is bounded by the file's length.
/// </summary>
internal sealed class Hdf5Numbers
{
    private const byte Compact = 0, Contiguous = 1, Chunked = 2;
    private const string What = "a tensor";

    private readonly Hdf5Memory _memory;
    private readonly string _name;
    private readonly Hdf5Type _type;
    private readonly int[] _extents;
    private readonly IReadOnlyList<Hdf5Filter> _filters;
    private readonly ulong _address;
    private readonly Hdf5Chunks? _chunks;

    /// <summary>Finds the numbers.</summary>
    /// <param name="memory">The file.</param>
    /// <param name="name">The dataset's name, for messages.</param>
    /// <param name="type">The type of a number.</param>
    /// <param name="extents">The extents.</param>
    /// <param name="layout">The layout message.</param>
    /// <param name="filters">The filters.</param>
    /// <exception cref="InvalidDataException">They are not there, or in a way that is not read.</exception>
    public Hdf5Numbers(Hdf5Memory memory, string name, Hdf5Type type, int[] extents, Hdf5Message layout, IReadOnlyList<Hdf5Filter> filters)
    {
        (_memory, _name, _type, _extents, _filters) = (memory, name, type, extents, filters);
        ulong bytes = (ulong)Hdf5Space.Count(extents) * (ulong)type.Size;
        var cursor = new Hdf5Cursor(memory.Read(layout.Address, layout.Size, What), What);
        byte version = cursor.Byte();
        byte kind = version >= 3 ? cursor.Byte() : SkipTo(ref cursor);
        switch ((version, kind))
        {
            case (3 or 4, Compact):
                ushort size = cursor.UInt16();
                RequireSize(size, bytes);
                _address = layout.Address + (ulong)cursor.Position;
                cursor.Skip(size);
                break;
            case (3 or 4, Contiguous):
                _address = cursor.UInt64();
                RequireSize(cursor.UInt64(), bytes);
                memory.RequireInside(_address, bytes, What);
                break;
            case (1 or 2, Contiguous):
                _address = cursor.UInt64();
                memory.RequireInside(_address, bytes, What);
                break;
            case (3 or 4, Chunked):
                Hdf5Filters.RequireKnown(name, filters);
                _chunks = Hdf5Chunks.Read(memory, ref cursor, version, extents, type.Size, filters.Count > 0);
                memory.ChargeChunks(Math.Max((long)bytes, _chunks.ChunkBytes));
                break;
            default:
                throw new InvalidDataException($"holds {FileText.Quote(name)} in an unknown layout, and only contiguous, compact and chunked datasets are read");
        }

        if (_chunks is null && filters.Count > 0)
        {
            throw Hdf5Memory.Damage($"{What} is compressed without chunks");
        }

        StoredBytes = _chunks is null ? (long)bytes : _chunks.All.Sum(chunk => (long)chunk.Size);
    }

    /// <summary>The bytes that the numbers take in the file.</summary>
    public long StoredBytes { get; }

    /// <summary>The bytes of the numbers, row-major.</summary>
    public ReadOnlySpan<byte> Bytes => _chunks is null
        ? _memory.Data(_address, (ulong)Hdf5Space.Count(_extents) * (ulong)_type.Size, What)
        : Joined(_chunks);

    /// <summary>The numbers as float32, row-major.</summary>
    public float[] Floats() => _type.Size switch
    {
        2 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(Bytes).ToArray(), bits => _type.IsBrain ? BitConverter.UInt32BitsToSingle((uint)bits << 16) : (float)BitConverter.UInt16BitsToHalf(bits)),
        8 => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(Bytes).ToArray(), value => (float)value),
        _ => MemoryMarshal.Cast<byte, float>(Bytes).ToArray(),
    };

    private static byte SkipTo(ref Hdf5Cursor cursor)
    {
        // Versions 1 and 2: the number of axes, the class, and five bytes of nothing.
        cursor.Skip(1);
        byte kind = cursor.Byte();
        cursor.Skip(5);
        return kind;
    }

    private static void RequireSize(ulong size, ulong bytes)
    {
        if (size != bytes)
        {
            throw Hdf5Memory.Damage($"{What} has another size than its shape");
        }
    }

    private byte[] Joined(Hdf5Chunks chunks)
    {
        var joined = new byte[Hdf5Space.Count(_extents) * _type.Size];
        int rank = _extents.Length;
        var strides = new int[rank];
        for (int axis = rank - 1, stride = _type.Size; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= _extents[axis];
        }

        foreach (Hdf5Chunk chunk in chunks.All)
        {
            ReadOnlySpan<byte> stored = _memory.Data(chunk.Address, chunk.Size, What);
            ReadOnlySpan<byte> bytes = _filters.Count == 0 ? stored : Hdf5Filters.Decode(stored, _filters, chunk.Mask, chunks.ChunkBytes, _type.Size);
            Place(bytes, joined, chunk.Place, chunks.Extents, strides);
        }

        return joined;
    }

    /// <summary>Copies the rows of a chunk to where they belong, without those that lie beyond the edges.</summary>
    private void Place(ReadOnlySpan<byte> chunk, byte[] whole, int[] place, IReadOnlyList<int> extents, int[] strides)
    {
        int rank = place.Length;
        if (rank == 0)
        {
            chunk.CopyTo(whole);
            return;
        }

        int rowBytes = extents[rank - 1] * _type.Size, kept = Math.Min(extents[rank - 1], _extents[rank - 1] - place[rank - 1]) * _type.Size;
        var index = new int[rank - 1];
        for (int row = 0; row * (long)rowBytes < chunk.Length; row++)
        {
            bool isInside = true;
            long target = (long)place[rank - 1] * _type.Size;
            for (int axis = 0; axis < index.Length; axis++)
            {
                isInside &= place[axis] + index[axis] < _extents[axis];
                target += (long)(place[axis] + index[axis]) * strides[axis];
            }

            if (isInside)
            {
                chunk.Slice(row * rowBytes, kept).CopyTo(whole.AsSpan((int)target));
            }

            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == extents[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }
}
