using System.Text.Json;
using System.Text.RegularExpressions;

namespace NeuralCore.Files.Keras;

/// <summary>What a configuration says about the shape of a model's items: Keras 2 and 3 say it in different words, and in different places.</summary>
internal static partial class KerasInput
{
    private const int MostAxes = 3;

    /// <summary>The extents of one item that a layer takes.</summary>
    /// <exception cref="InvalidDataException">They are left open, or are none that the engine has; the message completes "the file ...".</exception>
    public static int[] Find(KerasLayer layer) => TryFind(layer.Config, KerasSettings.Described(layer.Name, layer.ClassName)) ?? throw Unsaid();

    /// <summary>The extents of one item that a plain list of layers takes, whichever of them says so.</summary>
    public static int[] Find(KerasModel model)
    {
        for (KerasModel? inner = model; inner is { Layers: [var first, ..] }; inner = first.Inner)
        {
            if (inner.Config.ValueKind == JsonValueKind.Object && inner.Config.TryGetProperty("build_input_shape", out JsonElement built)
                && built.ValueKind == JsonValueKind.Array && Extents(built, skip: 1, "its first layer") is { } extents)
            {
                return extents;
            }

            // A model that is no plain list has input layers.
            first = inner.IsSequential ? first : inner.Layers.FirstOrDefault(layer => layer.ClassName == "InputLayer") ?? first;
            if (first.Inner is null)
            {
                return Find(first);
            }
        }

        throw Unsaid();
    }

    /// <summary>Whether an input has the name that Keras gives it where the user does not.</summary>
    public static bool IsUnnamed(string name) => AutomaticName().IsMatch(name);

    /// <summary>Whether the layers of a model within a model are trained.</summary>
    public static bool IsTrainable(KerasModel model) => model.Config.ValueKind != JsonValueKind.Object
        || !model.Config.TryGetProperty("trainable", out JsonElement trainable) || trainable.ValueKind != JsonValueKind.False;

    private static int[]? TryFind(JsonElement config, string layer)
    {
        foreach ((string name, int skip) in new[] { ("batch_shape", 1), ("batch_input_shape", 1), ("shape", 0), ("input_shape", 0) })
        {
            if (config.TryGetProperty(name, out JsonElement given) && given.ValueKind == JsonValueKind.Array)
            {
                return Extents(given, skip, layer);
            }
        }

        return null;
    }

    private static int[]? Extents(JsonElement given, int skip, string layer)
    {
        if (given.GetArrayLength() - skip is < 1 or > MostAxes)
        {
            return null;
        }

        int[] extents = [.. given.EnumerateArray().Skip(skip).Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int extent) ? extent : 0)];
        return extents.Any(extent => extent is < 1 or > LayerSettings.LargestExtent)
            ? throw new InvalidDataException($"leaves open of which size the images are that {layer} takes; give the network a fixed size")
            : extents;
    }

    private static InvalidDataException Unsaid() => new("does not say of which size its images are");

    [GeneratedRegex("^(input(_layer)?(_[0-9]+)?|.*_input)$")]
    private static partial Regex AutomaticName();
}
