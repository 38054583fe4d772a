using System.Text;

namespace NeuralCore.Files.Hdf5;

/// <summary>
/// Reads the names in a group and the addresses of what they stand for. Groups keep them in one of three ways: a B-tree of
/// names (files up to HDF5 1.6, and whatever wants to be read by those), messages in the header, or a heap.
/// </summary>
internal static class Hdf5Links
{
    private const string What = "a group";
    private const byte SoftLinkCache = 2;

    // About what a name takes in memory beside its letters.
    private const int ListedBytes = 64;

    /// <summary>The names; a link that is not hard has the address <see cref="Hdf5Memory.Undefined"/>.</summary>
    public static Dictionary<string, ulong> Read(Hdf5Memory memory, List<Hdf5Message> messages)
    {
        var links = new Dictionary<string, ulong>();
        foreach (Hdf5Message message in messages)
        {
            switch (message.Kind)
            {
                case Hdf5MessageKind.SymbolTable:
                    ReadTable(memory, message, links);
                    break;
                case Hdf5MessageKind.Link:
                    ReadLink(memory.Read(message.Address, message.Size, What), links);
                    memory.Charge(ListedBytes);
                    break;
                case Hdf5MessageKind.LinkInfo:
                    foreach ((ulong address, ulong size) in Hdf5Dense.Links(memory, message))
                    {
                        ReadLink(memory.Read(address, size, What), links);
                        memory.Charge(ListedBytes);
                    }

                    break;
            }
        }

        return links;
    }

    private static void ReadLink(ReadOnlySpan<byte> bytes, Dictionary<string, ulong> links)
    {
        const byte HasOrder = 4, HasKind = 8, HasCharacterSet = 16, Hard = 0;
        var cursor = new Hdf5Cursor(bytes, What);
        cursor.Version(1);
        byte flags = cursor.Byte();
        byte kind = (flags & HasKind) != 0 ? cursor.Byte() : Hard;
        cursor.Skip(((flags & HasOrder) != 0 ? 8 : 0) + ((flags & HasCharacterSet) != 0 ? 1 : 0));
        ulong length = cursor.UInt(1 << (flags & 3));
        string name = Encoding.UTF8.GetString(cursor.Bytes((int)Math.Min(length, int.MaxValue)));
        Add(links, name, kind == Hard ? cursor.UInt64() : Hdf5Memory.Undefined);
    }

    private static void ReadTable(Hdf5Memory memory, Hdf5Message message, Dictionary<string, ulong> links)
    {
        var cursor = new Hdf5Cursor(memory.Read(message.Address, message.Size, What), What);
        ulong tree = cursor.UInt64(), heap = cursor.UInt64();
        (ulong namesAddress, ulong namesSize) = ReadHeap(memory, heap);
        memory.RequireInside(namesAddress, namesSize, What);
        var nodes = new Stack<ulong>([tree]);
        var seen = new HashSet<ulong>();
        while (nodes.TryPop(out ulong node))
        {
            if (!seen.Add(node))
            {
                throw Hdf5Memory.Damage("a group contains itself");
            }

            ReadNode(memory, node, nodes, links, namesAddress, namesSize);
        }
    }

    private static (ulong Address, ulong Size) ReadHeap(Hdf5Memory memory, ulong address)
    {
        const int HeaderBytes = 32;
        var cursor = new Hdf5Cursor(memory.Read(address, HeaderBytes, What), What);
        cursor.Signature("HEAP"u8);
        cursor.Skip(4);
        ulong size = cursor.UInt64();
        cursor.Skip(8);
        return (cursor.UInt64(), size);
    }

    /// <summary>Reads a node of the tree, or one of the tables at its leaves.</summary>
    private static void ReadNode(
        Hdf5Memory memory, ulong address, Stack<ulong> nodes, Dictionary<string, ulong> links, ulong namesAddress, ulong namesSize)
    {
        const int HeaderBytes = 24, EntryBytes = 40;
        var node = new Hdf5Cursor(memory.From(address, What), What);
        if (node.Bytes(4).SequenceEqual("TREE"u8))
        {
            node.Skip(2);
            int children = node.UInt16();
            node.Skip(16);
            memory.Charge(HeaderBytes + (16 * children));
            for (int i = 0; i < children; i++)
            {
                node.Skip(8);
                nodes.Push(node.UInt64());
            }

            return;
        }

        node = new Hdf5Cursor(memory.From(address, What), What);
        node.Signature("SNOD"u8);
        node.Skip(2);
        int entries = node.UInt16();
        memory.Charge(EntryBytes * entries);
        for (int i = 0; i < entries; i++)
        {
            ulong offset = node.UInt64();
            ulong target = node.UInt64();
            uint cache = node.UInt32();
            node.Skip(20);
            if (offset >= namesSize)
            {
                throw Hdf5Memory.Damage("a name lies outside of its group");
            }

            ReadOnlySpan<byte> name = memory.From(namesAddress + offset, What)[..(int)(namesSize - offset)];
            int length = name.IndexOf((byte)0);
            length = length < 0 ? name.Length : length;
            memory.Charge(length + ListedBytes);
            Add(links, Encoding.UTF8.GetString(name[..length]), cache == SoftLinkCache ? Hdf5Memory.Undefined : target);
        }
    }

    private static void Add(Dictionary<string, ulong> links, string name, ulong address)
    {
        if (!links.TryAdd(name, address))
        {
            throw new InvalidDataException($"has {FileText.Quote(name)} twice in one group");
        }
    }
}
