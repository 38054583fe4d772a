namespace NeuralCore.Files.Keras;

/// <summary>The order in which the layers of a functional model compute: the file's, as far as each has what it takes.</summary>
internal static class KerasOrder
{
    /// <summary>The calls of all layers, each behind those whose values it takes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="known">The values that are there from the beginning.</param>
    /// <exception cref="InvalidDataException">A call takes what no layer gives, or what depends on itself.</exception>
    public static IReadOnlyList<(KerasLayer Layer, int Call)> Of(KerasModel model, IEnumerable<KerasReference> known)
    {
        HashSet<(string, int)> there = [.. known.Select(reference => (reference.Layer, reference.Call))];
        (KerasLayer Layer, int Call)[] calls = [.. model.Layers.SelectMany(layer => layer.Calls.Select((_, call) => (layer, call))).Where(call => !there.Contains((call.layer.Name, call.call)))];
        int[] missing = new int[calls.Length];
        var waiting = new Dictionary<(string, int), List<int>>();
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < calls.Length; i++)
        {
            (string, int)[] needed = [.. calls[i].Layer.Calls[calls[i].Call].Select(r => (r.Layer, r.Call)).Distinct().Where(r => !there.Contains(r))];
            foreach ((string, int) call in needed)
            {
                (waiting.TryGetValue(call, out List<int>? list) ? list : waiting[call] = []).Add(i);
            }

            missing[i] = needed.Length;
            if (needed.Length == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var order = new List<(KerasLayer, int)>();
        while (ready.TryDequeue(out int i, out _))
        {
            order.Add(calls[i]);
            foreach (int reader in waiting.GetValueOrDefault((calls[i].Layer.Name, calls[i].Call)) ?? [])
            {
                if (--missing[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        int stuck = Array.FindIndex(missing, count => count > 0);
        return stuck < 0
            ? order
            : throw new InvalidDataException($"has the layer {FileText.Quote(calls[stuck].Layer.Name)}, which takes what no layer gives, or what depends on it");
    }

    /// <summary>What no layer takes: a model's outputs, where it lists none.</summary>
    public static IReadOnlyList<KerasReference> Unread(KerasModel model)
    {
        HashSet<(string, int)> read = [.. model.Layers.SelectMany(layer => layer.Calls).SelectMany(call => call).Select(r => (r.Layer, r.Call))];
        return [.. model.Layers.SelectMany(layer => layer.Calls.Select((_, call) => new KerasReference(layer.Name, call, 0))).Where(r => !read.Contains((r.Layer, r.Call)))];
    }
}
