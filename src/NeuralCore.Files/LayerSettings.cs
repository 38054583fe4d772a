using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>
/// The properties of one JSON object in a network's description. Each is read once, by its name and with its limits; what is
/// left unread at the end is something this program does not know and must not pass over.
/// </summary>
internal sealed class LayerSettings
{
    private const int MostAxes = 3;

    private readonly Dictionary<string, JsonElement> _unread = [];

    /// <summary>Takes the properties of an object.</summary>
    /// <exception cref="InvalidDataException">It is no object.</exception>
    public LayerSettings(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("describes a network in which something else stands for a layer");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            _unread.Add(property.Name, property.Value);
        }
    }

    /// <summary>The name of a choice in files: its C# name in lower case.</summary>
    public static string Name<TEnum>(TEnum choice)
        where TEnum : struct, Enum => choice.ToString().ToLowerInvariant();

    /// <summary>A text.</summary>
    public string Text(string name)
    {
        JsonElement element = Take(name, JsonValueKind.String);
        return element.GetString()!;
    }

    /// <summary>A whole number from 1 to <paramref name="largest"/>.</summary>
    public int Number(string name, int largest) => Number(name, Take(name, JsonValueKind.Number), largest);

    /// <summary>A list of at most three such numbers.</summary>
    public int[] Numbers(string name, int largest) => [.. List(name, MostAxes).Select(element => Number(name, element, largest))];

    /// <summary>A number in [0, 1).</summary>
    public double Fraction(string name) =>
        Take(name, JsonValueKind.Number).TryGetDouble(out double value) && value is >= 0 and < 1
            ? value
            : throw new InvalidDataException($"has a layer whose '{name}' is not at least 0 and below 1");

    /// <summary>One of the choices of an enumeration.</summary>
    public TEnum Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        string text = Text(name);
        foreach (TEnum choice in Enum.GetValues<TEnum>())
        {
            if (Name(choice) == text)
            {
                return choice;
            }
        }

        throw new InvalidDataException($"has a layer with the unknown {name} {FileText.Quote(text)}");
    }

    /// <summary>A list of at most <paramref name="most"/> elements.</summary>
    public IReadOnlyList<JsonElement> List(string name, int most)
    {
        JsonElement list = Take(name, JsonValueKind.Array);
        return list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw new InvalidDataException($"lists more than {most} elements under '{name}'");
    }

    /// <summary>Makes sure that nothing was passed over.</summary>
    public void RequireAllRead()
    {
        foreach (string name in _unread.Keys)
        {
            throw new InvalidDataException($"has a layer with the unknown setting {FileText.Quote(name)}");
        }
    }

    private static int Number(string name, JsonElement element, int largest) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) && value >= 1 && value <= largest
            ? value
            : throw new InvalidDataException($"has a layer whose '{name}' is no whole number from 1 to {largest}");

    private JsonElement Take(string name, JsonValueKind kind) =>
        _unread.Remove(name, out JsonElement element) && element.ValueKind == kind
            ? element
            : throw new InvalidDataException($"has a layer without '{name}', or with one of another type");
}
