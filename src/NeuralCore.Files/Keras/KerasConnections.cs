using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>
/// What a layer of a functional model takes its input from. Keras 2 writes <c>[[["conv2d", 0, 0, {}]]]</c>: calls, of inputs, of
/// name, call and output. Keras 3 writes <c>[{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["conv2d", 0, 0]}}]}]</c>.
/// </summary>
internal static class KerasConnections
{
    /// <summary>The names of all layers whose output a layer takes, however often it is called.</summary>
    /// <param name="nodes">The value of <c>inbound_nodes</c>.</param>
    public static List<string> Sources(JsonElement nodes)
    {
        var sources = new List<string>();
        foreach (JsonElement node in Elements(nodes))
        {
            if (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("args", out JsonElement arguments))
            {
                foreach (JsonElement argument in Elements(arguments))
                {
                    Add(sources, argument);
                }
            }
            else
            {
                foreach (JsonElement input in Elements(node))
                {
                    Add(sources, input);
                }
            }
        }

        return sources;
    }

    private static void Add(List<string> sources, JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.Object && input.TryGetProperty("config", out JsonElement config)
            && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("keras_history", out JsonElement history))
        {
            input = history;
        }

        sources.Add(input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.String
            ? KerasSettings.Text(input[0])
            : throw new InvalidDataException("connects layers in a way that is not read, since only one plain chain is"));
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray()
        : throw new InvalidDataException("connects layers in a way that is not read, since only one plain chain is");
}
