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
    private readonly IDataset _training;
    private readonly IDataset? _validation;
    private readonly int _batchSize;
    private readonly Callback[] _watchers;
    private readonly BatchLoader _loader;
    private readonly RunningMean _mean;
    private readonly List<EpochResult> _history = [];
    private EpochPart _part;
    private bool _isStopped;

    internal TrainingRun(
        Learner learner, IDataset training, IDataset? validation, int epochs, int batchSize, Callback[] watchers, FitOptions options)
    {
        (_learner, _training, _validation, Epochs, _batchSize, _watchers) = (learner, training, validation, epochs, batchSize, watchers);
        _cancellationToken = options.CancellationToken;
        _loader = new BatchLoader(training, learner.Input, batchSize, learner.Backend, options.Augmentation);
        _mean = new RunningMean(batchSize);
        if (options.ResumeFrom is { } checkpoint)
        {
            Restore(checkpoint);
        }
    }

    /// <summary>The optimiser: a schedule sets its learning rate.</summary>
    public Optimizer Optimizer => _learner.Optimizer;

    /// <summary>The weights, in model order.</summary>
    public IReadOnlyList<ModelParameter> Parameters => ModelParameter.Of(_learner.Network);

    /// <summary>How many epochs there will be, unless it is stopped.</summary>
    public int Epochs { get; }

    /// <summary>The training steps of each.</summary>
    public int StepsPerEpoch => _loader.Batches;

    /// <summary>The steps that are done, of all epochs together, those before a resumption too.</summary>
    public long StepsDone => ((long)_history.Count * StepsPerEpoch) + _part.Step;

    /// <summary>The epochs that are complete, those before a resumption too.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>Memory for a moment of this training.</summary>
    public Checkpoint NewCheckpoint()
    {
        IReadOnlyList<Parameter> all = _learner.Network.Parameters.All;
        return new Checkpoint([.. all.Select(p => (p.Name, p.Shape))], [.. all.Select(p => p.IsTrained)], Optimizer.StateNames);
    }

    /// <summary>Ends the training when the epoch that is running is complete.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Copies everything that a resumption needs. Call it from a callback, or after Fit was cancelled.</summary>
    /// <param name="checkpoint">Is filled; it has to be one of the same network.</param>
    public void Capture(Checkpoint checkpoint) => checkpoint.Capture(_learner, StepsPerEpoch, _part, [.. _history]);

    /// <summary>Goes to where a checkpoint was captured.</summary>
    /// <exception cref="ArgumentException">The checkpoint is one of another network, seed, batch size or number of items, or lies behind
    /// the last epoch.</exception>
    private void Restore(Checkpoint checkpoint)
    {
        (int steps, EpochPart part) = (checkpoint.Position.StepsPerEpoch, checkpoint.Position.Part);
        if (steps != StepsPerEpoch || part.Step < 0 || part.Step > steps || part.Images != Math.Min((long)part.Step * _batchSize, _training.Count))
        {
            throw new ArgumentException(
                $"The checkpoint stands after {part.Images} items of an epoch, {part.Step} of {steps} steps, and this training takes {_training.Count} items in steps of {_batchSize}.");
        }

        if (checkpoint.Position.Epoch > Epochs)
        {
            throw new ArgumentException($"The checkpoint stands in epoch {checkpoint.Position.Epoch}, and the training ends after {Epochs}.");
        }

        checkpoint.Restore(_learner);
        _part = part;
        _mean.Reset(part);
        _history.AddRange(checkpoint.Position.History);
    }

    internal History Run()
    {
        Array.ForEach(_watchers, w => w.OnTrainingBegin(this));
        while (_part.Step > 0 || (_history.Count < Epochs && !_isStopped))
        {
            RunEpoch();
        }

        Array.ForEach(_watchers, w => w.OnTrainingEnd());
        return new History([.. _history]);
    }

    private void RunEpoch()
    {
        int epoch = _history.Count + 1;
        Array.ForEach(_watchers, w => w.OnEpochBegin(epoch, Epochs, StepsPerEpoch));
        long start = Stopwatch.GetTimestamp();
        double secondsBefore = _part.Seconds;
        _learner.DrawOrder(_loader);
        while (_part.Step < StepsPerEpoch)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _learner.Train(_loader, _part.Step, _batchSize, _mean);
            _part = new EpochPart(_part.Step + 1, _mean.Count, _mean.LossSum, _mean.HitSum, Seconds());
            var progress = new StepProgress(
                epoch, _part.Step, StepsPerEpoch, _mean.Count, _mean.Loss, _mean.Accuracy, TimeSpan.FromSeconds(_part.Seconds));
            foreach (Callback watcher in _watchers)
            {
                watcher.OnStepEnd(progress);
            }
        }

        _learner.Profile?.AddWall(Stopwatch.GetElapsedTime(start).TotalSeconds);
        Evaluation? evaluation = null;
        if (_validation is not null)
        {
            Array.ForEach(_watchers, w => w.OnValidationBegin());
            evaluation = Evaluator.Evaluate(_learner, _validation, _batchSize, _cancellationToken);
        }

        var result = new EpochResult(
            epoch, _mean.Loss, _mean.Accuracy, evaluation?.Loss, evaluation?.Accuracy,
            _training.Count / _part.Seconds, evaluation?.ImagesPerSecond, Seconds());
        _learner.CompleteEpoch();
        _history.Add(result);
        _part = default;
        _mean.Reset();
        Array.ForEach(_watchers, w => w.OnEpochEnd(result));

        double Seconds() => secondsBefore + Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
