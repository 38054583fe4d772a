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

    /// <summary>Writes a text.</summary>
    public void Text(string name, string value) => _json.WriteString(name, value);

    /// <summary>Writes whether something is on.</summary>
    public void Flag(string name, bool value) => _json.WriteBoolean(name, value);

    /// <summary>Writes one of the choices of an enumeration.</summary>
    public void Choice<TEnum>(string name, TEnum value)
        where TEnum : struct, Enum => _json.WriteString(name, LayerSettings.Name(value));
}
