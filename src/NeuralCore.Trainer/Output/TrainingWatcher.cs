
namespace NeuralCore.Trainer.Output;

/// <summary>Passes a training's progress on, and remembers how far it came.</summary>
internal sealed class TrainingWatcher(Renderer renderer) : Callback
{
    private TrainingRun? _run;
    private StepProgress _last;

    /// <summary>The training steps that were done, over all epochs since this run began.</summary>
    public long Steps { get; private set; }

    /// <summary>The epochs that are done, those before a resumption too.</summary>
    public LearningCurves Curves => LearningCurves.Of(_run?.History ?? []);

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
}
