using System.Buffers.Binary;
using System.Text;

namespace NeuralCore.Files.Hdf5;

/// <summary>
/// Writes HDF5 files in the oldest layout of the format, which every version of its library reads: superblock 0, object headers of version 1, groups
/// as B-trees of names, datasets in one piece (HDF Group, "HDF5 File Format Specification Version 3.0", sections II, III.A.1, III.B to III.E, IV.A).
/// </summary>
/// <remarks>
/// PureHDF, which wrote these files before, gives all texts of fixed length in a file the same length, so attributes could not be as Keras 2 reads
/// them; what Keras's files need of the format is little.
/// </remarks>
internal sealed class Hdf5Writer
{
    private const ulong Undefined = ulong.MaxValue;
    private const int LeafHalf = 4, NodeHalf = 16;
    private const int SuperblockBytes = 96, EntryBytes = 40;
    private const ushort DataspaceMessage = 1, DatatypeMessage = 3, FillMessage = 5, LayoutMessage = 8, AttributeMessage = 0x0C, TableMessage = 0x11;

    private readonly MemoryStream _bytes = new();

    /// <summary>The bytes of a file.</summary>
    public static MemoryStream Write(Hdf5Group root)
    {
        var writer = new Hdf5Writer();
        writer._bytes.Write(new byte[SuperblockBytes]);
        (ulong header, ulong tree, ulong heap) = writer.Group(root);
        writer.Superblock(header, tree, heap);
        writer._bytes.Position = 0;
        return writer._bytes;
    }

    private void Superblock(ulong root, ulong tree, ulong heap)
    {
        ulong end = (ulong)_bytes.Length;
        _bytes.Position = 0;
        _bytes.Write([0x89, .. "HDF\r\n\u001a\n"u8, 0, 0, 0, 0, 0, 8, 8, 0, LeafHalf, 0, NodeHalf, 0, 0, 0, 0, 0]);
        Put(0, Undefined, end, Undefined);
        Put(0, root);
        _bytes.Write([1, 0, 0, 0, 0, 0, 0, 0]);
        Put(tree, heap);
    }

    private (ulong Header, ulong Tree, ulong Heap) Group(Hdf5Group group)
    {
        var entries = new List<(string Name, ulong Header, ulong Tree, ulong Heap)>();
        foreach ((string name, object item) in group.Items)
        {
            (ulong header, ulong tree, ulong heap) = item is Hdf5Group inner ? Group(inner) : (Dataset((Hdf5Values)item), 0, 0);
            entries.Add((name, header, tree, heap));
        }

        (ulong names, ulong[] offsets) = Heap(entries.Select(entry => entry.Name));
        ulong root = Tree(entries, offsets);
        var table = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(table, root);
        BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(8), names);
        return (Header([(TableMessage, table), .. group.Attributes.Select(a => (AttributeMessage, Attribute(a.Name, a.Values)))]), root, names);
    }

    private ulong Dataset(Hdf5Values values)
    {
        ulong data = Begin();
        _bytes.Write(values.Bytes!);
        var layout = new byte[18];
        (layout[0], layout[1]) = (3, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(layout.AsSpan(2), data);
        BinaryPrimitives.WriteUInt64LittleEndian(layout.AsSpan(10), (ulong)values.Bytes!.Length);
        return Header([
            (DataspaceMessage, Dataspace(values.Extents)), (DatatypeMessage, values.Type), (FillMessage, [2, 2, 2, 1, 0, 0, 0, 0]), (LayoutMessage, layout)]);
    }

    private ulong Header(IReadOnlyList<(ushort Kind, byte[] Body)> messages)
    {
        ulong address = Begin();
        int size = messages.Sum(message => 8 + Align(message.Body.Length));
        _bytes.Write([1, 0]);
        Short((ushort)messages.Count);
        Int(1);
        Int(size);
        Int(0);
        foreach ((ushort kind, byte[] body) in messages)
        {
            Short(kind);
            Short((ushort)Align(body.Length));
            Int(0);
            Padded(body);
        }

        return address;
    }

    private byte[] Attribute(string name, Hdf5Values values)
    {
        byte[] letters = [.. Encoding.UTF8.GetBytes(name), 0], space = Dataspace(values.Extents), data = values.Bytes ?? Reference(values.Text!);
        var body = new MemoryStream();
        body.Write([1, 0]);
        foreach (int length in new[] { letters.Length, values.Type.Length, space.Length })
        {
            body.Write(BitConverter.GetBytes((ushort)length));
        }

        foreach (byte[] part in new[] { letters, values.Type, space })
        {
            body.Write(part);
            body.Write(new byte[Align(part.Length) - part.Length]);
        }

        body.Write(data);
        return body.ToArray();
    }

    /// <summary>A text of variable length, in a collection of its own; what the attribute holds is where.</summary>
    private byte[] Reference(byte[] text)
    {
        const int ObjectHeader = 16, CollectionHeader = 16, SmallestCollection = 4096;
        ulong address = Begin();
        int used = CollectionHeader + ObjectHeader + Align(text.Length), size = Math.Max(SmallestCollection, used + ObjectHeader);
        _bytes.Write([.. "GCOL"u8, 1, 0, 0, 0]);
        Put((ulong)size);
        _bytes.Write([1, 0, 1, 0, 0, 0, 0, 0]);
        Put((ulong)text.Length);
        Padded(text);
        _bytes.Write(new byte[8]);
        Put((ulong)(size - used));
        _bytes.Write(new byte[size - used - ObjectHeader]);
        return [.. BitConverter.GetBytes(text.Length), .. BitConverter.GetBytes(address), .. BitConverter.GetBytes(1)];
    }

    private (ulong Address, ulong[] Offsets) Heap(IEnumerable<string> names)
    {
        // The first name is the empty one.
        var data = new MemoryStream();
        data.Write(new byte[8]);
        var offsets = new List<ulong>();
        foreach (string name in names)
        {
            offsets.Add((ulong)data.Length);
            byte[] letters = [.. Encoding.UTF8.GetBytes(name), 0];
            data.Write(letters);
            data.Write(new byte[Align(letters.Length) - letters.Length]);
        }

        const ulong NothingFree = 1;
        ulong address = Begin();
        _bytes.Write([.. "HEAP"u8, 0, 0, 0, 0]);
        Put((ulong)data.Length, NothingFree, address + 32);
        data.WriteTo(_bytes);
        return (address, [.. offsets]);
    }

    private ulong Tree(List<(string Name, ulong Header, ulong Tree, ulong Heap)> entries, ulong[] names)
    {
        var children = new List<(ulong Address, ulong Last)>();
        for (int start = 0; start < entries.Count; start += 2 * LeafHalf)
        {
            int count = Math.Min(2 * LeafHalf, entries.Count - start);
            ulong leaf = Begin();
            _bytes.Write([.. "SNOD"u8, 1, 0]);
            Short((ushort)count);
            for (int i = start; i < start + count; i++)
            {
                bool isGroup = entries[i].Tree != 0;
                Put(names[i], entries[i].Header);
                _bytes.Write([isGroup ? (byte)1 : (byte)0, 0, 0, 0, 0, 0, 0, 0]);
                Put(entries[i].Tree, entries[i].Heap);
            }

            _bytes.Write(new byte[EntryBytes * ((2 * LeafHalf) - count)]);
            children.Add((leaf, names[start + count - 1]));
        }

        byte level = 0;
        do
        {
            (ulong Address, ulong Last)[][] parts = children.Count == 0 ? [[]] : [.. children.Chunk(2 * NodeHalf)];
            List<(ulong, ulong)> nodes = [.. parts.Select((part, i) => (
                Node(part, level, before: i == 0 ? 0 : parts[i - 1][^1].Last, isFirst: i == 0, isLast: i == parts.Length - 1),
                part.Length == 0 ? 0 : part[^1].Last))];
            (children, level) = (nodes, (byte)(level + 1));
        }
        while (children.Count > 1);

        return children[0].Address;
    }

    /// <summary>A node of a tree; the nodes of a level stand one behind the other, and point to their neighbours.</summary>
    private ulong Node((ulong Address, ulong Last)[] children, byte level, ulong before, bool isFirst, bool isLast)
    {
        const int NodeBytes = 24 + (8 * ((4 * NodeHalf) + 1));
        ulong address = Begin();
        _bytes.Write([.. "TREE"u8, 0, level]);
        Short((ushort)children.Length);
        Put(isFirst ? Undefined : address - NodeBytes, isLast ? Undefined : address + NodeBytes, before);
        foreach ((ulong child, ulong last) in children)
        {
            Put(child, last);
        }

        _bytes.Write(new byte[NodeBytes - (int)((ulong)_bytes.Length - address)]);
        return address;
    }

    private static byte[] Dataspace(int[] extents) => [1, (byte)extents.Length, 0, 0, 0, 0, 0, 0, .. extents.SelectMany(extent => BitConverter.GetBytes((ulong)extent))];

    private static int Align(int length) => (length + 7) / 8 * 8;

    /// <summary>Where the next structure begins: at a multiple of eight.</summary>
    private ulong Begin()
    {
        _bytes.Write(new byte[(8 - (_bytes.Length % 8)) % 8]);
        return (ulong)_bytes.Length;
    }

    private void Padded(byte[] body)
    {
        _bytes.Write(body);
        _bytes.Write(new byte[Align(body.Length) - body.Length]);
    }

    private void Put(params ReadOnlySpan<ulong> values)
    {
        foreach (ulong value in values)
        {
            _bytes.Write(BitConverter.GetBytes(value));
        }
    }

    private void Short(ushort value) => _bytes.Write(BitConverter.GetBytes(value));

    private void Int(int value) => _bytes.Write(BitConverter.GetBytes(value));
}
