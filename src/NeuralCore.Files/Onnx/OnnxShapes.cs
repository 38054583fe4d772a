namespace NeuralCore.Files.Onnx;

/// <summary>
/// The arithmetic of shapes that exporters leave in a graph: PyTorch writes <c>x.view(x.size(0), -1)</c> as Shape, Gather, Unsqueeze
/// and Concat. The extent of the batch is unknown and stands as 0, which is how Reshape says "as it was".
/// </summary>
internal sealed class OnnxShapes(IReadOnlyDictionary<string, OnnxTensor> constants)
{
    private const int MostNumbers = 16;

    private readonly Dictionary<string, long[]> _known = [];

    /// <summary>The numbers of a tensor, or null for one that is not known.</summary>
    public long[]? Find(string? name)
    {
        if (name is null || _known.TryGetValue(name, out long[]? numbers))
        {
            return name is null ? null : _known[name];
        }

        return constants.TryGetValue(name, out OnnxTensor? tensor) ? tensor.ReadIntegers() : null;
    }

    /// <summary>Whether a tensor was computed from a shape.</summary>
    public bool IsKnown(string? name) => name is not null && _known.ContainsKey(name);

    /// <summary>Keeps the shape of a tensor.</summary>
    /// <param name="node">The node that asks for it.</param>
    /// <param name="dims">The extents of one item.</param>
    public void TakeShape(OnnxNode node, IEnumerable<int> dims) => Keep(node, [0, .. dims]);

    /// <summary>Computes a node whose inputs are known numbers.</summary>
    /// <returns>False where it does something else.</returns>
    public bool TryCompute(OnnxNode node)
    {
        long[] first = Find(node.Input(0)) ?? [];
        switch (node.Op)
        {
            case "Identity" or "Cast" or "Unsqueeze" or "Squeeze":
                Keep(node, first);
                return true;
            case "Gather" when Find(node.Input(1)) is { } indices && indices.All(i => i >= -first.Length && i < first.Length):
                Keep(node, [.. indices.Select(i => first[i < 0 ? i + first.Length : i])]);
                return true;
            case "Concat" when node.Inputs.All(name => Find(name) is not null):
                Keep(node, [.. node.Inputs.SelectMany(name => Find(name)!)]);
                return true;
            default:
                return false;
        }
    }

    private void Keep(OnnxNode node, long[] numbers)
    {
        if (node.Outputs.Count == 0 || numbers.Length > MostNumbers || !_known.TryAdd(node.Outputs[0], numbers))
        {
            throw node.Refused("with outputs of other number or size");
        }
    }
}
