namespace NeuralCore;

/// <summary>
/// Which values' gradients lie in the same memory, because a sum hands its own to each of its terms. Where such a value has other readers, their parts
/// are added to its gradient when they run backward: by then the others must have been read, each by the node that makes its value.
/// </summary>
internal sealed class SharedGradients(Graph graph)
{
    private readonly Dictionary<PlanBuffer, List<(Value Value, int SharedAt)>> _sharers = [];

    /// <summary>Lets a value's gradient lie where that of a node's output lies, if that is safe.</summary>
    /// <param name="gradient">The memory.</param>
    /// <param name="value">A root that the node reads, and of whose gradient nothing has been written yet.</param>
    /// <param name="node">The place of the node in the graph, which runs backward now; those before it will.</param>
    public bool TryShare(PlanBuffer gradient, Value value, int node)
    {
        if (!_sharers.TryGetValue(gradient, out List<(Value Value, int SharedAt)>? sharers))
        {
            _sharers[gradient] = sharers = [];
        }

        bool isSafe = sharers.TrueForAll(sharer =>
            IsReadInTime(sharer.Value, value, node, handed: 1) && IsReadInTime(value, sharer.Value, node, handed: sharer.SharedAt == node ? 1 : 0));
        if (isSafe)
        {
            sharers.Add((value, node));
        }

        return isSafe;
    }

    /// <summary>Whether a value's maker reads the gradient before another reader of the other value adds to it. A node adds when it has run itself.</summary>
    /// <param name="value">The one.</param>
    /// <param name="other">The other.</param>
    /// <param name="node">The node that runs now.</param>
    /// <param name="handed">How often the node hands its gradient to the other value without adding.</param>
    private bool IsReadInTime(Value value, Value other, int node, int handed)
    {
        for (int i = PlaceOfMaker(value) + 1; i <= node; i++)
        {
            int reads = graph.Nodes[i].Inputs.Count(input => graph.Root(input) == other);
            if (reads > (i == node ? handed : 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where a value is made; -1 for one that is brought in, whose gradient is read in the end.</summary>
    private int PlaceOfMaker(Value value)
    {
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            if (graph.Nodes[i].Outputs.Contains(value))
            {
                return i;
            }
        }

        return -1;
    }
}
