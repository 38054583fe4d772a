using System.Diagnostics;
using NeuralCore.Data;

namespace NeuralCore;

/// <summary>How well a network does on the items of a validation.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The fraction that is right, in [0, 1]; NaN for targets without classes.</param>
/// <param name="Metrics">The means of further metrics, by their names.</param>
/// <param name="ImagesPerSecond">The throughput of all ranks together.</param>
internal sealed record Measurement(double Loss, double Accuracy, IReadOnlyDictionary<string, double> Metrics, double ImagesPerSecond);

/// <summary>How well a network does on items with targets.</summary>
internal static class Evaluator
{
    /// <summary>Predicts all items and compares.</summary>
    /// <param name="learner">The network.</param>
    /// <param name="data">The items.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <param name="weights">What each item counts in the loss; null where that is the same.</param>
    /// <param name="cancellationToken">Ends it after the batch that is running.</param>
    /// <exception cref="ArgumentException">The data does not fit the network or its loss.</exception>
    public static Evaluation Evaluate(Learner learner, IDataset data, int batchSize, ItemWeights? weights, CancellationToken cancellationToken)
    {
        learner.RequireOneInput();
        long start = Stopwatch.GetTimestamp();
        batchSize = BatchSize(data, batchSize);
        var mean = new RunningMean(batchSize, learner.Judgement);
        var targets = new TargetReader(data, learner.Loss, learner.Output.Shape);
        var loader = new BatchLoader(data, learner.Input, batchSize, learner.Backend, new LoadExtras(targets, weights));
        Predictions predictions = learner.Evaluate(loader, batchSize, data.Count, mean, cancellationToken);
        var confusion = new ConfusionMatrix(data.TargetShape is null && learner.Loss.Targets == TargetKind.Class ? learner.Output.Shape.Count : 0);
        for (int i = 0; confusion.Classes > 0 && i < data.Count; i++)
        {
            confusion.Add(data.Label(i), predictions.Class(i));
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Evaluation(mean.Loss, mean.Accuracy, predictions, confusion, data.Count / seconds) { Metrics = mean.Metrics };
    }

    /// <summary>The numbers of <see cref="Evaluate"/> alone.</summary>
    public static Measurement Measure(Learner learner, IDataset data, int batchSize, ItemWeights? weights, CancellationToken cancellationToken)
    {
        Evaluation evaluation = Evaluate(learner, data, batchSize, weights, cancellationToken);
        return new Measurement(evaluation.Loss, evaluation.Accuracy, evaluation.Metrics, evaluation.ImagesPerSecond);
    }

    /// <summary>Predicts all items.</summary>
    /// <exception cref="ArgumentException">The items are not of the network's input's shape.</exception>
    public static Predictions Predict(Learner learner, IDataset data, int batchSize)
    {
        learner.RequireOneInput();
        batchSize = BatchSize(data, batchSize);
        return learner.Evaluate(new BatchLoader(data, learner.Input, batchSize, learner.Backend), batchSize, data.Count, mean: null, default);
    }

    /// <summary>The items computed at once: no more than there are, and at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public static int BatchSize(IDataset data, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Math.Min(batchSize, Math.Max(1, data.Count));
    }
}
