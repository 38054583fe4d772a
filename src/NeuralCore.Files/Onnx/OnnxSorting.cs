namespace NeuralCore.Files.Onnx;

/// <summary>The order in which nodes compute. ONNX asks that a file has it, and some programs that change files do not keep to it.</summary>
internal static class OnnxSorting
{
    /// <summary>The nodes, each behind those whose outputs it reads, and otherwise in the order of the file.</summary>
    /// <exception cref="InvalidDataException">A node depends on itself; the message completes "the file ...".</exception>
    public static List<OnnxNode> Sorted(IReadOnlyList<OnnxNode> nodes)
    {
        var makers = new Dictionary<string, int>();
        foreach ((int index, OnnxNode node) in nodes.Index())
        {
            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                makers.TryAdd(output, index);
            }
        }

        var missing = new int[nodes.Count];
        var readers = new List<int>?[nodes.Count];
        var ready = new PriorityQueue<int, int>();
        foreach ((int index, OnnxNode node) in nodes.Index())
        {
            foreach (int maker in node.Inputs.Where(makers.ContainsKey).Select(input => makers[input]).Distinct())
            {
                (readers[maker] ??= []).Add(index);
                missing[index]++;
            }

            if (missing[index] == 0)
            {
                ready.Enqueue(index, index);
            }
        }

        var sorted = new List<OnnxNode>(nodes.Count);
        while (ready.TryDequeue(out int index, out _))
        {
            sorted.Add(nodes[index]);
            foreach (int reader in readers[index] ?? [])
            {
                if (--missing[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return sorted.Count == nodes.Count
            ? sorted
            : throw new InvalidDataException($"has {nodes[Array.FindIndex(missing, count => count > 0)].Description}, which depends on its own output");
    }
}
