namespace NeuralCore.Files;

/// <summary>A network as a file describes it, put together from the engine's layers; it holds no numbers yet.</summary>
/// <param name="Inputs">Where items enter.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="SaysPreprocessing">Whether the file says how raw values are prepared.</param>
internal sealed record NetworkParts(IReadOnlyList<Value> Inputs, IReadOnlyList<Value> Outputs, bool SaysPreprocessing)
{
    /// <summary>The tensors of weights, where the file's order tells them; null where names do.</summary>
    public IReadOnlyDictionary<Weight, StoredTensor>? Tensors { get; init; }

    /// <summary>What was understood differently from what is written: sentences that follow "The file ...".</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The model.</summary>
    /// <exception cref="ArgumentException">The values do not make one.</exception>
    public Model Model() => new(Inputs, Outputs);
}
