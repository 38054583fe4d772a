using System.Numerics.Tensors;

namespace NeuralCore;

/// <summary>
/// A moment of a training, complete: weights, their average where one is kept, what the optimiser keeps, counters, the position within the epoch, and what the epochs before
/// came to. Orders and dropout masks are functions of the seed and these counters, so there is no other random state, and a
/// training that goes on from here gives the same bits as one that was never stopped.
/// </summary>
/// <remarks>Its memory, for Adam three floats a weight, is taken once and filled again at every <see cref="TrainingRun.Capture"/>.</remarks>
public sealed class Checkpoint
{
    /// <summary>Takes the memory for the moments of a model with these weights.</summary>
    /// <param name="parameters">The weights' names and shapes, in model order.</param>
    /// <param name="trained">Whether each is trained.</param>
    /// <param name="stateNames">The names of what the optimiser keeps of each that is trained.</param>
    /// <param name="hasAverage">Whether the training keeps an average of the weights.</param>
    public Checkpoint(
        IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<bool> trained, IReadOnlyList<string> stateNames, bool hasAverage = false)
    {
        (Parameters, Trained) = (parameters, trained);
        Values = [.. parameters.Select(p => new float[p.Shape.Count])];
        Average = hasAverage ? [.. parameters.Select(p => new float[p.Shape.Count])] : null;
        Optimizer = [.. stateNames.Select(name => new OptimizerState(name, [.. parameters.Zip(trained, (p, isTrained) => new float[isTrained ? p.Shape.Count : 0])]))];
    }

    /// <summary>Takes the memory for the moments of a training like another.</summary>
    public Checkpoint(Checkpoint like)
        : this(like.Parameters, like.Trained, [.. like.Optimizer.Select(state => state.Name)], like.Average is not null)
    {
    }

    /// <summary>The names and shapes of the weights, in model order.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> Parameters { get; }

    /// <summary>Whether each weight is trained.</summary>
    public IReadOnlyList<bool> Trained { get; }

    /// <summary>The weights, row-major, one array each.</summary>
    public IReadOnlyList<float[]> Values { get; }

    /// <summary>The average of each weight, row-major, one array each; null where the training keeps none.</summary>
    public IReadOnlyList<float[]>? Average { get; }

    /// <summary>What the optimiser keeps.</summary>
    public IReadOnlyList<OptimizerState> Optimizer { get; }

    /// <summary>What is judged and kept at the end: the averages of the weights where there are any, else the weights.</summary>
    public IReadOnlyList<float[]> Judged => Average ?? Values;

    /// <summary>Everything that is no array.</summary>
    public TrainingPosition Position { get; set; } = new(0, 0, 0, 0, default, []);

    /// <summary>Copies everything that training further depends on, and what the caller knows of the epochs.</summary>
    internal void Capture(Learner learner, int stepsPerEpoch, EpochPart part, IReadOnlyList<EpochResult> history)
    {
        RequireFit(learner);
        if (Average is not null != learner.Averages is not null)
        {
            throw new ArgumentException("The checkpoint has no room for the average of the weights that this training keeps, or room for one that it does not keep: take one of TrainingRun.NewCheckpoint.");
        }

        if (learner.Averages is { } averages)
        {
            averages.Read(averages: false, Values);
            averages.Read(averages: true, Average!);
        }
        else
        {
            IReadOnlyList<Parameter> all = learner.Network.Parameters.All;
            for (int i = 0; i < all.Count; i++)
            {
                learner.Backend.Download<float>(all[i].Slots.Values, Values[i]);
            }
        }

        RequireFinite(learner, history.Count + 1);
        OptimizerSlots.Read(learner, Optimizer);
        Position = new TrainingPosition(learner.Seed, learner.Steps, learner.Epochs, stepsPerEpoch, part, history) { Optimizer = learner.Optimizer.Name };
    }

    /// <summary>Goes back to where it was captured, in a learner that keeps an average if this has one.</summary>
    internal void Restore(Learner learner)
    {
        OptimizerSlots.Write(learner, Optimizer);
        foreach ((ModelParameter parameter, float[] values) in ModelParameter.Of(learner.Network).Zip(Values))
        {
            parameter.Write(values);
        }

        if (Average is not null && learner.Averages!.BeginsBy(Position.History.Count, Position.Part.Step, Position.StepsPerEpoch))
        {
            learner.Averages.Write(Average);
        }

        learner.GoTo(Position.Steps, Position.Epochs);
    }

    /// <summary>Makes sure that it is one of a learner's network, optimiser and seed.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal void RequireFit(Learner learner)
    {
        IReadOnlyList<Parameter> all = learner.Network.Parameters.All;
        if (!Parameters.SequenceEqual(all.Select(p => (p.Name, p.Shape))))
        {
            throw new ArgumentException("The checkpoint is one of another network: its parameters have other names or shapes.");
        }

        if (!Trained.SequenceEqual(all.Select(p => p.IsTrained)))
        {
            throw new ArgumentException("The checkpoint is one of a training in which other layers were trained.");
        }

        OptimizerSlots.RequireFit(learner, Optimizer);
        if (Position.Steps > 0 && Position.Optimizer.Length > 0 && Position.Optimizer != learner.Optimizer.Name)
        {
            throw new ArgumentException($"The checkpoint is one of a training with the optimiser {Position.Optimizer}, and this model was compiled with {learner.Optimizer.Name}.");
        }
    }

    private void RequireFinite(Learner learner, int epoch)
    {
        for (int i = 0; i < Values.Count; i++)
        {
            if (!TensorPrimitives.IsFiniteAll<float>(Values[i]))
            {
                throw DivergedException.OfWeight(Parameters[i].Name, epoch, learner.Optimizer);
            }
        }
    }
}

/// <summary>Where a training stands.</summary>
/// <param name="Seed">The key of every random number.</param>
/// <param name="Steps">The steps taken by the model in all: the optimiser's t, and the counter of the dropout masks.</param>
/// <param name="Epochs">The epochs completed by the model in all; the next one draws the order of the number after it.</param>
/// <param name="StepsPerEpoch">The steps of an epoch.</param>
/// <param name="Part">What is done of the epoch that is running; the default between two epochs.</param>
/// <param name="History">The epochs that are complete.</param>
public sealed record TrainingPosition(
    ulong Seed, long Steps, int Epochs, int StepsPerEpoch, EpochPart Part, IReadOnlyList<EpochResult> History)
{
    /// <summary>The name of the optimiser; empty where the checkpoint does not say.</summary>
    public string Optimizer { get; init; } = string.Empty;

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
public readonly record struct EpochPart(int Step, int Images, double LossSum, double HitSum, double Seconds)
{
    /// <summary>The sums of the metrics that the model was compiled with, by their names; null where there are none.</summary>
    public IReadOnlyDictionary<string, double>? MetricSums { get; init; }
}
