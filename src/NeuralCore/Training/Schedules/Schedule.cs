namespace NeuralCore;

/// <summary>
/// A learning rate that changes over a training, for any optimiser: one among the callbacks of Fit sets it before each step, and in the end, however the training ends, sets
/// it to what it was. It is a function of the step alone, so a resumed training goes on as if it had never stopped.
/// </summary>
public abstract class Schedule : Callback
{
    private Optimizer? _optimizer;
    private double _learningRate;
    private long _steps;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="learningRate">The optimiser's learning rate, which the schedule starts from.</param>
    /// <param name="step">The steps that are done, counted over the whole training: 0 for the first step.</param>
    /// <param name="steps">The steps of the training, at least 1.</param>
    /// <returns>The rate, at least 0.</returns>
    public abstract double Rate(double learningRate, long step, long steps);

    /// <inheritdoc/>
    public sealed override void OnTrainingBegin(TrainingRun run)
    {
        (_optimizer, _learningRate, _steps) = (run.Optimizer, run.Optimizer.LearningRate, Math.Max(1, (long)run.Epochs * run.StepsPerEpoch));
        Set(run.StepsDone);
    }

    /// <inheritdoc/>
    public sealed override void OnStepEnd(in StepProgress progress) => Set(((long)(progress.Epoch - 1) * progress.Steps) + progress.Step);

    /// <inheritdoc/>
    public sealed override void OnTrainingEnd() => Restore();

    /// <inheritdoc/>
    public sealed override void OnTrainingFailed(Exception error) => Restore();

    private void Set(long step)
    {
        double rate = Rate(_learningRate, step, _steps);
        _optimizer!.ScheduledRate = rate >= 0 && double.IsFinite(rate)
            ? rate
            : throw new InvalidOperationException(FormattableString.Invariant($"The schedule {GetType().Name} gives the learning rate {rate} at step {step + 1} of {_steps}, and a learning rate is a number of at least 0."));
    }

    private void Restore()
    {
        if (_optimizer is not null)
        {
            _optimizer.LearningRate = _learningRate;
            _optimizer = null;
        }
    }
}
