using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>A value that a layer gives: which layer, at which of its calls, and which of its outputs.</summary>
internal readonly record struct KerasReference(string Layer, int Call, int Tensor);

/// <summary>One layer of a Keras configuration, or a model that stands in place of one.</summary>
/// <param name="Name">Its name, by which legacy files keep its weights.</param>
/// <param name="ClassName">Its class, by which Keras 3 keeps its weights.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Inner">The model within the model; null for a layer.</param>
/// <param name="Calls">What each of its calls takes; none in a model that is a plain list.</param>
internal sealed record KerasLayer(string Name, string ClassName, JsonElement Config, KerasModel? Inner, IReadOnlyList<IReadOnlyList<KerasReference>> Calls);

/// <summary>
/// A model of Keras as its configuration tells it: a <c>Sequential</c> lists its layers in the order in which they compute, a <c>Functional</c> one
/// says what each layer takes. Layers may be models, to any depth that a file can hold.
/// </summary>
internal sealed class KerasModel
{
    private const int MostLayers = 5_000;
    private const int MostModels = 32;

    private KerasModel(JsonElement config, bool isSequential, IReadOnlyList<KerasLayer> layers) => (Config, IsSequential, Layers) = (config, isSequential, layers);

    /// <summary>Its settings.</summary>
    public JsonElement Config { get; }

    /// <summary>Whether its layers follow one another.</summary>
    public bool IsSequential { get; }

    /// <summary>Its layers, in the order of the file.</summary>
    public IReadOnlyList<KerasLayer> Layers { get; }

    /// <summary>Whether Keras 3 wrote it; known of a whole model, not of one within it.</summary>
    public bool IsKeras3 { get; private set; }

    /// <summary>Where items enter, for one that is no plain list.</summary>
    public IReadOnlyList<KerasReference> Inputs { get; private init; } = [];

    /// <summary>What it gives, for one that is no plain list.</summary>
    public IReadOnlyList<KerasReference> Outputs { get; private init; } = [];

    /// <summary>All layers that are no models, those within models among them, each once.</summary>
    public IEnumerable<KerasLayer> Leaves => Layers.SelectMany(layer => layer.Inner?.Leaves ?? [layer]);

    /// <summary>Reads a model.</summary>
    /// <param name="model">The object with <c>class_name</c> and <c>config</c>.</param>
    /// <param name="version">The version of Keras that wrote it; null where the file does not say, as files of Keras 3 may.</param>
    /// <exception cref="InvalidDataException">It is none; the message completes "the file ...".</exception>
    public static KerasModel Read(JsonElement model, string? version)
    {
        KerasModel read = Read(model, depth: 0);
        read.IsKeras3 = version is null || !(version.StartsWith("1.", StringComparison.Ordinal) || version.StartsWith("2.", StringComparison.Ordinal));
        return read;
    }

    private static KerasModel Read(JsonElement model, int depth)
    {
        if (depth == MostModels)
        {
            throw new InvalidDataException($"holds models within models, more than {MostModels} deep");
        }

        string className = Text(model, "class_name");
        JsonElement config = model.TryGetProperty("config", out JsonElement settings)
            ? settings
            : throw new InvalidDataException($"has a configuration without the settings of {FileText.Quote(className)}");
        switch (className)
        {
            case "Sequential":
                // Before Keras 2.2.3 the list of layers was all there was.
                JsonElement list = config.ValueKind == JsonValueKind.Array ? config : Property(config, "layers");
                return new KerasModel(config, isSequential: true, [.. Elements(list).Select(element => ReadLayer(element, depth, isConnected: false))]);
            case "Functional" or "Model":
                KerasLayer[] layers = [.. Elements(Property(config, "layers")).Select(element => ReadLayer(element, depth, isConnected: true))];
                return new KerasModel(config, isSequential: false, Renumbered(layers))
                {
                    Inputs = Ends(config, "input_layers"),
                    Outputs = Ends(config, "output_layers"),
                };
            default:
                throw new InvalidDataException($"holds a model of the class {FileText.Quote(className)}, and only Sequential and Functional ones are read");
        }
    }

    private static KerasLayer ReadLayer(JsonElement element, int depth, bool isConnected)
    {
        string className = Text(element, "class_name");
        JsonElement config = Property(element, "config");
        KerasModel? inner = className is "Sequential" or "Functional" or "Model" ? Read(element, depth + 1) : null;
        string? name = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("name", out _) ? Text(config, "name") : null;
        name = isConnected && element.TryGetProperty("name", out _) ? Text(element, "name") : name ?? (element.TryGetProperty("name", out _) ? Text(element, "name") : className);
        return inner is not null || config.ValueKind == JsonValueKind.Object
            ? new KerasLayer(name, className, config, inner, isConnected ? KerasConnections.Calls(Property(element, "inbound_nodes"), name) : [])
            : throw new InvalidDataException($"has the layer {FileText.Quote(name)} without settings");
    }

    /// <summary>
    /// A model within a model was called once when it was made, and Keras counts that call without keeping it; so calls of a model may be numbered
    /// from 1.
    /// </summary>
    private static KerasLayer[] Renumbered(KerasLayer[] layers)
    {
        Dictionary<string, int> last = layers.SelectMany(layer => layer.Calls.SelectMany(call => call))
            .GroupBy(reference => reference.Layer).ToDictionary(group => group.Key, group => group.Max(reference => reference.Call));
        HashSet<string> shifted = [.. layers.Where(layer => layer.Inner is not null && layer.Calls.Count > 0 && last.GetValueOrDefault(layer.Name, -1) == layer.Calls.Count).Select(layer => layer.Name)];
        return shifted.Count == 0
            ? layers
            : [.. layers.Select(layer => layer with { Calls = [.. layer.Calls.Select(call => (IReadOnlyList<KerasReference>)[.. call.Select(r => shifted.Contains(r.Layer) ? r with { Call = r.Call - 1 } : r)])] })];
    }

    private static IReadOnlyList<KerasReference> Ends(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement ends) ? KerasConnections.Ends(ends) : [];

    private static IEnumerable<JsonElement> Elements(JsonElement list) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostLayers
        ? list.EnumerateArray()
        : throw new InvalidDataException($"has a configuration without a list of at most {MostLayers:N0} layers");

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidDataException($"has a configuration without '{name}'");

    private static string Text(JsonElement element, string name) => Property(element, name) is { ValueKind: JsonValueKind.String } value
        ? FileText.Of(value)
        : throw new InvalidDataException($"has a configuration whose '{name}' is not a string");
}
