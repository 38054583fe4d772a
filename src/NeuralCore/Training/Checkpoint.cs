
namespace NeuralCore;

/// <summary>
/// A moment of a training, complete: weights, Adam's moments, counters, the position within the epoch, and what the epochs before
/// came to. Orders and dropout masks are functions of the seed and these counters, so there is no other random state, and a
/// training that goes on from here gives the same bits as one that was never stopped.
/// </summary>
/// <remarks>Its memory, three floats a parameter, is taken once and filled again at every <see cref="TrainingRun.Capture"/>.</remarks>
public sealed class Checkpoint
{
    /// <summary>Takes the memory for the moments of a model's training.</summary>
    /// <param name="model">The model; it need not be compiled.</param>
    public Checkpoint(Sequential model)
        : this(model.ParameterShapes)
    {
    }

    /// <summary>Takes the memory for the moments of a model with these parameters.</summary>
    /// <param name="parameters">Their names and shapes, in model order.</param>
    public Checkpoint(IReadOnlyList<(string Name, Shape Shape)> parameters)
    {
        Parameters = parameters;
        Values = Allocate();
        M = Allocate();
        V = Allocate();

        float[][] Allocate() => [.. Parameters.Select(p => new float[p.Shape.Count])];
    }

    /// <summary>The names and shapes of the parameters, in model order.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> Parameters { get; }

    /// <summary>The parameters, row-major, one array each.</summary>
    public IReadOnlyList<float[]> Values { get; }

    /// <summary>Adam's first moments, in the same way.</summary>
    public IReadOnlyList<float[]> M { get; }

    /// <summary>Adam's second moments, in the same way.</summary>
    public IReadOnlyList<float[]> V { get; }

    /// <summary>Everything that is no array.</summary>
    public TrainingPosition Position { get; set; } = new(0, 0, 0, 0, default, []);
}

/// <summary>Where a training stands.</summary>
/// <param name="Seed">The key of every random number.</param>
/// <param name="Steps">The steps taken by the model in all: Adam's t, and the counter of the dropout masks.</param>
/// <param name="Epochs">The epochs completed by the model in all; the next one draws the order of the number after it.</param>
/// <param name="StepsPerEpoch">The steps of an epoch.</param>
/// <param name="Part">What is done of the epoch that is running; the default between two epochs.</param>
/// <param name="History">The epochs that are complete.</param>
public sealed record TrainingPosition(
    ulong Seed, long Steps, int Epochs, int StepsPerEpoch, EpochPart Part, IReadOnlyList<EpochResult> History)
{
    /// <summary>The epoch that is running, or the last one that is complete; 0 before the first.</summary>
    public int Epoch => Part.Step > 0 ? History.Count + 1 : History.Count;

    /// <summary>The steps that were taken when the epoch with the smallest validation loss was complete; null where there is none.</summary>
    public long? StepsOfBest => EarlyStopping.Best(History) is { } best
        ? Steps - Part.Step - ((long)(History.Count - best.Epoch) * StepsPerEpoch)
        : null;
}

/// <summary>What is done of an epoch.</summary>
/// <param name="Step">The steps; all of them while the epoch's validation runs.</param>
/// <param name="Images">The images seen.</param>
/// <param name="LossSum">The sum of their losses, in nats.</param>
/// <param name="HitSum">How many of them were right.</param>
/// <param name="Seconds">The time it took.</param>
public readonly record struct EpochPart(int Step, int Images, double LossSum, double HitSum, double Seconds);
