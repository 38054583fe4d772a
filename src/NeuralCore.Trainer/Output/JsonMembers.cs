using System.Text.Json;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Trainer.Output;

/// <summary>Members that several JSON objects have: lines for programs, and the server's answers.</summary>
internal static class JsonMembers
{
    /// <summary>Writes a list of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes where something is in a picture, in pixels: <c>x</c>, <c>y</c>, <c>width</c> and <c>height</c>.</summary>
    public static void WriteBox(this Utf8JsonWriter json, Box box)
    {
        json.WriteNumber("x", box.X);
        json.WriteNumber("y", box.Y);
        json.WriteNumber("width", box.Width);
        json.WriteNumber("height", box.Height);
    }
}
