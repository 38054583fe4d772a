namespace NeuralCore;

/// <summary>What an optimiser keeps of a model's weights under one name.</summary>
/// <param name="Name">The name: m, v, velocity.</param>
/// <param name="Values">Row-major, one array a weight in model order; empty for those that are not trained.</param>
public sealed record OptimizerState(string Name, IReadOnlyList<float[]> Values);

/// <summary>
/// What a model needs beside its weights to be trained further as if it had never stopped: how far it came, and what the optimiser keeps.
/// Weights, seed, data and batch size have to be the same again, and then every later bit is the same.
/// </summary>
public sealed class TrainingState
{
    /// <summary>Puts a state together.</summary>
    /// <param name="steps">The steps taken so far.</param>
    /// <param name="epochs">The epochs completed so far.</param>
    /// <param name="optimizer">What the optimiser keeps, in the order of <see cref="Optimizer.StateNames"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public TrainingState(long steps, int epochs, IReadOnlyList<OptimizerState> optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        (Steps, Epochs, Optimizer) = (steps, epochs, optimizer);
    }

    /// <summary>The steps taken so far: the optimiser's t, and the counter of the dropout masks.</summary>
    public long Steps { get; }

    /// <summary>The epochs completed so far; the next one draws the order of the number after it.</summary>
    public int Epochs { get; }

    /// <summary>What the optimiser keeps.</summary>
    public IReadOnlyList<OptimizerState> Optimizer { get; }

    /// <summary>What the optimiser keeps under a name.</summary>
    /// <exception cref="ArgumentException">It keeps nothing of that name.</exception>
    public IReadOnlyList<float[]> this[string name] =>
        Optimizer.FirstOrDefault(state => state.Name == name)?.Values ?? throw new ArgumentException($"The training state holds no '{name}'.");
}
