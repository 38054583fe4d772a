namespace NeuralCore.Files.Keras;

/// <summary>
/// What Keras's optimisers keep, by the names of its versions: <c>Adam/conv2d/kernel/m:0</c> before Keras 2.11 and <c>Adam/m/conv2d/kernel:0</c> since,
/// <c>adam/sequential_conv2d_kernel_momentum</c> in Keras 3.
/// </summary>
/// <param name="Steps">The steps taken.</param>
/// <param name="States">The tensors of each of the engine's states, in the order of the file.</param>
internal sealed record KerasOptimizerState(long Steps, IReadOnlyDictionary<string, List<NamedDataset>> States)
{
    /// <summary>Reads the tensors of an <c>.h5</c> file by their names.</summary>
    /// <returns>Null where they do not tell the number of steps.</returns>
    public static KerasOptimizerState? ByName(IEnumerable<NamedDataset> tensors, Optimizer optimizer)
    {
        long? steps = null;
        Dictionary<string, List<NamedDataset>> states = optimizer.StateNames.ToDictionary(name => name, _ => new List<NamedDataset>());
        foreach (NamedDataset tensor in tensors)
        {
            string name = tensor.Name.Split(':')[0];
            string[] path = name.Split('/');
            if (path[^1] is "iteration" or "iter")
            {
                steps = tensor.Dataset.ReadInteger(tensor.Name);
            }
            else if (StateOf(path, optimizer) is { } state && states.TryGetValue(state, out List<NamedDataset>? list))
            {
                list.Add(tensor);
            }
        }

        return steps is { } taken ? new KerasOptimizerState(taken, states) : null;
    }

    /// <summary>
    /// Reads the tensors of a <c>.keras</c> archive, which are numbered: single numbers first, the steps and the learning rate; then Adam's two moments of
    /// each weight in turn, but each of another optimiser's states of all weights.
    /// </summary>
    /// <returns>Null where they are not as many as the optimiser keeps.</returns>
    public static KerasOptimizerState? ByNumber(IReadOnlyList<NamedDataset> tensors, Optimizer optimizer)
    {
        List<NamedDataset> kept = [.. tensors.SkipWhile(tensor => tensor.Dataset.Extents().Length == 0)];
        int count = optimizer.StateNames.Count;
        if (tensors.Count == 0 || kept.Count == tensors.Count || tensors[0].Dataset.ReadInteger(tensors[0].Name) is not { } steps || (count == 0 ? kept.Count > 0 : kept.Count % count != 0))
        {
            return null;
        }

        bool isInTurn = optimizer is Adam or AdamW;
        int each = count == 0 ? 0 : kept.Count / count;
        return new KerasOptimizerState(steps, optimizer.StateNames.Index().ToDictionary(
            state => state.Item, state => kept.Where((_, i) => isInTurn ? i % count == state.Index : i / each == state.Index).ToList()));
    }

    /// <summary>The numbers of a state in the order in which a <c>.keras</c> archive has them.</summary>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="weights">The weights that are trained, in Keras's order.</param>
    public static IEnumerable<(Weight Weight, int State)> InOrder(Optimizer optimizer, IReadOnlyList<Weight> weights)
    {
        IEnumerable<int> states = Enumerable.Range(0, optimizer.StateNames.Count);
        return optimizer is Adam or AdamW
            ? weights.SelectMany(weight => states.Select(state => (weight, state)))
            : states.SelectMany(state => weights.Select(weight => (weight, state)));
    }

    /// <summary>What Keras 2.4 calls a state.</summary>
    public static string NameInKeras2(Optimizer optimizer, string state) => (optimizer, state) switch
    {
        (RMSprop, "velocity") => "rms",
        (RMSprop, "average_gradient") => "mg",
        _ => state,
    };

    private static string? StateOf(string[] path, Optimizer optimizer)
    {
        string word = path.Length > 2 && Known(path[1]) is { } second ? second : Known(path[^1]) ?? path[^1].Split('_') switch
        {
            [.., "average", "gradient"] => "average_gradient",
            [.., var last] => Known(last) ?? "",
            _ => "",
        };
        return (optimizer, word) switch
        {
            (Adam or AdamW, "m" or "momentum") => "m",
            (Adam or AdamW, "v" or "velocity") => "v",
            (SGD, "m" or "momentum") => "momentum",
            (RMSprop, "velocity" or "rms") => "velocity",
            (RMSprop, "momentum") => "momentum",
            (RMSprop, "average_gradient" or "mg") => "average_gradient",
            _ => null,
        };
    }

    private static string? Known(string word) => word is "m" or "v" or "momentum" or "velocity" or "rms" or "mg" or "average_gradient" ? word : null;
}
