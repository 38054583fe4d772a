using System.Text.Json;
using NeuralCore.Ops;

namespace NeuralCore.Files.Keras;

/// <summary>
/// The settings of one layer in a Keras configuration. Keras writes dozens, most of which say how training began; what changes
/// a prediction is asked for by name, and a value that the engine has nothing for is refused by name.
/// </summary>
/// <param name="name">The layer's name.</param>
/// <param name="className">Its class in Keras.</param>
/// <param name="config">Its settings.</param>
/// <param name="isKeras3">Whether Keras 3 wrote them.</param>
internal sealed class KerasSettings(string name, string className, JsonElement config, bool isKeras3)
{
    private const int LargestNumber = 1 << 20;
    private const int MostNumbers = 4_096;

    /// <summary>The layer's name.</summary>
    public string Name => name;

    /// <summary>Its class in Keras.</summary>
    public string ClassName => className;

    /// <summary>The layer as messages call it.</summary>
    public string Layer => Described(name, className);

    /// <summary>A layer as messages call it.</summary>
    public static string Described(string name, string className) => $"the layer {FileText.Quote(name)} of the class {FileText.Quote(className)}";

    /// <summary>The value of a setting; one that says nothing is as good as none.</summary>
    public JsonElement? Find(string setting) =>
        config.TryGetProperty(setting, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A whole number of at least 1.</summary>
    public int Number(string setting) => Find(setting) is { } value ? Number(setting, value) : throw Refused(setting, "nothing");

    /// <summary>The same, or a fallback where it is not given.</summary>
    public int NumberOr(string setting, int fallback) => Find(setting) is null ? fallback : Number(setting);

    /// <summary>The pixels of padding on four sides: 1, [1, 2], or [[1, 2], [3, 4]] for rows above and below, columns left and right.</summary>
    public Border Border(string setting)
    {
        if (Find(setting) is not { } value)
        {
            return 1;
        }

        JsonElement[] axes = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Take(3)] : [value, value];
        if (axes is not [var rows, var columns])
        {
            throw Refused(setting, "something other than two axes");
        }

        ((int top, int bottom), (int left, int right)) = (Sides(rows), Sides(columns));
        return new Border(top, left, bottom, right);

        (int Before, int After) Sides(JsonElement axis)
        {
            int[] sides = axis.ValueKind == JsonValueKind.Array ? [.. axis.EnumerateArray().Take(3).Select(Pixels)] : [Pixels(axis), Pixels(axis)];
            return sides is [var before, var after] ? (before, after) : throw Refused(setting, "something other than two sides");
        }

        int Pixels(JsonElement side) => side.ValueKind == JsonValueKind.Number && side.TryGetInt32(out int pixels) && pixels is >= 0 and <= LayerSettings.LargestExtent
            ? pixels
            : throw Refused(setting, "something other than pixels");
    }

    /// <summary>Two numbers along the axes of an image, as 3 or as [3, 3].</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="fallback">What it is where it is not given.</param>
    public Size2D Size(string setting, Size2D? fallback = null)
    {
        if (Find(setting) is not { } value)
        {
            return fallback ?? throw Refused(setting, "nothing");
        }

        int[] numbers = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Take(3).Select(element => Number(setting, element))] : [Number(setting, value)];
        return numbers switch
        {
            [var both] => both,
            [var rows, var columns] => new Size2D(rows, columns),
            _ => throw Refused(setting, string.Join('x', numbers)),
        };
    }

    /// <summary>A number in [0, 1).</summary>
    public double Fraction(string setting) =>
        Find(setting) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number) && number is >= 0 and < 1
            ? number
            : throw Refused(setting, "something other than a number of at least 0 and below 1");

    /// <summary>A number, or the fallback; Keras 2 wraps some in a list or in an object of its own.</summary>
    public double Decimal(string setting, double fallback)
    {
        JsonElement? value = Find(setting);
        if (value is { ValueKind: JsonValueKind.Object } wrapped && wrapped.TryGetProperty("value", out JsonElement inner))
        {
            value = inner;
        }

        if (value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1)
        {
            value = list[0];
        }

        return value switch
        {
            null => fallback,
            { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out double parsed) => parsed,
            _ => throw Refused(setting, "something other than a number"),
        };
    }

    /// <summary>Whether a setting is on.</summary>
    public bool Flag(string setting, bool fallback) => Find(setting) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Refused(setting, "neither true nor false"),
    };

    /// <summary>How windows meet the border.</summary>
    public Padding Padding() => Choice("padding", "valid", "valid", "same") == "same" ? NeuralCore.Padding.Same : NeuralCore.Padding.Valid;

    /// <summary>An activation by its name, or by the function or layer that Keras 3 writes in its place.</summary>
    /// <param name="setting">The setting.</param>
    public KerasFunction Function(string setting)
    {
        JsonElement? found = Find(setting);
        if (found is { ValueKind: JsonValueKind.Object } function && function.TryGetProperty("class_name", out JsonElement kind) && kind.ValueKind == JsonValueKind.String)
        {
            // A function carries its name where a layer carries its settings.
            function.TryGetProperty("config", out JsonElement inner);
            if (inner.ValueKind == JsonValueKind.Object && LayerCodecs.ForKeras(FileText.Of(kind)) is IKerasFunction layer)
            {
                var settings = new KerasSettings(name, FileText.Of(kind), inner, isKeras3);
                return new KerasFunction(NeuralCore.Activation.Linear, () => layer.Make(settings));
            }

            found = inner;
        }

        string text = found switch
        {
            null => "linear",
            { ValueKind: JsonValueKind.String } value => FileText.Of(value),
            _ => throw Refused(setting, "a function of another kind"),
        };
        return new KerasFunction(KerasActivations.Parse(text, isKeras3) ?? throw Refused(setting, text));
    }

    /// <summary>One of a few texts.</summary>
    public string Choice(string setting, string fallback, params ReadOnlySpan<string> choices)
    {
        string found = Text(setting, fallback);
        return choices.Contains(found) ? found : throw Refused(setting, found);
    }

    /// <summary>The numbers of a list, or of one number; null where there is nothing.</summary>
    public double[]? Decimals(string setting)
    {
        if (Find(setting) is not { } value)
        {
            return null;
        }

        var numbers = new List<double>();
        Add(value);
        return [.. numbers];

        void Add(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement inner in element.EnumerateArray())
                {
                    Add(inner);
                }
            }
            else
            {
                numbers.Add(numbers.Count < MostNumbers && element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number) && double.IsFinite(number)
                    ? number
                    : throw Refused(setting, "something other than numbers"));
            }
        }
    }

    /// <summary>Whole numbers of a list.</summary>
    public int[] Integers(string setting, int most) => Find(setting) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() <= most
        ? [.. list.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) ? number : throw Refused(setting, "something other than whole numbers"))]
        : throw Refused(setting, $"something other than a list of at most {most} numbers");

    /// <summary>Refuses every number of a setting but one.</summary>
    public void RequireNumber(string setting, double only)
    {
        if (Decimal(setting, only) is var found && found != only)
        {
            throw Refused(setting, FormattableString.Invariant($"{found}"));
        }
    }

    /// <summary>The exception for a setting that the engine has nothing for.</summary>
    public InvalidDataException Refused(string setting, string value) =>
        new($"has {Layer} with {FileText.Quote(value)} for '{setting}', which this program does not know");

    private string Text(string setting, string fallback) => Find(setting) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.String } value => FileText.Of(value),
        _ => throw Refused(setting, "something other than a string"),
    };

    private int Number(string setting, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number is >= 1 and <= LargestNumber && number == Math.Floor(number)
            ? (int)number
            : throw Refused(setting, $"something other than a whole number from 1 to {LargestNumber:N0}");
}
