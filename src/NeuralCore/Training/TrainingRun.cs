using System.Diagnostics;
using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// One call of a model's Fit: the loop over epochs and batches, and what its callbacks may ask of it.
/// </summary>
public sealed class TrainingRun
{
    private readonly Learner _learner;
    private readonly CancellationToken _cancellationToken;
    private readonly FitData _data;
    private readonly int _batchSize;
    private readonly Callback[] _watchers;
    private readonly BatchLoader? _loader;
    private readonly ShardedBatch? _shards;
    private readonly Communicator? _ranks;
    private readonly RunningMean _mean;
    private readonly List<EpochResult> _history = [];
    private int _step;
    private double _seconds;
    private bool _isStopped;
    private bool _isCancelled;

    internal TrainingRun(Learner learner, FitData data, int epochs, int batchSize, Callback[] watchers, FitOptions options)
    {
        (_learner, _data, Epochs, _batchSize, _watchers) = (learner, data, epochs, batchSize, watchers);
        _cancellationToken = options.CancellationToken;
        learner.RequireStatistics(batchSize);
        _ranks = options.Ranks is { Size: > 1 } several ? several : null;
        if (CutOf(learner, batchSize, options) is { } cut)
        {
            _shards = new ShardedBatch(learner, data, cut, options);
        }
        else
        {
            var extras = new LoadExtras(new TargetReader(data.Training, learner.Loss, learner.Output.Shape), data.TrainingWeights, options.Augmentation);
            _loader = new BatchLoader(data.Training, learner.Input, batchSize, learner.Backend, extras);
        }

        _mean = new RunningMean(batchSize, learner.Judgement);
        if (data.Validation is not null)
        {
            // What does not fit is said now, and not after the first epoch.
            _ = new TargetReader(data.Validation, learner.Loss, learner.Output.Shape);
        }

        WeightAverage[] averages = [.. watchers.OfType<WeightAverage>()];
        if (averages.Length > 1)
        {
            throw new ArgumentException("A training keeps one average of its weights: give one WeightAverage.");
        }

        // Only rank 0 needs the checkpoint: the others may be on machines without its files.
        Checkpoint? start = _ranks is null ? options.ResumeFrom : SharedCheckpoint.Share(_ranks, options.ResumeFrom, learner);
        if (start is not null)
        {
            RequireFit(start, hasAverage: averages.Length > 0);
        }

        learner.BeginAverages(averages.FirstOrDefault());
        if (start is not null)
        {
            start.Restore(learner);
            EpochPart part = start.Position.Part;
            (_step, _seconds) = (part.Step, part.Seconds);
            _mean.Reset(part);
            _history.AddRange(start.Position.History);
        }

        if (_ranks is not null)
        {
            RequireAgreement(_ranks, options);
        }
    }

    /// <summary>The optimiser: a schedule sets its learning rate.</summary>
    public Optimizer Optimizer => _learner.Optimizer;

    /// <summary>The weights, in model order; at the end of an epoch their averages, where a <see cref="WeightAverage"/> keeps them.</summary>
    public IReadOnlyList<ModelParameter> Parameters => ModelParameter.Of(_learner.Network);

    /// <summary>How many epochs there will be, unless it is stopped.</summary>
    public int Epochs { get; }

    /// <summary>The training steps of each.</summary>
    public int StepsPerEpoch => _shards?.Batches ?? _loader!.Batches;

    /// <summary>The steps that are done, of all epochs together, those before a resumption too.</summary>
    public long StepsDone => ((long)_history.Count * StepsPerEpoch) + _step;

    /// <summary>The epochs that are complete, those before a resumption too.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>Memory for a moment of this training.</summary>
    public Checkpoint NewCheckpoint() => _learner.NewCheckpoint(hasAverage: _learner.Averages is not null);

    /// <summary>Ends the training when the epoch that is running is complete.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Copies everything that a resumption needs. Call it from a callback, or after Fit was cancelled.</summary>
    /// <param name="checkpoint">Is filled; it has to be one of the same network.</param>
    /// <exception cref="DivergedException">A weight is infinite or not a number; the checkpoint is then of no use.</exception>
    public void Capture(Checkpoint checkpoint)
    {
        var part = new EpochPart(_step, _mean.Count, _mean.LossSum, _mean.HitSum, _seconds) { MetricSums = _mean.MetricSums };
        checkpoint.Capture(_learner, StepsPerEpoch, _step > 0 ? part : default, [.. _history]);
    }

    internal History Run()
    {
        try
        {
            Array.ForEach(_watchers, w => w.OnTrainingBegin(this));
            while (_step > 0 || (_history.Count < Epochs && !_isStopped))
            {
                RunEpoch();
            }

            _learner.Averages?.Exchange(true);
            Array.ForEach(_watchers, w => w.OnTrainingEnd());
            return new History([.. _history]);
        }
        catch (Exception error)
        {
            _learner.Averages?.Exchange(false);
            Array.ForEach(_watchers, w => Tell(w, error));
            throw;
        }
        finally
        {
            _shards?.Dispose();
        }
    }

    /// <summary>Tells a callback that the training failed. What ended it is what Fit throws, and not what else goes wrong then.</summary>
    private static void Tell(Callback watcher, Exception error)
    {
        try
        {
            watcher.OnTrainingFailed(error);
        }
        catch (Exception)
        {
            // The first error is the one to look into.
        }
    }

    /// <summary>Makes sure that a checkpoint is of this training.</summary>
    /// <exception cref="ArgumentException">The checkpoint is one of another network, seed, batch size or number of items, or lies behind
    /// the last epoch.</exception>
    private void RequireFit(Checkpoint checkpoint, bool hasAverage)
    {
        (int steps, EpochPart part) = (checkpoint.Position.StepsPerEpoch, checkpoint.Position.Part);
        if (steps != StepsPerEpoch || part.Step < 0 || part.Step > steps || part.Images != Math.Min((long)part.Step * _batchSize, _data.Training.Count))
        {
            throw new ArgumentException(
                $"The checkpoint stands after {part.Images} items of an epoch, {part.Step} of {steps} steps, and this training takes {_data.Training.Count} items in steps of {_batchSize}.");
        }

        if (checkpoint.Position.Epoch > Epochs)
        {
            throw new ArgumentException($"The checkpoint stands in epoch {checkpoint.Position.Epoch}, and the training ends after {Epochs}.");
        }

        if (hasAverage != checkpoint.Average is not null)
        {
            throw new ArgumentException(hasAverage
                ? "The checkpoint is one of a training without an average of its weights: go on without WeightAverage."
                : "The checkpoint is one of a training that keeps an average of its weights: go on with a WeightAverage among the callbacks.");
        }

        checkpoint.RequireFit(_learner);
        if (checkpoint.Position.Seed != _learner.Seed)
        {
            throw new ArgumentException($"The checkpoint is one of a training with the seed {checkpoint.Position.Seed}, and this model was compiled with {_learner.Seed}.");
        }

        _mean.Reset(part);
    }

    private void RunEpoch()
    {
        int epoch = _history.Count + 1;
        _learner.Averages?.Exchange(false);
        Array.ForEach(_watchers, w => w.OnEpochBegin(epoch, Epochs, StepsPerEpoch));
        long start = Stopwatch.GetTimestamp();
        double secondsBefore = _seconds;
        DrawOrder();
        while (_step < StepsPerEpoch)
        {
            ThrowIfCancelled();
            Train();
            _step++;
            _seconds = Seconds();
            if (!double.IsFinite(_mean.LossSum))
            {
                throw DivergedException.OfLoss(_mean.LossSum, epoch, _step, StepsPerEpoch, Optimizer);
            }

            if (_step == StepsPerEpoch)
            {
                // Before any callback: what is captured after the last step has this epoch in its average.
                _learner.Averages?.AddEpoch(epoch);
            }

            var progress = new StepProgress(epoch, _step, StepsPerEpoch, _mean.Count, _mean.Loss, _mean.Accuracy, TimeSpan.FromSeconds(_seconds));
            foreach (Callback watcher in _watchers)
            {
                watcher.OnStepEnd(progress);
            }
        }

        _learner.Profile?.AddWall(Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (_learner.FirstNotFinite() is { } name)
        {
            throw DivergedException.OfWeight(name, epoch, Optimizer);
        }

        EpochResult result = Judge(epoch, Seconds);
        _learner.CompleteEpoch();
        _history.Add(result);
        (_step, _seconds) = (0, 0);
        _mean.Reset();
        Array.ForEach(_watchers, w => w.OnEpochEnd(result));

        double Seconds() => secondsBefore + Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void DrawOrder()
    {
        if (_shards is not null)
        {
            _learner.DrawOrder(_shards);
        }
        else
        {
            _learner.DrawOrder(_loader!);
        }
    }

    private void Train()
    {
        if (_shards is not null)
        {
            _isCancelled = _learner.Train(_shards, _step, _mean, _cancellationToken.IsCancellationRequested);
        }
        else
        {
            _learner.Train(_loader!, _step, _batchSize, _mean);
        }
    }

    /// <summary>Ranks have to end after the same step: the one in which they have told each other that one of them is cancelled.</summary>
    private void ThrowIfCancelled()
    {
        if (_ranks is null)
        {
            _cancellationToken.ThrowIfCancellationRequested();
        }
        else if (_isCancelled)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
    }

    private static ShardCut? CutOf(Learner learner, int batchSize, FitOptions options)
    {
        (int ranks, int rank) = (options.Ranks?.Size ?? 1, options.Ranks?.Rank ?? 0);
        int shards = options.Shards ?? ranks;
        if (shards < 1 || shards > batchSize)
        {
            throw new ArgumentException($"A batch of {batchSize} items is cut into 1 to {batchSize} shards, not {shards}: choose another number of shards, or a larger batch.");
        }

        if (ranks == 1 && shards == 1)
        {
            return null;
        }

        return !learner.Backend.HostValues(learner.Network.Parameters.All[0].Slots.Values).IsEmpty
            ? new ShardCut(batchSize, shards, ranks, rank)
            : throw new ArgumentException($"Shards and ranks are trained on processors, and the backend {learner.Backend.Name} computes elsewhere: use a CPU backend.");
    }

    private void RequireAgreement(Communicator ranks, FitOptions options)
    {
        FormattableString settings =
            $"{Epochs} {_batchSize} {options.Shards ?? ranks.Size} {_learner.Seed} {_learner.Steps} {_learner.Epochs} {_step} {_history.Count} {options.Augmentation} {_learner.Averages is not null}";
        new RankAgreement()
            .AddProgram()
            .Add("its options", FormattableString.Invariant(settings))
            .AddLearner(_learner)
            .AddData("its training data", _data.Training, _data.TrainingWeights)
            .AddData("its validation data", _data.Validation, _data.ValidationWeights)
            .Require(ranks);
    }

    /// <summary>What the epoch came to, its validation included: with the averages of the weights in their place, where there are any.</summary>
    private EpochResult Judge(int epoch, Func<double> seconds)
    {
        _learner.Averages?.Exchange(true);
        Measurement? evaluation = null;
        if (_data.Validation is not null)
        {
            Array.ForEach(_watchers, w => w.OnValidationBegin());
            evaluation = _shards is null
                ? Evaluator.Measure(_learner, _data.Validation, _batchSize, _data.ValidationWeights, _cancellationToken)
                : SharedEvaluation.Run(_learner, _data.Validation, _batchSize, _data.ValidationWeights, _ranks, _cancellationToken);
        }

        return new EpochResult(
            epoch, _mean.Loss, _mean.Accuracy, evaluation?.Loss, evaluation?.Accuracy,
            _data.Training.Count / _seconds, evaluation?.ImagesPerSecond, seconds())
        {
            Metrics = _mean.Metrics,
            ValidationMetrics = evaluation?.Metrics ?? new Dictionary<string, double>(),
        };
    }
}
