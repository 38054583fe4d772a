using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Passes a training's progress on, and remembers how far it came.</summary>
/// <param name="renderer">Shows the progress.</param>
/// <param name="recipe">How the training is done: its schedule says what the learning rate was before a resumption, too.</param>
internal sealed class TrainingWatcher(Renderer renderer, TrainingRecipe recipe) : Callback
{
    /// <summary>A curve of the learning rate has about this many points.</summary>
    private const int RatePoints = 200;

    private TrainingRun? _run;
    private StepProgress _last;

    /// <summary>The training steps that were done, over all epochs since this run began.</summary>
    public long Steps { get; private set; }

    /// <summary>The epochs that are done, those before a resumption too.</summary>
    public LearningCurves Curves => LearningCurves.Of(_run?.History ?? []) with { LearningRate = Rates() };

    /// <summary>The time of the training steps and validations, those before a resumption too.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((_run?.History ?? []).Sum(epoch => epoch.Seconds)) + (_last.Epoch > _run?.History.Count ? _last.Elapsed : TimeSpan.Zero);

    /// <summary>Where the training stands: <c>in epoch 2 at step 113 of 329</c>.</summary>
    public string Position => _last.Step == _last.Steps
        ? $"after the training of epoch {_last.Epoch}"
        : $"in epoch {_last.Epoch} at step {_last.Step} of {_last.Steps}";

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingRun run) => _run = run;

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch, int epochs, int steps) => renderer.EpochBegin(epoch, epochs);

    /// <inheritdoc/>
    public override void OnStepEnd(in StepProgress progress)
    {
        Steps++;
        _last = progress;
        renderer.Step(progress);
    }

    /// <inheritdoc/>
    public override void OnValidationBegin() => renderer.Validating();

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochResult result) => renderer.EpochEnd(result);

    private double[]? Rates()
    {
        if (_run is null)
        {
            return null;
        }

        long steps = _run.StepsPerEpoch;
        Schedule? schedule = recipe.CreateSchedule();
        int perEpoch = schedule is null ? 1 : (int)Math.Clamp(RatePoints / _run.Epochs, 1, steps);
        return [.. Enumerable.Range(0, _run.History.Count * perEpoch).Select(i => schedule?.Rate(recipe.LearningRate, i * steps / perEpoch, _run.Epochs * steps) ?? recipe.LearningRate)];
    }
}
