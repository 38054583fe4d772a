using System.Text;
using System.Text.Json;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Web.Page;

/// <summary>Writes answers as JSON, without reflection, which a trimmed program lacks.</summary>
internal static class Json
{
    /// <summary>An object whose members a function writes.</summary>
    public static string Object(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>A member that is a list, each of whose items is an object that a function writes.</summary>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A member that is a list of numbers, rounded to 6 decimals. NaN and infinities, which JSON cannot hold, are 0.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (float number in numbers)
        {
            json.WriteNumberValue(float.IsFinite(number) ? Math.Round(number, 6) : 0);
        }

        json.WriteEndArray();
    }

    /// <summary>A member that is a list of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>The members of a box: its left and upper edge, width and height, in pixels.</summary>
    public static void WriteBox(this Utf8JsonWriter json, Box box)
    {
        json.WriteNumber("x", box.X);
        json.WriteNumber("y", box.Y);
        json.WriteNumber("width", box.Width);
        json.WriteNumber("height", box.Height);
    }
}
