using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>Takes the settings of one layer, by name.</summary>
public sealed class LayerWriter
{
    private readonly Utf8JsonWriter _json;

    internal LayerWriter(Utf8JsonWriter json) => _json = json;

    /// <summary>Writes a whole number.</summary>
    public void Number(string name, int value) => _json.WriteNumber(name, value);

    /// <summary>Writes a number.</summary>
    public void Number(string name, double value) => _json.WriteNumber(name, value);

    /// <summary>Writes a number, unless it is what is assumed where nothing is said.</summary>
    public void NumberUnless(string name, double value, double assumed)
    {
        if (value != assumed)
        {
            Number(name, value);
        }
    }

    /// <summary>Writes whole numbers.</summary>
    public void Numbers(string name, params ReadOnlySpan<int> values)
    {
        _json.WriteStartArray(name);
        foreach (int value in values)
        {
            _json.WriteNumberValue(value);
        }

        _json.WriteEndArray();
    }

    /// <summary>Writes two numbers along the axes of an image, as one where they are equal.</summary>
    public void Size(string name, Size2D size)
    {
        if (size.Height == size.Width)
        {
            Number(name, size.Height);
        }
        else
        {
            Numbers(name, size.Height, size.Width);
        }
    }

    /// <summary>Writes the same, unless it is what is assumed where nothing is said.</summary>
    public void SizeUnless(string name, Size2D size, Size2D assumed)
    {
        if (size != assumed)
        {
            Size(name, size);
        }
    }

    /// <summary>Writes whether something is on, unless that is what is assumed where nothing is said.</summary>
    public void FlagUnless(string name, bool value, bool assumed)
    {
        if (value != assumed)
        {
            Flag(name, value);
        }
    }

    /// <summary>Writes the pixels of padding on the four sides, if there is a border: top, left, bottom, right.</summary>
    internal void BorderIfAny(string name, Border? border)
    {
        if (border is { } given)
        {
            Numbers(name, given.Top, given.Left, given.Bottom, given.Right);
        }
    }

    /// <summary>Writes a text.</summary>
    public void Text(string name, string value) => _json.WriteString(name, value);

    /// <summary>Writes whether something is on.</summary>
    public void Flag(string name, bool value) => _json.WriteBoolean(name, value);

    /// <summary>Writes one of the choices of an enumeration.</summary>
    public void Choice<TEnum>(string name, TEnum value)
        where TEnum : struct, Enum => _json.WriteString(name, LayerSettings.Name(value));
}
