using Google.Protobuf;

namespace NeuralCore.Files.Onnx;

/// <summary>Puts a protobuf message together, field by field, with Google.Protobuf's coded stream.</summary>
internal sealed class ProtoWriter
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    private ProtoWriter() => _output = new CodedOutputStream(_bytes, leaveOpen: true);

    /// <summary>The bytes of a message.</summary>
    public static byte[] Message(Action<ProtoWriter> write)
    {
        var writer = new ProtoWriter();
        write(writer);
        writer._output.Flush();
        return writer._bytes.ToArray();
    }

    /// <summary>Writes a text.</summary>
    public void Text(int field, string text)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(text);
    }

    /// <summary>Writes a whole number.</summary>
    public void Integer(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
    }

    /// <summary>Writes a number of 32 bits.</summary>
    public void Number(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
    }

    /// <summary>Writes whole numbers one by one.</summary>
    public void Integers(int field, params IEnumerable<long> values)
    {
        foreach (long value in values)
        {
            Integer(field, value);
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteLength(bytes.Length);
        _output.Flush();
        _bytes.Write(bytes);
    }

    /// <summary>Writes an inner message.</summary>
    public void Inner(int field, Action<ProtoWriter> write) => Bytes(field, Message(write));
}
