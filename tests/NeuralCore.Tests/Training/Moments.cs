namespace NeuralCore.Tests.Training;

/// <summary>Keeps the moments of a training after each step, in each validation, and after each epoch.</summary>
internal sealed class Moments : Callback
{
    private TrainingRun? _run;

    public List<Checkpoint> All { get; } = [];

    public override void OnTrainingBegin(TrainingRun run) => _run = run;

    public override void OnStepEnd(in StepProgress progress) => Keep();

    public override void OnValidationBegin() => Keep();

    public override void OnEpochEnd(EpochResult result) => Keep();

    private void Keep()
    {
        Checkpoint moment = _run!.NewCheckpoint();
        _run.Capture(moment);
        All.Add(moment);
    }
}
