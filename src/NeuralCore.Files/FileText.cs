using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>Text that comes from a file.</summary>
internal static class FileText
{
    private const int Longest = 60;

    /// <summary>A JSON string.</summary>
    /// <exception cref="InvalidDataException">It is not valid Unicode, as of half a surrogate pair; the message completes "the file ...".</exception>
    public static string Of(JsonElement value) => Unicode(() => value.GetString()!);

    /// <summary>The name of a JSON property.</summary>
    /// <exception cref="InvalidDataException">It is not valid Unicode; the message completes "the file ...".</exception>
    public static string NameOf(JsonProperty property) => Unicode(() => property.Name);

    /// <summary>The text in quotes for a message: its first 60 characters, with control characters replaced.</summary>
    public static string Quote(string text)
    {
        string start = text.Length <= Longest ? text : text[..Longest] + "...";
        return $"'{string.Concat(start.Select(c => char.IsControl(c) ? '?' : c))}'";
    }

    private static string Unicode(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidDataException("has a text that is not valid Unicode", failure);
        }
    }
}
