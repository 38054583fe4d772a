using System.Buffers;
using System.Text;
using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>The names of a network's classes as a text among a model's metadata, in the order of its outputs: an array in JSON, such as <c>["cat","dog"]</c>.</summary>
public static class ClassNamesText
{
    /// <summary>The name of the text among the metadata.</summary>
    public const string Key = "class_names";

    /// <summary>Writes the names.</summary>
    /// <param name="names">One for each class.</param>
    public static string Write(IEnumerable<string> names)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (string name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads the names.</summary>
    /// <param name="text">The text; null if the metadata have none.</param>
    /// <returns>The names; null if there is no text or it is not an array in JSON, as another program may have written it.</returns>
    public static string[]? Read(string? text)
    {
        try
        {
            using JsonDocument? document = text is null ? null : JsonDocument.Parse(text);
            return document?.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(name => name.ToString())] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
