namespace NeuralCore.Files.Hdf5;

/// <summary>The collections in which a file keeps elements of variable length.</summary>
internal sealed class Hdf5GlobalHeap(Hdf5Memory memory)
{
    private const string What = "a collection of texts";

    private readonly Dictionary<ulong, Dictionary<uint, (ulong Address, ulong Size)>> _collections = [];

    /// <summary>The bytes of an element.</summary>
    /// <param name="collection">The collection's address.</param>
    /// <param name="index">The element's number in it.</param>
    /// <param name="size">How many of its bytes are asked for.</param>
    public ReadOnlySpan<byte> Read(ulong collection, uint index, uint size)
    {
        if (!_collections.TryGetValue(collection, out Dictionary<uint, (ulong Address, ulong Size)>? elements))
        {
            elements = ReadCollection(collection);
            _collections.Add(collection, elements);
        }

        return elements.TryGetValue(index, out (ulong Address, ulong Size) element) && element.Size >= size
            ? memory.Read(element.Address, size, What)
            : throw Hdf5Memory.Damage($"{What} lacks one");
    }

    private Dictionary<uint, (ulong Address, ulong Size)> ReadCollection(ulong address)
    {
        const int HeaderBytes = 16;
        var header = new Hdf5Cursor(memory.Read(address, HeaderBytes, What), What);
        header.Signature("GCOL"u8);
        header.Version(1);
        header.Skip(3);
        ulong size = header.UInt64();
        var cursor = new Hdf5Cursor(memory.Read(address, size, What), What);
        cursor.Skip(HeaderBytes);
        var elements = new Dictionary<uint, (ulong Address, ulong Size)>();
        while (cursor.Left >= HeaderBytes)
        {
            uint index = cursor.UInt16();
            cursor.Skip(6);
            ulong length = cursor.UInt64();

            // Number 0 is what is still free, up to the end.
            if (index == 0)
            {
                break;
            }

            if (length > (ulong)cursor.Left || !elements.TryAdd(index, (address + (ulong)cursor.Position, length)))
            {
                throw Hdf5Memory.Damage($"{What} has two of the same number, or one that is too long");
            }

            cursor.Padded((int)length);
        }

        return elements;
    }
}
