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
    private readonly BatchLoader _loader;
    private readonly RunningMean _mean;
    private readonly List<EpochResult> _history = [];
    private int _step;
    private double _seconds;
    private bool _isStopped;

    internal TrainingRun(Learner learner, FitData data, int epochs, int batchSize, Callback[] watchers, FitOptions options)
    {
        (_learner, _data, Epochs, _batchSize, _watchers) = (learner, data, epochs, batchSize, watchers);
        _cancellationToken = options.CancellationToken;
        learner.RequireStatistics(batchSize);
        var extras = new LoadExtras(new TargetReader(data.Training, learner.Loss, learner.Output.Shape), data.TrainingWeights, options.Augmentation);
        _loader = new BatchLoader(data.Training, learner.Input, batchSize, learner.Backend, extras);
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

        if (options.ResumeFrom is { } checkpoint)
        {
            RequireFit(checkpoint, hasAverage: averages.Length > 0);
        }

        learner.BeginAverages(averages.FirstOrDefault());
        if (options.ResumeFrom is { } start)
        {
            start.Restore(learner);
            EpochPart part = start.Position.Part;
            (_step, _seconds) = (part.Step, part.Seconds);
            _mean.Reset(part);
            _history.AddRange(start.Position.History);
        }
    }

    /// <summary>The optimiser: a schedule sets its learning rate.</summary>
    public Optimizer Optimizer => _learner.Optimizer;

    /// <summary>The weights, in model order; at the end of an epoch their averages, where a <see cref="WeightAverage"/> keeps them.</summary>
    public IReadOnlyList<ModelParameter> Parameters => ModelParameter.Of(_learner.Network);

    /// <summary>How many epochs there will be, unless it is stopped.</summary>
    public int Epochs { get; }

    /// <summary>The training steps of each.</summary>
    public int StepsPerEpoch => _loader.Batches;

    /// <summary>The steps that are done, of all epochs together, those before a resumption too.</summary>
    public long StepsDone => ((long)_history.Count * StepsPerEpoch) + _step;

    /// <summary>The epochs that are complete, those before a resumption too.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>Memory for a moment of this training.</summary>
    public Checkpoint NewCheckpoint()
    {
        IReadOnlyList<Parameter> all = _learner.Network.Parameters.All;
        return new Checkpoint([.. all.Select(p => (p.Name, p.Shape))], [.. all.Select(p => p.IsTrained)], Optimizer.StateNames, hasAverage: _learner.Averages is not null);
    }

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
        _learner.DrawOrder(_loader);
        while (_step < StepsPerEpoch)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _learner.Train(_loader, _step, _batchSize, _mean);
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

    /// <summary>What the epoch came to, its validation included: with the averages of the weights in their place, where there are any.</summary>
    private EpochResult Judge(int epoch, Func<double> seconds)
    {
        _learner.Averages?.Exchange(true);
        Evaluation? evaluation = null;
        if (_data.Validation is not null)
        {
            Array.ForEach(_watchers, w => w.OnValidationBegin());
            evaluation = Evaluator.Evaluate(_learner, _data.Validation, _batchSize, _data.ValidationWeights, _cancellationToken);
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

/// <summary>What a model is trained on and validated with.</summary>
/// <param name="Training">The items that are trained on.</param>
/// <param name="TrainingWeights">What each of them counts; null where that is the same.</param>
/// <param name="Validation">The items that are held out; null where there are none.</param>
/// <param name="ValidationWeights">What each of them counts in the loss; null where that is the same.</param>
internal sealed record FitData(IDataset Training, ItemWeights? TrainingWeights, IDataset? Validation, ItemWeights? ValidationWeights)
{
    /// <summary>Splits data, and the weights of its items with it.</summary>
    /// <exception cref="ArgumentException">The split leaves nothing to train on, or a weight is out of its range.</exception>
    public static FitData Of(IDataset data, double validationSplit, IDataset? validationData, FitOptions options)
    {
        if (!(validationSplit >= 0 && validationSplit < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(validationSplit), validationSplit, "The validation split is at least 0 and below 1.");
        }

        if (validationData is not null && validationSplit > 0)
        {
            throw new ArgumentException("Validation takes a part of the data or data of its own, not both.", nameof(validationSplit));
        }

        int count = TrainingCount(data.Count, validationSplit);
        if (count == 0)
        {
            throw new ArgumentException($"A validation split of {validationSplit} leaves none of the {data.Count} items to train on.");
        }

        IReadOnlyList<float>? weights = options.SampleWeight;
        if (count == data.Count)
        {
            return new FitData(data, ItemWeights.Of(data, options.ClassWeight, weights), validationData, null);
        }

        if (weights is not null && weights.Count != data.Count)
        {
            throw new ArgumentException($"There are {weights.Count} weights for {data.Count} items: give one an item.");
        }

        var training = new DatasetSlice(data, 0, count);
        var validation = new DatasetSlice(data, count, data.Count - count);
        return new FitData(
            training, ItemWeights.Of(training, options.ClassWeight, weights is null ? null : [.. weights.Take(count)]),
            validation, ItemWeights.Of(validation, null, weights is null ? null : [.. weights.Skip(count)]));
    }

    /// <summary>How many of <paramref name="items"/> items are trained on: floor(items * (1 - validationSplit)).</summary>
    public static int TrainingCount(int items, double validationSplit) => (int)Math.Floor(items * (1 - validationSplit));
}
