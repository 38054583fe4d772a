using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Passes a training's progress on, and remembers how far it came.</summary>
/// <param name="renderer">Shows the progress.</param>
/// <param name="recipe">How the training is done: its schedule says what the learning rate was before a resumption, too.</param>
internal sealed class TrainingWatcher(Renderer renderer, TrainingRecipe recipe) : Callback
{
    /// <summary>A curve of the learning rate has about this many points.</summary>
    private const int RatePoints = 200;

    private readonly StepEnd _step = new();
    private TrainingRun? _run;

    /// <summary>The training steps that were done, over all epochs since this run began.</summary>
    public long Steps { get; private set; }

    /// <summary>The epochs that are done, those before a resumption too.</summary>
    public LearningCurves Curves => LearningCurves.Of(_run?.History ?? []) with { LearningRate = Rates() };

    /// <summary>The time of the training steps and validations, those before a resumption too.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((_run?.History ?? []).Sum(epoch => epoch.Seconds)) + (Last.Epoch > _run?.History.Count ? Last.Elapsed : TimeSpan.Zero);

    /// <summary>Where the training stands: <c>in epoch 2 at step 113 of 329</c>.</summary>
    public string Position => Last.Step == Last.Steps
        ? $"after the training of epoch {Last.Epoch}"
        : $"in epoch {Last.Epoch} at step {Last.Step} of {Last.Steps}";

    private StepProgress Last => _step.Progress;

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingRun run) => _run = run;

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch, int epochs, int steps) => renderer.Show(new EpochStart(epoch, epochs));

    /// <inheritdoc/>
    public override void OnStepEnd(in StepProgress progress)
    {
        Steps++;
        _step.Progress = progress;
        renderer.Show(_step);
    }

    /// <inheritdoc/>
    public override void OnValidationBegin() => renderer.Show(new ValidationStart());

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochResult result) => renderer.Show(new EpochEnd(result));

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
