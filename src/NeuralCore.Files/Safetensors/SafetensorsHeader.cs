using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>
/// The JSON header of a safetensors file: <c>{"__metadata__":{"key":"text"},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}</c>.
/// Reading refuses whatever two readers could understand differently.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The one name that is no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    private const int MostAxes = 16;

    // The one tensor of a state dict of PyTorch that is no float32.
    private const string CountName = "num_batches_tracked";

    // Quotation marks in the metadata stay readable: a header never becomes part of a web page.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a header, and checks that its tensors fill the rest of the file without gap or overlap.</summary>
    /// <param name="json">The header's bytes, padding included.</param>
    /// <param name="dataBytes">The bytes that follow the header in the file.</param>
    /// <returns>The metadata, and the tensors in the order of their offsets.</returns>
    /// <exception cref="InvalidDataException">The header is not allowed; the message completes "the file ...".</exception>
    public static (Dictionary<string, string> Metadata, List<SafetensorsTensor> Tensors) Parse(ReadOnlySpan<byte> json, long dataBytes)
    {
        try
        {
            Require(json is [(byte)'{', ..], "has a header that does not begin with a brace");
            return Read(new Utf8JsonReader(json), dataBytes);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second is what the reader throws for a string that is no Unicode text.
            throw new InvalidDataException("has a header that is not valid JSON", failure);
        }
    }

    /// <summary>Writes the header of tensors that follow one another without gaps.</summary>
    /// <param name="metadata">Texts to keep with the tensors.</param>
    /// <param name="tensors">Name and shape of each, in order.</param>
    /// <returns>The bytes, padded with spaces so that the data begins at a multiple of eight.</returns>
    public static byte[] Format(IReadOnlyDictionary<string, string> metadata, IEnumerable<SafetensorsTensor> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataKey);
                foreach ((string key, string text) in metadata)
                {
                    writer.WriteString(key, text);
                }

                writer.WriteEndObject();
            }

            foreach (SafetensorsTensor tensor in tensors)
            {
                WriteTensor(writer, tensor);
            }

            writer.WriteEndObject();
        }

        var header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private static void WriteTensor(Utf8JsonWriter writer, SafetensorsTensor tensor)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", "F32");
        writer.WriteStartArray("shape");
        foreach (int extent in tensor.Shape.Extents)
        {
            writer.WriteNumberValue(extent);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(tensor.Offset);
        writer.WriteNumberValue(tensor.Offset + tensor.Bytes);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static (Dictionary<string, string> Metadata, List<SafetensorsTensor> Tensors) Read(Utf8JsonReader reader, long dataBytes)
    {
        Dictionary<string, string>? metadata = null;
        var tensors = new List<SafetensorsTensor>();
        var names = new HashSet<string>();
        reader.Read();
        while (NextProperty(ref reader) is { } name)
        {
            Require(names.Add(name), $"has {FileText.Quote(name)} twice in its header");
            if (name == MetadataKey)
            {
                metadata = ReadMetadata(ref reader);
            }
            else
            {
                tensors.Add(ReadTensor(ref reader, name));
            }
        }

        // The reader goes to the end and throws if anything but white space follows.
        reader.Read();
        tensors.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        long end = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            Require(tensor.Offset == end, $"has a {(tensor.Offset > end ? "hole before" : "part that overlaps")} the tensor {FileText.Quote(tensor.Name)}");
            Require(tensor.Bytes <= dataBytes - end, $"is cut short within the tensor {FileText.Quote(tensor.Name)}");
            end += tensor.Bytes;
        }

        Require(end == dataBytes, "has bytes after its last tensor");
        return (metadata ?? [], tensors);
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        var metadata = new Dictionary<string, string>();
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject, "has metadata that is not a JSON object");
        while (NextProperty(ref reader) is { } key)
        {
            reader.Read();
            Require(reader.TokenType == JsonTokenType.String, $"has metadata {FileText.Quote(key)} that is not a string");
            Require(metadata.TryAdd(key, reader.GetString()!), $"has the metadata {FileText.Quote(key)} twice");
        }

        return metadata;
    }

    private static SafetensorsTensor ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? extents = null, offsets = null;
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject, $"describes the tensor {FileText.Quote(name)} by something that is not a JSON object");
        while (NextProperty(ref reader) is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    reader.Read();
                    Require(reader.TokenType == JsonTokenType.String, $"gives the tensor {FileText.Quote(name)} a type that is not a string");
                    type = reader.GetString()!;
                    break;
                case "shape" when extents is null:
                    extents = ReadNumbers(ref reader, name);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name);
                    break;
                default:
                    throw new InvalidDataException($"describes the tensor {FileText.Quote(name)} by {FileText.Quote(key)}, which is unknown or there twice");
            }
        }

        Require(type is not null && extents is not null && offsets is { Length: 2 }, $"lacks type, shape or offsets of the tensor {FileText.Quote(name)}");
        bool isCount = type == "I64" && name.EndsWith(CountName, StringComparison.Ordinal);
        Require(type == "F32" || isCount, $"holds the tensor {FileText.Quote(name)} as {FileText.Quote(type!)}, and only F32 is read");
        Shape shape = MakeShape(name, extents!);
        var tensor = new SafetensorsTensor(name, shape, offsets![0]) { IsCount = isCount };
        Require(offsets[1] >= offsets[0] && offsets[1] - offsets[0] == tensor.Bytes, $"gives the tensor {FileText.Quote(name)} a size that is not the one of its shape");
        return tensor;
    }

    private static Shape MakeShape(string name, long[] extents)
    {
        Int128 count = 1;
        foreach (long extent in extents)
        {
            // Both factors are checked before each product, so it cannot overflow.
            Require(extent is > 0 and <= int.MaxValue, $"gives the tensor {FileText.Quote(name)} an axis of {extent.ToString(CultureInfo.InvariantCulture)}");
            count *= extent;
            Require(count <= int.MaxValue, $"gives the tensor {FileText.Quote(name)} more than 2,147,483,647 elements");
        }

        return new Shape([.. extents.Select(extent => (int)extent)]);
    }

    /// <summary>Reads an array of whole numbers that are not negative.</summary>
    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name)
    {
        var numbers = new List<long>();
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartArray, $"describes the tensor {FileText.Quote(name)} by something other than lists of numbers");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long number = -1;
            Require(
                reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out number) && number >= 0 && numbers.Count < MostAxes,
                $"describes the tensor {FileText.Quote(name)} by something other than at most {MostAxes} whole numbers");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>The next property's name, or null at the end of the object.</summary>
    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException(fault);
        }
    }
}
