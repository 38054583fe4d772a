using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>Text that a file brought along.</summary>
internal static class FileText
{
    private const int Longest = 60;

    /// <summary>A JSON string.</summary>
    /// <exception cref="InvalidDataException">It is no Unicode; the message completes "the file ...".</exception>
    public static string Of(JsonElement value) => Unicode(() => value.GetString()!);

    /// <summary>The name of a JSON property.</summary>
    /// <exception cref="InvalidDataException">It is no Unicode; the message completes "the file ...".</exception>
    public static string NameOf(JsonProperty property) => Unicode(() => property.Name);

    /// <summary>The text in quotes, on one line and not endless, and without characters that would steer a terminal.</summary>
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
            throw new InvalidDataException("has a text that is no Unicode", failure);
        }
    }
}
