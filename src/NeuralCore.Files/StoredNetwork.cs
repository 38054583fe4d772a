namespace NeuralCore.Files;

/// <summary>What a caller says about a file that does not say it itself.</summary>
/// <param name="Unsaid">How raw values are prepared.</param>
/// <param name="IsClassifier">Whether a network that ends in one number a class, before any softmax, gets the softmax that makes them probabilities.</param>
internal sealed record LoadOptions(Preprocessing Unsaid, bool IsClassifier)
{
    /// <summary>The file that describes the network, for one that holds weights alone; null for all others.</summary>
    public string? Architecture { get; init; }
}

/// <summary>A network in a file that is open: what it is made of, and where its numbers are.</summary>
internal abstract class StoredNetwork : IDisposable
{
    /// <summary>The optimiser that the file was saved with, if it says so.</summary>
    public virtual Optimizer? Optimizer => null;

    /// <summary>The loss that the file was saved with, if it says so and it is for the model's output.</summary>
    public virtual Loss? LossOf(Model model) => null;

    /// <summary>The caller's texts that were kept with the network.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

    /// <summary>The bytes of other files that the network's tensors stand in.</summary>
    public virtual long OtherBytes => 0;

    /// <summary>Puts the network together.</summary>
    /// <exception cref="InvalidDataException">The file holds no network that can be made; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">The layers do not fit together.</exception>
    public abstract NetworkParts Build(LoadOptions options);

    /// <summary>The tensors of the weights, in model order.</summary>
    /// <param name="model">The network, made of what <see cref="Build"/> gave.</param>
    /// <param name="parts">What that was.</param>
    /// <exception cref="InvalidDataException">One is missing, or there are others.</exception>
    public virtual IReadOnlyList<StoredTensor> Weights(Model model, NetworkParts parts) => [.. model.Description.Weights.Select(weight =>
        parts.Tensors!.GetValueOrDefault(weight.Weight) ?? throw new InvalidDataException($"lacks the tensor of '{weight.Name}' of its own network"))];

    /// <summary>How far the training came, with what the optimiser keeps; null where the file does not say, or says it in a way that does not fit.</summary>
    /// <param name="model">The network.</param>
    public virtual StoredTraining? Training(Model model) => null;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

/// <summary>A tensor of a file, whose bytes are known to be there.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Shape">The shape of the weight that it is for.</param>
/// <param name="Read">Reads its values in the engine's order.</param>
internal sealed record StoredTensor(string Name, Shape Shape, Func<float[]> Read)
{
    /// <summary>The bytes that it takes in the file: those of float32 unless said.</summary>
    public long Bytes { get; init; } = (long)Shape.Count * sizeof(float);

    /// <summary>A tensor that is no part of the file, but follows from what it leaves out: the bias of a layer without one.</summary>
    public static StoredTensor Constant(string name, Shape shape, float value) => new(name, shape, () =>
    {
        var values = new float[shape.Count];
        Array.Fill(values, value);
        return values;
    })
    { Bytes = 0 };
}

/// <summary>How far a training came.</summary>
/// <param name="Steps">The steps taken.</param>
/// <param name="Epochs">The epochs begun.</param>
/// <param name="States">What the optimiser keeps: by name, a tensor for each weight that is trained, in model order.</param>
internal sealed record StoredTraining(long Steps, int Epochs, IReadOnlyList<(string Name, IReadOnlyList<StoredTensor> Tensors)> States);
