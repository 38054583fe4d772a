using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>
/// The properties of one JSON object in a network's description. Each is read once, by its name and with its limits; what is
/// left unread at the end is something this program does not know and must not pass over.
/// </summary>
public sealed class LayerSettings
{
    /// <summary>The most that a width, a number of filters or units, can be.</summary>
    public const int LargestWidth = 1 << 20;

    /// <summary>The most that an extent or a stride can be.</summary>
    public const int LargestExtent = 32_767;

    /// <summary>The most rows or columns that a kernel or a window can have.</summary>
    public const int LargestWindow = 255;

    /// <summary>The most numbers of one item that a layer can give.</summary>
    internal const int LargestElements = 1 << 23;

    private const int MostAxes = 8;

    private readonly Dictionary<string, JsonElement> _unread = [];

    /// <summary>Takes the properties of an object.</summary>
    /// <exception cref="InvalidDataException">It is no object.</exception>
    internal LayerSettings(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("describes a network that has something other than a layer in the place of one");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            _unread.Add(FileText.NameOf(property), property.Value);
        }
    }

    /// <summary>Whether a setting is there and was not read yet.</summary>
    public bool Has(string name) => _unread.ContainsKey(name);

    /// <summary>A text.</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
    public string Text(string name) => FileText.Of(Take(name, JsonValueKind.String));

    /// <summary>A whole number from <paramref name="smallest"/> to <paramref name="largest"/>.</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
    public int Number(string name, int largest, int smallest = 1) => Number(name, Take(name, JsonValueKind.Number), smallest, largest);

    /// <summary>A list of a few such numbers.</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
    public int[] Numbers(string name, int largest, int smallest = 1) => [.. List(name, MostAxes).Select(element => Number(name, element, smallest, largest))];

    /// <summary>Two numbers along the axes of an image: a pair, or one for both.</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
    public Size2D Size(string name, int largest)
    {
        if (!_unread.TryGetValue(name, out JsonElement element) || element.ValueKind != JsonValueKind.Array)
        {
            return Number(name, largest);
        }

        int[] pair = Numbers(name, largest);
        return pair is [var rows, var columns] ? new Size2D(rows, columns) : throw new InvalidDataException($"has a layer whose '{name}' is not one number or two");
    }

    /// <summary>The same, or a fallback where the setting is missing.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public Size2D SizeOr(string name, int largest, Size2D fallback) => Has(name) ? Size(name, largest) : fallback;

    /// <summary>Whether something is on, or a fallback where the setting is missing.</summary>
    /// <exception cref="InvalidDataException">It is neither true nor false.</exception>
    public bool FlagOr(string name, bool fallback) => Has(name) ? Flag(name) : fallback;

    /// <summary>A number.</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
    public double Real(string name) => Take(name, JsonValueKind.Number).TryGetDouble(out double value) && double.IsFinite(value)
        ? value
        : throw new InvalidDataException($"has a layer whose '{name}' is not a number");

    /// <summary>The same, or a fallback where the setting is missing.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public double RealOr(string name, double fallback) => Has(name) ? Real(name) : fallback;

    /// <summary>A number in [0, 1).</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
    public double Fraction(string name) =>
        Take(name, JsonValueKind.Number).TryGetDouble(out double value) && value is >= 0 and < 1
            ? value
            : throw new InvalidDataException($"has a layer whose '{name}' is not at least 0 and below 1");

    /// <summary>Whether something is on.</summary>
    /// <exception cref="InvalidDataException">It is missing, or neither true nor false.</exception>
    public bool Flag(string name) => _unread.Remove(name, out JsonElement element) && element.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? element.ValueKind == JsonValueKind.True
        : throw new InvalidDataException($"has a layer without '{name}', or with one that is neither true nor false");

    /// <summary>One of the choices of an enumeration.</summary>
    /// <exception cref="InvalidDataException">It is missing, or something else.</exception>
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

    /// <summary>The strides of windows, which earlier versions of this program called <c>stride</c>.</summary>
    internal Size2D Strides() => Size(Has("stride") ? "stride" : "strides", LargestExtent);

    /// <summary>The pixels of padding on the four sides: top, left, bottom, right; null where the setting is missing.</summary>
    internal Border? BorderOrNone(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        return Numbers(name, LargestExtent, smallest: 0) is [var top, var left, var bottom, var right]
            ? new Border(top, left, bottom, right)
            : throw new InvalidDataException($"has a layer whose '{name}' is not the padding of four sides");
    }

    /// <summary>The name of a choice in files: its C# name in lower case.</summary>
    internal static string Name<TEnum>(TEnum choice)
        where TEnum : struct, Enum => choice.ToString().ToLowerInvariant();

    /// <summary>A list of at most <paramref name="most"/> elements.</summary>
    internal IReadOnlyList<JsonElement> List(string name, int most)
    {
        JsonElement list = Take(name, JsonValueKind.Array);
        return list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw new InvalidDataException($"lists more than {most} elements under '{name}'");
    }

    /// <summary>A list of at most <paramref name="most"/> texts.</summary>
    internal IReadOnlyList<string> Texts(string name, int most) => [.. List(name, most).Select(element => element.ValueKind == JsonValueKind.String
        ? FileText.Of(element)
        : throw new InvalidDataException($"lists something other than strings under '{name}'"))];

    /// <summary>Makes sure that nothing was passed over.</summary>
    internal void RequireAllRead()
    {
        foreach (string name in _unread.Keys)
        {
            throw new InvalidDataException($"has a layer with the unknown setting {FileText.Quote(name)}");
        }
    }

    private static int Number(string name, JsonElement element, int smallest, int largest) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) && value >= smallest && value <= largest
            ? value
            : throw new InvalidDataException($"has a layer whose '{name}' is not a whole number from {smallest} to {largest}");

    private JsonElement Take(string name, JsonValueKind kind) =>
        _unread.Remove(name, out JsonElement element) && element.ValueKind == kind
            ? element
            : throw new InvalidDataException($"has a layer without '{name}', or with one of another type");
}
