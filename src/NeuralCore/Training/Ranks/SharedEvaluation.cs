using System.Diagnostics;
using NeuralCore.Data;

namespace NeuralCore;

/// <summary>Validation whose batches are dealt to ranks in turn, and summed in the order of the batches.</summary>
internal static class SharedEvaluation
{
    /// <summary>Measures a network on items.</summary>
    /// <param name="learner">The network.</param>
    /// <param name="data">The items.</param>
    /// <param name="batchSize">The items of a batch.</param>
    /// <param name="weights">What each item counts in the loss; null where that is the same.</param>
    /// <param name="ranks">The ranks; null for a single process.</param>
    /// <param name="cancellationToken">Ends it on all ranks, after the batches that are running.</param>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public static Measurement Run(Learner learner, IDataset data, int batchSize, ItemWeights? weights, Communicator? ranks, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        (int size, int rank) = (ranks?.Size ?? 1, ranks?.Rank ?? 0);
        batchSize = Evaluator.BatchSize(data, batchSize);
        RunningMean mean = new(batchSize, learner.Judgement), own = new(batchSize, learner.Judgement);
        var loader = new BatchLoader(
            data, learner.Input, batchSize, learner.Backend, new LoadExtras(new TargetReader(data, learner.Loss, learner.Output.Shape), weights));
        var sums = new SharedSums(ranks, own.SumCount);
        int[] firsts = new int[size + 1];
        using InferencePlans.Lease lease = learner.RentInferencePlan(batchSize);
        for (int first = 0; first < loader.Batches; first += size)
        {
            // Each rank has one batch of a round; in the last round the last ranks may have none.
            for (int r = 0; r <= size; r++)
            {
                firsts[r] = Math.Min(r, loader.Batches - first);
            }

            sums.Begin(firsts, cancellationToken.IsCancellationRequested);
            if (first + rank < loader.Batches)
            {
                own.Reset();
                learner.Measure(lease.Plan, loader, first + rank, own);
                own.CopySums(sums[rank]);
            }

            if (sums.End(mean))
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        return new Measurement(mean.Loss, mean.Accuracy, mean.Metrics, data.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
