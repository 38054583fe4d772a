namespace NeuralCore.Files.Hdf5;

/// <summary>The kinds of messages that matter here (HDF5 File Format Specification 3.0, section IV.A.2).</summary>
internal enum Hdf5MessageKind
{
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    Link = 0x06,
    ExternalFiles = 0x07,
    Layout = 0x08,
    Filters = 0x0B,
    Attribute = 0x0C,
    Continuation = 0x10,
    SymbolTable = 0x11,
    AttributeInfo = 0x15,
}

/// <summary>One message of an object's header.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="IsShared">Whether its contents stand elsewhere.</param>
/// <param name="Address">Where its contents begin.</param>
/// <param name="Size">Their size in bytes.</param>
internal readonly record struct Hdf5Message(Hdf5MessageKind Kind, bool IsShared, ulong Address, ushort Size);

/// <summary>Reads the header of a group or a dataset: a list of messages, cut into blocks that point to the next.</summary>
internal static class Hdf5ObjectHeader
{
    private const string What = "the header of an object";
    private const byte SharedFlag = 2;

    // A header needs a second block when it grows, and hardly ever a third.
    private const int MostBlocks = 1_000;

    /// <summary>Reads the messages of a header, of either version.</summary>
    public static List<Hdf5Message> Read(Hdf5Memory memory, ulong address)
    {
        var start = new Hdf5Cursor(memory.From(address, What), What);
        return start.Bytes(4).SequenceEqual("OHDR"u8) ? ReadSecond(memory, address) : ReadFirst(memory, address);
    }

    private static List<Hdf5Message> ReadFirst(Hdf5Memory memory, ulong address)
    {
        const int PrefixBytes = 16;
        var prefix = new Hdf5Cursor(memory.Read(address, PrefixBytes, What), What);
        prefix.Version(1);
        prefix.Skip(7);
        var blocks = new Queue<(ulong Address, ulong Size)>();
        blocks.Enqueue((address + PrefixBytes, prefix.UInt32()));
        var messages = new List<Hdf5Message>();
        for (int count = 0; blocks.TryDequeue(out (ulong Address, ulong Size) block); count++)
        {
            RequireFewBlocks(count);
            var cursor = new Hdf5Cursor(memory.Read(block.Address, block.Size, What), What);
            while (cursor.Left >= 8)
            {
                ushort kind = cursor.UInt16();
                ushort size = cursor.UInt16();
                byte flags = cursor.Byte();
                cursor.Skip(3);
                Take(memory, messages, blocks, new Hdf5Message((Hdf5MessageKind)kind, (flags & SharedFlag) != 0, block.Address + (ulong)cursor.Position, size));
                cursor.Skip(size);
            }
        }

        return messages;
    }

    private static List<Hdf5Message> ReadSecond(Hdf5Memory memory, ulong address)
    {
        const byte Times = 0x20, PhaseChange = 0x10, CreationOrder = 0x04;
        const int ChecksumBytes = 4;
        var prefix = new Hdf5Cursor(memory.From(address, What), What);
        prefix.Signature("OHDR"u8);
        prefix.Version(2);
        byte flags = prefix.Byte();
        prefix.Skip(((flags & Times) != 0 ? 16 : 0) + ((flags & PhaseChange) != 0 ? 4 : 0));
        ulong size = prefix.UInt(1 << (flags & 3));
        var blocks = new Queue<(ulong Address, ulong Size)>();
        blocks.Enqueue((address + (ulong)prefix.Position, size));
        int messagePrefix = (flags & CreationOrder) != 0 ? 6 : 4;
        var messages = new List<Hdf5Message>();
        for (int count = 0; blocks.TryDequeue(out (ulong Address, ulong Size) block); count++)
        {
            RequireFewBlocks(count);
            var cursor = new Hdf5Cursor(memory.Read(block.Address, block.Size, What), What);
            if (count > 0)
            {
                cursor.Signature("OCHK"u8);
            }

            int checksum = count > 0 ? ChecksumBytes : 0;
            while (cursor.Left >= messagePrefix + checksum)
            {
                byte kind = cursor.Byte();
                ushort length = cursor.UInt16();
                byte messageFlags = cursor.Byte();
                cursor.Skip(messagePrefix - 4);
                Take(memory, messages, blocks, new Hdf5Message((Hdf5MessageKind)kind, (messageFlags & SharedFlag) != 0, block.Address + (ulong)cursor.Position, length));
                cursor.Skip(length);
            }
        }

        return messages;
    }

    private static void Take(Hdf5Memory memory, List<Hdf5Message> messages, Queue<(ulong Address, ulong Size)> blocks, Hdf5Message message)
    {
        const int ListedBytes = 32;
        if (message.Kind != Hdf5MessageKind.Continuation)
        {
            memory.Charge(ListedBytes);
            messages.Add(message);
            return;
        }

        var cursor = new Hdf5Cursor(memory.Read(message.Address, message.Size, What), What);
        blocks.Enqueue((cursor.UInt64(), cursor.UInt64()));
    }

    private static void RequireFewBlocks(int count)
    {
        if (count == MostBlocks)
        {
            throw Hdf5Memory.Damage($"{What} has no end");
        }
    }
}
