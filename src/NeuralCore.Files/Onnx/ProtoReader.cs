using System.Text;
using Google.Protobuf;

namespace NeuralCore.Files.Onnx;

/// <summary>One field of a protobuf message.</summary>
/// <param name="Number">Which.</param>
/// <param name="Value">Its bits, for a number.</param>
/// <param name="Bytes">Its bytes within the file, for a text, a list or another message; empty for a number.</param>
internal readonly record struct ProtoField(int Number, ulong Value, ArraySegment<byte> Bytes);

/// <summary>
/// Takes protobuf messages apart, field by field. Texts and inner messages stay where they are in the file, so nothing is copied
/// and nothing recurses; a message is read by whoever knows what it means.
/// </summary>
internal sealed class ProtoReader
{
    // Far more than any network has; a file of nothing but fields would take long to pass over.
    private const int MostFields = 1_000_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Texts take two bytes a letter in memory; those of a network are names, and a description of a few thousand letters.
    private const int MostLetters = 1 << 24;

    private int _fields;
    private int _letters;

    /// <summary>The fields of a message, in the order of the file.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message; the message completes "the file ...".</exception>
    public IEnumerable<ProtoField> Fields(ArraySegment<byte> message)
    {
        for (int position = 0; position < message.Count;)
        {
            if (++_fields > MostFields)
            {
                throw new InvalidDataException($"has more than {MostFields:N0} fields");
            }

            ProtoField field = ReadField(message[position..], out int length);
            position += length;
            yield return field;
        }
    }

    /// <summary>Whole numbers: those of a list, or the field's own.</summary>
    public static IEnumerable<long> Integers(ProtoField field)
    {
        if (field.Bytes.Array is null)
        {
            yield return (long)field.Value;
            yield break;
        }

        CodedInputStream input = Open(field.Bytes);
        while (Guarded(() => !input.IsAtEnd))
        {
            yield return Guarded(input.ReadInt64);
        }
    }

    /// <summary>Whole numbers of several fields, one after the other.</summary>
    public static IEnumerable<long> All(IEnumerable<ProtoField> fields) => fields.SelectMany(Integers);

    /// <summary>How many whole numbers several fields hold, counted no further than a limit.</summary>
    public static int Count(IEnumerable<ProtoField> fields, int limit) => All(fields).Take(limit).Count();

    /// <summary>A key with its value: a StringStringEntryProto.</summary>
    public (string Key, string Value) Entry(ArraySegment<byte> message)
    {
        const int KeyField = 1, ValueField = 2;
        string key = "", value = "";
        foreach (ProtoField field in Fields(message))
        {
            (key, value) = (field.Number == KeyField ? Text(field) : key, field.Number == ValueField ? Text(field) : value);
        }

        return (key, value);
    }

    /// <summary>A text. All texts together have a limit.</summary>
    public string Text(ProtoField field)
    {
        _letters += Math.Min(field.Bytes.Count, MostLetters);
        if (_letters > MostLetters)
        {
            throw new InvalidDataException($"has more than {MostLetters:N0} letters of text");
        }

        try
        {
            return Strict.GetString(field.Bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException("has a text that is not valid Unicode", failure);
        }
    }

    private static CodedInputStream Open(ArraySegment<byte> bytes) => new(bytes.Array!, bytes.Offset, bytes.Count);

    private static ProtoField ReadField(ArraySegment<byte> rest, out int length)
    {
        CodedInputStream input = Open(rest);
        try
        {
            uint tag = input.ReadTag();
            int number = WireFormat.GetTagFieldNumber(tag);
            ulong value = 0;
            ArraySegment<byte> bytes = default;
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    value = input.ReadUInt64();
                    break;
                case WireFormat.WireType.Fixed32:
                    value = input.ReadFixed32();
                    break;
                case WireFormat.WireType.Fixed64:
                    value = input.ReadFixed64();
                    break;
                case WireFormat.WireType.LengthDelimited:
                    int count = input.ReadLength();
                    int start = (int)input.Position - rest.Offset;
                    if (count < 0 || count > rest.Count - start)
                    {
                        throw new InvalidDataException("is cut short, or not an ONNX file");
                    }

                    bytes = rest.Slice(start, count);
                    length = start + count;
                    return new ProtoField(number, 0, bytes);
                default:
                    throw new InvalidDataException("is damaged, or not an ONNX file (it has a field of an unknown kind)");
            }

            length = (int)input.Position - rest.Offset;
            return new ProtoField(number, value, bytes);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new InvalidDataException("is damaged, or not an ONNX file", failure);
        }
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new InvalidDataException("is damaged, or not an ONNX file", failure);
        }
    }
}
