using System.Buffers.Binary;
using System.Text;

namespace NeuralCore.Files.Hdf5;

/// <summary>A named value that is kept with a group or a dataset.</summary>
internal sealed class Hdf5Attribute
{
    private const string What = "an attribute";

    // A text of variable length: its size, the address of its collection, its number there.
    private const int ReferenceBytes = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Hdf5File _file;
    private readonly Hdf5Type _type;
    private readonly int[] _extents;
    private readonly ulong _data;

    private Hdf5Attribute(Hdf5File file, string name, Hdf5Type type, int[] extents, ulong data)
    {
        (_file, Name, _type, _extents, _data) = (file, name, type, extents, data);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Reads an attribute message, of any of its three versions.</summary>
    public static Hdf5Attribute Read(Hdf5File file, ulong address, ulong size)
    {
        var cursor = new Hdf5Cursor(file.Memory.Read(address, size, What), What);
        byte version = cursor.Byte();
        bool isShared = cursor.Byte() != 0 && version > 1;
        ushort nameBytes = cursor.UInt16(), typeBytes = cursor.UInt16(), spaceBytes = cursor.UInt16();
        if (version is < 1 or > 3 || isShared)
        {
            throw Hdf5Memory.Damage($"{What} has the version {version}, or a type that is stored elsewhere");
        }

        cursor.Skip(version == 3 ? 1 : 0);
        string name = Text(version == 1 ? cursor.Padded(nameBytes) : cursor.Bytes(nameBytes));
        Hdf5Type type = Hdf5Type.Read(version == 1 ? cursor.Padded(typeBytes) : cursor.Bytes(typeBytes));
        int[] extents = Hdf5Space.Read(version == 1 ? cursor.Padded(spaceBytes) : cursor.Bytes(spaceBytes));
        long dataBytes = (long)Hdf5Space.Count(extents) * type.Size;
        if (dataBytes > cursor.Left)
        {
            throw Hdf5Memory.Damage($"the attribute {FileText.Quote(name)} is cut short");
        }

        return new Hdf5Attribute(file, name, type, extents, address + (ulong)cursor.Position);
    }

    /// <summary>
    /// The texts of a list, or the one text of a single value. A list without elements may be of any type: writers that know
    /// no type for nothing choose float64.
    /// </summary>
    /// <exception cref="InvalidDataException">These are no texts.</exception>
    public string[] ReadTexts()
    {
        int count = Hdf5Space.Count(_extents);
        if (count == 0)
        {
            return [];
        }

        ReadOnlySpan<byte> data = _file.Memory.Read(_data, (ulong)((long)count * _type.Size), What);
        var texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> element = data.Slice(i * _type.Size, _type.Size);
            texts[i] = _type switch
            {
                { Class: Hdf5Class.Text } => Text(element),
                { Class: Hdf5Class.Variable, IsPlain: true, Size: ReferenceBytes } => Text(Variable(element)),
                _ => throw Hdf5Memory.Damage($"the attribute {FileText.Quote(Name)} holds {_type} instead of text"),
            };
        }

        return texts;
    }

    /// <summary>The one text of the attribute.</summary>
    /// <exception cref="InvalidDataException">It is not one text.</exception>
    public string ReadText() => ReadTexts() is [var text]
        ? text
        : throw Hdf5Memory.Damage($"the attribute {FileText.Quote(Name)} is not a single string");

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        // Texts end with a zero or with their space, whichever comes first.
        int end = bytes.IndexOf((byte)0);
        try
        {
            return Utf8.GetString(end < 0 ? bytes : bytes[..end]);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException("is damaged (a string in it is not valid Unicode)", failure);
        }
    }

    private ReadOnlySpan<byte> Variable(ReadOnlySpan<byte> reference)
    {
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(reference);
        ulong collection = BinaryPrimitives.ReadUInt64LittleEndian(reference[4..]);
        uint index = BinaryPrimitives.ReadUInt32LittleEndian(reference[12..]);
        return size == 0 ? [] : _file.GlobalHeap.Read(collection, index, size);
    }
}
