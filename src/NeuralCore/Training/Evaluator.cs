using System.Diagnostics;
using NeuralCore.Data;

namespace NeuralCore;

/// <summary>How well a network does on labelled items.</summary>
internal static class Evaluator
{
    /// <summary>Predicts all items and compares.</summary>
    public static Evaluation Evaluate(Learner learner, IDataset data, int batchSize, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var mean = new RunningMean(Math.Min(batchSize, Math.Max(1, data.Count)));
        Predictions predictions = learner.Evaluate(data, batchSize, mean, cancellationToken);
        var confusion = new ConfusionMatrix(learner.Output.Shape.Count);
        for (int i = 0; i < data.Count; i++)
        {
            confusion.Add(data.Label(i), predictions.Class(i));
        }

        return new Evaluation(mean.Loss, mean.Accuracy, predictions, confusion, data.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
