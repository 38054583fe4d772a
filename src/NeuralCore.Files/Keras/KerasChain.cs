using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>One layer of a Keras configuration, or a model that stands in place of one.</summary>
/// <param name="Name">Its name, by which legacy files keep its weights.</param>
/// <param name="ClassName">Its class, by which Keras 3 keeps its weights.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Inner">The layers of a model within the model; null for a layer.</param>
internal sealed record KerasLayer(string Name, string ClassName, JsonElement Config, IReadOnlyList<KerasLayer>? Inner);

/// <summary>
/// Brings the layers of a configuration into the order in which they compute: a <c>Sequential</c> lists them so, and a
/// <c>Functional</c> model is accepted when it is one plain chain.
/// </summary>
internal static class KerasChain
{
    private const int MostLayers = 1_000;
    private const int MostModels = 8;

    /// <summary>The layers of a model, input layers among them.</summary>
    /// <param name="model">The object with <c>class_name</c> and <c>config</c>.</param>
    /// <exception cref="InvalidDataException">It is no chain of layers; the message completes "the file ...".</exception>
    public static IReadOnlyList<KerasLayer> Read(JsonElement model) => Read(model, depth: 0);

    private static IReadOnlyList<KerasLayer> Read(JsonElement model, int depth)
    {
        if (depth == MostModels)
        {
            throw new InvalidDataException($"holds models within models, more than {MostModels} deep");
        }

        string className = Text(model, "class_name");
        if (!model.TryGetProperty("config", out JsonElement config))
        {
            throw new InvalidDataException($"has a configuration without the settings of {FileText.Quote(className)}");
        }

        switch (className)
        {
            case "Sequential":
                // Before Keras 2.2.3 the list of layers was all there was.
                JsonElement list = config.ValueKind == JsonValueKind.Array ? config : Property(config, "layers");
                return [.. Elements(list).Select(element => ReadLayer(element, depth))];
            case "Functional" or "Model":
                return Order(config, depth);
            default:
                throw new InvalidDataException($"holds a model of the class {FileText.Quote(className)}, and only Sequential and Functional ones are read");
        }
    }

    private static KerasLayer ReadLayer(JsonElement element, int depth)
    {
        string className = Text(element, "class_name");
        JsonElement config = Property(element, "config");
        IReadOnlyList<KerasLayer>? inner = className is "Sequential" or "Functional" or "Model" ? Read(element, depth + 1) : null;
        string? name = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("name", out _) ? Text(config, "name") : null;
        name ??= element.TryGetProperty("name", out _) ? Text(element, "name") : className;
        return inner is not null || config.ValueKind == JsonValueKind.Object
            ? new KerasLayer(name, className, config, inner)
            : throw new InvalidDataException($"has the layer {FileText.Quote(name)} without settings");
    }

    /// <summary>Follows the connections of a functional model from its input to its output.</summary>
    private static List<KerasLayer> Order(JsonElement config, int depth)
    {
        var layers = new Dictionary<string, KerasLayer>();
        var followers = new Dictionary<string, string>();
        string? first = null;
        foreach (JsonElement element in Elements(Property(config, "layers")))
        {
            KerasLayer layer = ReadLayer(element, depth);
            List<string> sources = KerasConnections.Sources(Property(element, "inbound_nodes"));
            bool isNew = layers.TryAdd(layer.Name, layer);
            bool isFirst = sources.Count == 0 && first is null;
            first = isFirst ? layer.Name : first;
            if (!isNew || sources.Count > 1 || (sources.Count == 0 && !isFirst) || (sources.Count == 1 && !followers.TryAdd(sources[0], layer.Name)))
            {
                throw new InvalidDataException($"branches at the layer {FileText.Quote(layer.Name)}, and only one plain chain of layers is read");
            }
        }

        var ordered = new List<KerasLayer>();
        for (string? name = first; name is not null && ordered.Count < layers.Count; name = followers.GetValueOrDefault(name))
        {
            ordered.Add(layers.GetValueOrDefault(name) ?? throw new InvalidDataException($"names the layer {FileText.Quote(name)} without describing it"));
        }

        return ordered.Count == layers.Count
            ? ordered
            : throw new InvalidDataException("has layers that are not connected in one plain chain");
    }

    private static IEnumerable<JsonElement> Elements(JsonElement list) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostLayers
        ? list.EnumerateArray()
        : throw new InvalidDataException($"has a configuration without a list of at most {MostLayers} layers");

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidDataException($"has a configuration without '{name}'");

    private static string Text(JsonElement element, string name) => Property(element, name) is { ValueKind: JsonValueKind.String } value
        ? KerasSettings.Text(value)
        : throw new InvalidDataException($"has a configuration whose '{name}' is no text");
}
