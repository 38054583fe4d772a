namespace NeuralCore;

/// <summary>
/// The nodes that some values depend on, inputs before what reads them, for one plan: values that are others under another name are known as such,
/// and fusion replaces nodes by others.
/// </summary>
internal sealed class Graph
{
    private readonly List<Node> _nodes;
    private readonly Dictionary<Value, Value> _aliases = [];
    private readonly HashSet<Value> _kept;
    private readonly HashSet<Value> _wanting;
    private readonly Func<Weight, bool> _isTrained;

    private Graph(PlanRequest request, Func<Weight, bool> isTrained)
    {
        (HasBackward, _isTrained) = (request.HasBackward, isTrained);
        CanPrepare = request.KeepPrepared && !request.Training && !request.HasBackward;
        _nodes = [.. NodesOf([.. request.Inputs], request.Outputs)];
        foreach (Node alias in _nodes.Where(node => node.IsAlias(request.Training)))
        {
            _aliases[alias.Output] = Root(alias.Input);
        }

        _nodes.RemoveAll(node => node.IsAlias(request.Training));
        _kept = [.. request.Outputs.Select(Root)];
        _wanting = [.. request.WithGradient.Select(Root)];
        foreach (Node node in _nodes.Where(node => node.Weights.Any(isTrained) || node.Inputs.Any(WantsGradient)))
        {
            _wanting.UnionWith(node.Outputs);
        }
    }

    /// <summary>The nodes in the order in which they run forward.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Whether there is a backward pass.</summary>
    public bool HasBackward { get; }

    /// <summary>Whether the plan only predicts, and weights may be kept in another form from one run to the next.</summary>
    public bool CanPrepare { get; }

    /// <summary>Finds the nodes that values depend on, in the order in which they run forward.</summary>
    /// <param name="inputs">The values that are brought in from outside.</param>
    /// <param name="outputs">The values that are wanted.</param>
    /// <exception cref="ArgumentException">A value depends on an input that is not among the inputs.</exception>
    public static IReadOnlyList<Node> NodesOf(IReadOnlyCollection<Value> inputs, IEnumerable<Value> outputs)
    {
        var found = new HashSet<Node>();
        var waiting = new Stack<Value>(outputs);
        while (waiting.TryPop(out Value? value))
        {
            if (inputs.Contains(value))
            {
                continue;
            }

            if (value.Maker is not { } maker)
            {
                throw new ArgumentException($"The network depends on the input '{value}', which is not among the model's inputs.");
            }

            if (found.Add(maker))
            {
                foreach (Value input in maker.Inputs)
                {
                    waiting.Push(input);
                }
            }
        }

        return [.. found.OrderBy(node => node.Number)];
    }

    /// <summary>The graph of what a plan is to give.</summary>
    /// <param name="request">What is brought in, and what is wanted: no fusion may leave that out.</param>
    /// <param name="isTrained">Whether a weight has a gradient.</param>
    /// <exception cref="ArgumentException">A value depends on an input that is not among the inputs.</exception>
    public static Graph Of(PlanRequest request, Func<Weight, bool> isTrained) => new(request, isTrained);

    /// <summary>Whether a weight has a gradient.</summary>
    public bool IsTrained(Weight weight) => _isTrained(weight);

    /// <summary>Whether a value has a gradient to be asked for: it depends on a trained weight, or on an input whose gradient is wanted.</summary>
    public bool WantsGradient(Value value) => _wanting.Contains(Root(value));

    /// <summary>The value that another is only another name of; most are their own.</summary>
    public Value Root(Value value) => _aliases.GetValueOrDefault(value, value);

    /// <summary>The node that makes a value; null for one that is brought in.</summary>
    public Node? MakerOf(Value value) => _nodes.Find(node => node.Outputs.Contains(Root(value)));

    /// <summary>Whether a value is read from outside.</summary>
    public bool IsKept(Value value) => _kept.Contains(Root(value));

    /// <summary>The backend that rules join nodes for, where joining depends on what it does faster; null for none.</summary>
    public object? Backend { get; private set; }

    /// <summary>How often a value is read, from outside too.</summary>
    public int ReadersOf(Value value) => NodesReading(value) + (IsKept(value) ? 1 : 0);

    /// <summary>
    /// Applies rules to pairs of nodes, of which the second is the one reader of what the first makes, until none applies any more.
    /// </summary>
    public void Rewrite(IEnumerable<FusionRule> rules, object? backend = null)
    {
        Backend = backend;
        for (int i = 0; i < _nodes.Count; i++)
        {
            Node node = _nodes[i];
            if (node.Inputs.Count == 0 || MakerOf(node.Input) is not { } maker || maker.Outputs.Any(output => NodesReading(output) > 1))
            {
                continue;
            }

            bool isKept = maker.Outputs.Any(IsKept);
            foreach (FusionRule rule in rules.Where(rule => rule.KeepsMiddle || !isKept))
            {
                if (rule.Fuse(maker, node, this) is { } joined)
                {
                    i = Replace(_nodes.IndexOf(maker), i, joined, rule) - 1;
                    break;
                }
            }
        }
    }

    /// <summary>Puts a joined node in the place of the first of two, or of the second where it cannot run earlier or defines what the two mean.</summary>
    /// <returns>The place: the joined node may be one of another pair.</returns>
    private int Replace(int first, int second, Node joined, FusionRule rule)
    {
        bool canRunEarlier = !joined.Inputs.Any(input => MakerOf(input) is { } maker && _nodes.IndexOf(maker) > first);
        if (rule.IsDefinition || !canRunEarlier)
        {
            _nodes[second] = joined;
            _nodes.RemoveAt(first);
            return second - 1;
        }

        // Where several nodes read one value the order of the nodes is that in which its gradient is summed: this leaves it as it was.
        _nodes[first] = joined;
        _nodes.RemoveAt(second);
        return first;
    }

    private int NodesReading(Value value) => _nodes.Sum(node => node.Inputs.Count(input => Root(input) == Root(value)));
}

/// <summary>
/// Joins two nodes, of which the second is the one reader of what the first makes, to one that does both in one pass over memory. A plan made
/// without fusion runs the chain, and a test holds the two together.
/// </summary>
internal abstract class FusionRule
{
    /// <summary>Whether the rule says what a chain means, and applies in plans without fusion, too: a loss of a softmax is taken of what goes into it.</summary>
    public virtual bool IsDefinition => false;

    /// <summary>Whether the joined node gives what lies between the two as well, so that it may be read from outside.</summary>
    public virtual bool KeepsMiddle => false;

    /// <summary>Whether a backend has the op that it makes.</summary>
    public virtual bool IsOfferedBy(object backend) => true;

    /// <summary>The joined node; null where the two are no such pair.</summary>
    /// <param name="first">A node.</param>
    /// <param name="second">The one that reads what it makes, as its first input.</param>
    /// <param name="graph">The graph that they belong to.</param>
    public abstract Node? Fuse(Node first, Node second, Graph graph);
}
