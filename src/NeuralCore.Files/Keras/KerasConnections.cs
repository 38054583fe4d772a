using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>
/// What a layer of a functional model takes its inputs from. Keras 2 writes <c>[[["conv2d", 0, 0, {}]]]</c>: calls, of inputs, of
/// name, call and output. Keras 3 writes <c>[{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["conv2d", 0, 0]}}]}]</c>.
/// </summary>
internal static class KerasConnections
{
    private const int MostInputs = 100_000;

    /// <summary>What each call of a layer takes.</summary>
    /// <param name="nodes">The value of <c>inbound_nodes</c>.</param>
    /// <param name="layer">The layer, for a message.</param>
    public static IReadOnlyList<IReadOnlyList<KerasReference>> Calls(JsonElement nodes, string layer)
    {
        int left = MostInputs;
        var calls = new List<IReadOnlyList<KerasReference>>();
        foreach (JsonElement node in Elements(nodes))
        {
            var inputs = new List<KerasReference>();
            if (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("args", out JsonElement arguments))
            {
                RequireIdle(node, layer);
                foreach (JsonElement argument in Elements(arguments))
                {
                    // What a layer merges is one argument: a list.
                    Add(inputs, argument, ref left);
                }
            }
            else
            {
                Add(inputs, node, ref left);
            }

            calls.Add(inputs);
        }

        return calls;
    }

    /// <summary>The values at a model's ends: one, a list of them, or by name.</summary>
    public static IReadOnlyList<KerasReference> Ends(JsonElement ends)
    {
        int left = MostInputs;
        var found = new List<KerasReference>();
        if (ends.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty end in ends.EnumerateObject())
            {
                Add(found, end.Value, ref left);
            }
        }
        else
        {
            Add(found, ends, ref left);
        }

        return found;
    }

    private static void Add(List<KerasReference> inputs, JsonElement input, ref int left)
    {
        if (left-- == 0)
        {
            throw new InvalidDataException("connects its layers in more ways than any network does");
        }

        if (input.ValueKind == JsonValueKind.Object && input.TryGetProperty("config", out JsonElement config)
            && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("keras_history", out JsonElement history))
        {
            input = history;
        }

        if (input.ValueKind == JsonValueKind.Array && input.GetArrayLength() >= 3 && input[0].ValueKind == JsonValueKind.String
            && input[1].ValueKind == JsonValueKind.Number && input[1].TryGetInt32(out int call) && input[2].ValueKind == JsonValueKind.Number && input[2].TryGetInt32(out int tensor))
        {
            inputs.Add(new KerasReference(FileText.Of(input[0]), call, tensor));
            if (input.GetArrayLength() > 3 && IsTraining(input[3]))
            {
                throw new InvalidDataException($"calls a layer behind {FileText.Quote(inputs[^1].Layer)} as in training even in prediction, which this program does not know");
            }

            return;
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("connects layers by something other than their values, which is not read");
        }

        foreach (JsonElement inner in input.EnumerateArray())
        {
            Add(inputs, inner, ref left);
        }
    }

    /// <summary>A layer may be called as in training, whatever the model is doing; this program has nothing for that.</summary>
    private static void RequireIdle(JsonElement node, string layer)
    {
        if (node.TryGetProperty("kwargs", out JsonElement settings) && IsTraining(settings))
        {
            throw new InvalidDataException($"calls the layer {FileText.Quote(layer)} as in training even in prediction, which this program does not know");
        }
    }

    private static bool IsTraining(JsonElement settings) => settings.ValueKind == JsonValueKind.Object
        && settings.TryGetProperty("training", out JsonElement training) && training.ValueKind == JsonValueKind.True;

    private static JsonElement.ArrayEnumerator Elements(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray()
        : throw new InvalidDataException("connects layers by something other than a list, which is not read");
}
