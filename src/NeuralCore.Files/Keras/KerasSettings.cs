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
internal sealed class KerasSettings(string name, string className, JsonElement config)
{
    private const int LargestNumber = 1 << 20;

    /// <summary>The layer's name.</summary>
    public string Name => name;

    /// <summary>Its class in Keras.</summary>
    public string ClassName => className;

    /// <summary>The layer as messages call it.</summary>
    public string Layer => $"the layer {FileText.Quote(name)} of the class {FileText.Quote(className)}";

    /// <summary>The value of a setting; one that says nothing is as good as none.</summary>
    public JsonElement? Find(string setting) =>
        config.TryGetProperty(setting, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A whole number of at least 1.</summary>
    public int Number(string setting) => Find(setting) is { } value ? Number(setting, value) : throw Refused(setting, "nothing");

    /// <summary>The one number of a setting that is given for rows and columns alike, as 3 or as [3, 3].</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="fallback">What it is where it is not given.</param>
    public int Square(string setting, int? fallback = null)
    {
        if (Find(setting) is not { } value)
        {
            return fallback ?? throw Refused(setting, "nothing");
        }

        int[] numbers = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Take(3).Select(element => Number(setting, element))] : [Number(setting, value)];
        return numbers switch
        {
            [var both] => both,
            [var rows, var columns] when rows == columns => rows,
            _ => throw Refused(setting, string.Join('x', numbers)),
        };
    }

    /// <summary>A number in [0, 1).</summary>
    public double Fraction(string setting) =>
        Find(setting) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number) && number is >= 0 and < 1
            ? number
            : throw Refused(setting, "something else than a number of at least 0 and below 1");

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
            _ => throw Refused(setting, "something else than a number"),
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
    public Padding Padding() => Text("padding", "valid") switch
    {
        "valid" => NeuralCore.Padding.Valid,
        "same" => NeuralCore.Padding.Same,
        var other => throw Refused("padding", other),
    };

    /// <summary>An activation by its name, or by the function or layer that Keras 3 writes in its place.</summary>
    /// <param name="setting">The setting.</param>
    public Activation Activation(string setting)
    {
        string text = Find(setting) is { } value ? ActivationName(setting, value) : "linear";
        return text.ToLowerInvariant() switch
        {
            "linear" => NeuralCore.Activation.Linear,
            "relu" => NeuralCore.Activation.Relu,
            "softmax" => NeuralCore.Activation.Softmax,
            _ => throw Refused(setting, text),
        };
    }

    /// <summary>Refuses every value of a setting but one.</summary>
    public void RequireText(string setting, string only)
    {
        if (Text(setting, only) is var found && found != only)
        {
            throw Refused(setting, found);
        }
    }

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

    private string ActivationName(string setting, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("class_name", out JsonElement kind) && kind.ValueKind == JsonValueKind.String)
        {
            // A function carries its name where a layer carries its settings; a layer counts only with its usual settings.
            value.TryGetProperty("config", out JsonElement inner);
            if (inner.ValueKind == JsonValueKind.String)
            {
                value = inner;
            }
            else if (kind.ValueEquals("ReLU") && inner.ValueKind == JsonValueKind.Object)
            {
                RequirePlainRelu(new KerasSettings(name, "ReLU", inner));
                return "relu";
            }
        }

        return value.ValueKind == JsonValueKind.String ? Text(value) : throw Refused(setting, "a function of other kind");
    }

    /// <summary>Refuses a ReLU that is capped, leaky or shifted.</summary>
    public static void RequirePlainRelu(KerasSettings relu)
    {
        if (relu.Find("max_value") is not null)
        {
            throw relu.Refused("max_value", "a number");
        }

        relu.RequireNumber("negative_slope", 0);
        relu.RequireNumber("threshold", 0);
    }

    /// <summary>A JSON string that has to be Unicode.</summary>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidDataException("has a configuration with a text that is no Unicode", failure);
        }
    }

    private string Text(string setting, string fallback) => Find(setting) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.String } value => Text(value),
        _ => throw Refused(setting, "something else than a text"),
    };

    private int Number(string setting, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number is >= 1 and <= LargestNumber && number == Math.Floor(number)
            ? (int)number
            : throw Refused(setting, $"something else than a whole number from 1 to {LargestNumber:N0}");
}
