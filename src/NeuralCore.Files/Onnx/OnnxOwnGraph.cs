namespace NeuralCore.Files.Onnx;

/// <summary>
/// A graph that this program wrote, with a description of its layers beside it that tells more than the graph shows: dropout does nothing in a
/// prediction. The graph is what computes, so the description counts only if it makes the very same one.
/// </summary>
internal static class OnnxOwnGraph
{
    /// <summary>Reads the network of the description.</summary>
    /// <returns>Null if there is none, or it makes another graph.</returns>
    public static NetworkParts? Read(OnnxGraph graph, OnnxExternalFiles files, IReadOnlyList<Preprocessing> preprocessing)
    {
        if (!graph.Metadata.TryGetValue(OnnxFormat.ArchitectureKey, out string? architecture) || graph.Opset is < SaveOptions.SmallestOpset or > SaveOptions.LargestOpset)
        {
            return null;
        }

        NetworkParts parts = ArchitectureJson.Read(architecture, preprocessing);
        InputLayout layout = graph.Metadata.GetValueOrDefault(OnnxFormat.LayoutKey) == "nchw" ? InputLayout.ChannelsFirst : InputLayout.ChannelsLast;
        (OnnxGraph sketch, IReadOnlyDictionary<Weight, (string Name, OnnxOrder Order)> weights) =
            OnnxExport.Sketch(parts.Model(), new SaveOptions { Opset = (int)graph.Opset, InputLayout = layout });
        if (!IsSame(sketch, graph))
        {
            return null;
        }

        return parts with
        {
            Tensors = weights.ToDictionary(pair => pair.Key, pair =>
            {
                (Weight weight, (string name, OnnxOrder order)) = pair;
                OnnxConstant tensor = graph.Constants[name].Constant(files);
                return new StoredTensor(name, weight.Shape, () => order.ToEngine(tensor.Read(), weight.Shape)) { Bytes = tensor.Bytes };
            }),
        };
    }

    private static bool IsSame(OnnxGraph sketch, OnnxGraph graph) =>
        sketch.Nodes.Count == graph.Nodes.Count && sketch.Nodes.Zip(graph.Nodes).All(pair => pair.First.DoesAs(pair.Second))
        && sketch.Outputs.SequenceEqual(graph.Outputs)
        && sketch.Inputs.Count == graph.Inputs.Count && sketch.Inputs.Zip(graph.Inputs).All(pair => pair.First.Name == pair.Second.Name && pair.First.Dims.SequenceEqual(pair.Second.Dims))
        && sketch.Constants.Count == graph.Constants.Count && sketch.Constants.Values.All(own => graph.Constants.TryGetValue(own.Name, out OnnxTensor? tensor) && own.IsLike(tensor));
}
