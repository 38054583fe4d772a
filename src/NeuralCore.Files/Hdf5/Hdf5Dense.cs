namespace NeuralCore.Files.Hdf5;

/// <summary>
/// Finds the links of large groups and the attributes of objects with many, which newer files keep in a heap: a B-tree of version 2
/// lists the places in it (HDF5 File Format Specification 3.0, sections III.A.2 and III.G).
/// </summary>
internal static class Hdf5Dense
{
    private const string What = "the list of a large group";
    private const byte LinksByName = 5, AttributesByName = 8;
    private const int ChecksumBytes = 4;

    /// <summary>The places of the link messages that a link-info message points to.</summary>
    public static IEnumerable<(ulong Address, ulong Size)> Links(Hdf5Memory memory, Hdf5Message info) => Elements(memory, info, LinksByName, orderBytes: 8);

    /// <summary>The places of the attribute messages that an attribute-info message points to.</summary>
    public static IEnumerable<(ulong Address, ulong Size)> Attributes(Hdf5Memory memory, Hdf5Message info) => Elements(memory, info, AttributesByName, orderBytes: 2);

    private static List<(ulong Address, ulong Size)> Elements(Hdf5Memory memory, Hdf5Message info, byte kind, int orderBytes)
    {
        const byte HasOrder = 1;
        var cursor = new Hdf5Cursor(memory.Read(info.Address, info.Size, What), What);
        cursor.Version(0);
        byte flags = cursor.Byte();
        cursor.Skip((flags & HasOrder) != 0 ? orderBytes : 0);
        ulong heapAddress = cursor.UInt64(), treeAddress = cursor.UInt64();
        if (heapAddress == Hdf5Memory.Undefined)
        {
            return [];
        }

        var heap = Hdf5FractalHeap.Read(memory, heapAddress);
        return [.. Records(memory, treeAddress, kind).Select(heap.Locate)];
    }

    /// <summary>The heap identifiers in the tree's records, in any order.</summary>
    private static List<byte[]> Records(Hdf5Memory memory, ulong address, byte kind)
    {
        const int HeaderBytes = 38;
        var header = new Hdf5Cursor(memory.Read(address, HeaderBytes, What), What);
        header.Signature("BTHD"u8);
        header.Version(0);
        byte found = header.Byte();
        uint nodeBytes = header.UInt32();
        ushort recordBytes = header.UInt16(), depth = header.UInt16();
        header.Skip(2);
        ulong root = header.UInt64();
        ushort rootRecords = header.UInt16();
        int smallest = kind == LinksByName ? 11 : 17;
        if (found != kind || recordBytes < smallest || nodeBytes < 16 || nodeBytes > int.MaxValue || depth > 16)
        {
            throw Hdf5Memory.Damage($"{What} is of another kind");
        }

        // How many bytes say how many records a child has, and how many all below it have.
        int[] counts = CountBytes(nodeBytes, recordBytes, depth);
        var records = new List<byte[]>();
        var nodes = new Stack<(ulong Address, int Records, int Depth)>();
        if (root != Hdf5Memory.Undefined)
        {
            nodes.Push((root, rootRecords, depth));
        }

        while (nodes.TryPop(out (ulong Address, int Records, int Depth) node))
        {
            var cursor = new Hdf5Cursor(memory.Read(node.Address, nodeBytes, What), What);
            cursor.Signature(node.Depth == 0 ? "BTLF"u8 : "BTIN"u8);
            cursor.Version(0);
            cursor.Skip(1);
            for (int i = 0; i < node.Records; i++)
            {
                ReadOnlySpan<byte> record = cursor.Bytes(recordBytes);
                records.Add((kind == LinksByName ? record[4..11] : record[..8]).ToArray());
            }

            for (int child = 0; node.Depth > 0 && child <= node.Records; child++)
            {
                ulong childAddress = cursor.UInt64();
                int childRecords = (int)cursor.UInt(counts[0]);
                cursor.Skip(node.Depth > 1 ? counts[node.Depth - 1] : 0);
                nodes.Push((childAddress, childRecords, node.Depth - 1));
            }
        }

        return records;
    }

    /// <summary>
    /// The widths of a child's counts: at index 0 of its own records, at index d of all records in a subtree of depth d. They
    /// follow from how many records a node can hold, and so do the next level's.
    /// </summary>
    private static int[] CountBytes(uint nodeBytes, int recordBytes, int depth)
    {
        const int NodeOverhead = 6 + ChecksumBytes;
        var widths = new int[depth + 1];
        double most = Math.Floor((nodeBytes - NodeOverhead) / (double)recordBytes);
        int own = Width(most);
        widths[0] = own;
        for (int level = 1; level <= depth; level++)
        {
            int pointer = 8 + own + (level > 1 ? widths[level - 1] : 0);
            double records = Math.Floor((nodeBytes - NodeOverhead - pointer) / (double)(recordBytes + pointer));
            most = ((records + 1) * most) + records;
            widths[level] = Width(most);
        }

        return widths;
    }

    private static int Width(double most) => Math.Clamp((int)(Math.Floor(Math.Log2(Math.Max(most, 1))) / 8) + 1, 1, 8);
}
