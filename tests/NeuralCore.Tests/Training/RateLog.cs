namespace NeuralCore.Tests.Training;

/// <summary>Notes the learning rate of every step that was taken, and may copy the training after one of them.</summary>
internal sealed class RateLog(Adam optimizer) : Callback
{
    private TrainingRun? _run;

    public List<double> Rates { get; } = [];

    public int CaptureAfter { get; init; }

    public Checkpoint? Moment { get; init; }

    public override void OnTrainingBegin(TrainingRun run) => _run = run;

    public override void OnStepEnd(in StepProgress progress)
    {
        Rates.Add(optimizer.LearningRate);
        if (Moment is not null && Rates.Count == CaptureAfter)
        {
            _run!.Capture(Moment);
        }
    }
}
