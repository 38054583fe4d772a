namespace NeuralCore;

/// <summary>
/// What a model needs beside its weights to be trained further as if it had never stopped: how far it came, and Adam's moments.
/// Weights, seed, data and batch size have to be the same again, and then every later bit is the same.
/// </summary>
public sealed class TrainingState
{
    /// <summary>Puts a state together.</summary>
    /// <param name="steps">The steps taken so far.</param>
    /// <param name="epochs">The epochs completed so far.</param>
    /// <param name="firstMoments">Adam's m, row-major, one array a parameter in model order.</param>
    /// <param name="secondMoments">Adam's v, in the same way.</param>
    /// <exception cref="ArgumentException">A count is negative, or there is not one v for each m.</exception>
    public TrainingState(long steps, int epochs, IReadOnlyList<float[]> firstMoments, IReadOnlyList<float[]> secondMoments)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        if (firstMoments.Count != secondMoments.Count)
        {
            throw new ArgumentException($"Each parameter has an m and a v, and here are {firstMoments.Count} and {secondMoments.Count}.");
        }

        (Steps, Epochs, M, V) = (steps, epochs, firstMoments, secondMoments);
    }

    /// <summary>The steps taken so far: Adam's t, and the counter of the dropout masks.</summary>
    public long Steps { get; }

    /// <summary>The epochs completed so far; the next one draws the order of the number after it.</summary>
    public int Epochs { get; }

    /// <summary>Adam's first moments, row-major, by the index of the parameter in the model.</summary>
    public IReadOnlyList<float[]> M { get; }

    /// <summary>Adam's second moments, row-major, by the index of the parameter in the model.</summary>
    public IReadOnlyList<float[]> V { get; }
}
