using System.Diagnostics;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// Text for people at a terminal: while an epoch runs, a bar that is drawn over and over in one line, and a permanent line when
/// it is done.
/// </summary>
internal sealed class LiveRenderer(Screen screen) : PlainRenderer(screen)
{
    // Ten frames a second look alive; drawing more of them takes time away from the training.
    private static readonly long TicksPerFrame = Stopwatch.Frequency / 10;

    private RemainingTime _remaining = new();
    private long _trainingStart;
    private long _nextFrame;
    private bool _isDrawn;
    private StepProgress _progress;

    public override void Start(RunStart start, Model model)
    {
        // Each of several trainings has a remaining time of its own.
        (_trainingStart, _progress, _remaining) = (0, default, new RemainingTime());
        base.Start(start, model);
    }

    public override void Reading(int done, int total)
    {
        if (done == total)
        {
            Erase();
        }
        else if (Stopwatch.GetTimestamp() >= _nextFrame)
        {
            Screen.Draw(ProgressLine.OfReading(done, total, Screen.Width));
            _isDrawn = true;
            _nextFrame = Stopwatch.GetTimestamp() + TicksPerFrame;
        }
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
        double done = _progress.Epoch - 1 + ((double)_progress.Step / _progress.Steps);
        double? secondsLeft = _remaining.Estimate(Stopwatch.GetElapsedTime(_trainingStart).TotalSeconds, done, Epochs);
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
