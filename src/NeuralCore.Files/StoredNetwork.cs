
namespace NeuralCore.Files;

/// <summary>A network in a file that is open: what it is made of, and where its numbers are.</summary>
internal abstract class StoredNetwork : IDisposable
{
    /// <summary>How raw values were prepared, where the file says so.</summary>
    public abstract Preprocessing? Preprocessing { get; }

    /// <summary>The optimiser that the file was saved with, if it says so.</summary>
    public virtual Adam? Optimizer => null;

    /// <summary>The caller's texts that were kept with the network.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

    /// <summary>What a user should know about how this network was understood: sentences that follow "The file ...".</summary>
    public virtual IReadOnlyList<string> Remarks => [];

    /// <summary>The layers, the input first.</summary>
    /// <param name="preprocessing">How raw values are prepared.</param>
    /// <exception cref="InvalidDataException">The file holds no layers that can be made; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">A layer's sizes are out of range.</exception>
    public abstract IReadOnlyList<Layer> Layers(Preprocessing preprocessing);

    /// <summary>The tensors of the network's parameters, in model order.</summary>
    /// <param name="parameters">Name and shape of each parameter.</param>
    /// <exception cref="InvalidDataException">One is missing, or there are others.</exception>
    public abstract IReadOnlyList<StoredTensor> Weights(IReadOnlyList<(string Name, Shape Shape)> parameters);

    /// <summary>How far the training came, with a tensor for each parameter's moments; null where the file does not say.</summary>
    /// <param name="parameters">Name and shape of each parameter.</param>
    public virtual StoredTraining? Training(IReadOnlyList<(string Name, Shape Shape)> parameters) => null;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

/// <summary>A tensor of a file, whose bytes are known to be there.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Shape">The shape of a parameter that it is for.</param>
/// <param name="Read">Reads its values in the engine's order.</param>
internal sealed record StoredTensor(string Name, Shape Shape, Func<float[]> Read);

/// <summary>How far a training came.</summary>
/// <param name="Steps">The steps taken.</param>
/// <param name="Epochs">The epochs begun.</param>
/// <param name="M">Adam's first moments, in model order.</param>
/// <param name="V">Adam's second moments, in model order.</param>
internal sealed record StoredTraining(long Steps, int Epochs, IReadOnlyList<StoredTensor> M, IReadOnlyList<StoredTensor> V);
