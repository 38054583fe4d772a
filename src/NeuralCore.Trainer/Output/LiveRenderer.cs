using System.Diagnostics;
using NeuralCore.Files;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// Text for people at a terminal: while an epoch runs, a bar that is drawn over and over in one line, and a permanent line when
/// it is done.
/// </summary>
internal sealed class LiveRenderer(Screen screen) : PlainRenderer(screen)
{
    // Ten frames a second look alive; drawing more of them takes time away from the training.
    private static readonly long TicksPerFrame = Stopwatch.Frequency / 10;

    private long _trainingStart;
    private long _nextFrame;
    private bool _isDrawn;
    private StepProgress _progress;
    private double _epochsBefore;

    public override void Start(RunStart start, Model model)
    {
        // Of several trainings each has a time of its own.
        (_trainingStart, _epochsBefore, _progress) = (0, 0, default);
        base.Start(start, model);
    }

    public override void Resume(SavedCheckpoint start)
    {
        base.Resume(start);
        _epochsBefore = start.Position.History.Count + ((double)start.Position.Part.Step / start.Position.StepsPerEpoch);
    }

    public override void EpochBegin(int epoch, int epochs)
    {
        base.EpochBegin(epoch, epochs);
        if (_trainingStart == 0)
        {
            _trainingStart = Stopwatch.GetTimestamp();
        }
    }

    public override void Step(in StepProgress progress)
    {
        _progress = progress;
        if (Stopwatch.GetTimestamp() >= _nextFrame)
        {
            Draw(validating: false);
        }
    }

    public override void Validating()
    {
        // A resumed training may begin with a validation, before any step was seen.
        if (_progress.Steps > 0)
        {
            Draw(validating: true);
        }
    }

    public override void EpochEnd(EpochResult result)
    {
        Erase();
        base.EpochEnd(result);
    }

    public override void Warning(string file, string message) => Erase();

    public override void Error(Failure failure) => Erase();

    private void Draw(bool validating)
    {
        // Measured over the whole training, epochs of validation included: what was done since took so long.
        double done = _progress.Epoch - 1 + ((double)_progress.Step / _progress.Steps);
        double secondsLeft = Stopwatch.GetElapsedTime(_trainingStart).TotalSeconds * (Epochs - done) / (done - _epochsBefore);
        ProgressLine line = ProgressLine.Layout(_progress, Epochs, secondsLeft, validating, Screen.Width);
        Screen.Draw(line);
        _isDrawn = true;
        _nextFrame = Stopwatch.GetTimestamp() + TicksPerFrame;
    }

    private void Erase()
    {
        if (_isDrawn)
        {
            Screen.Erase();
            _isDrawn = false;
            _nextFrame = 0;
        }
    }
}
