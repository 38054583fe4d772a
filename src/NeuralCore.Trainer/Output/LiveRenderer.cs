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

    public override void Show(RunEvent shown)
    {
        switch (shown)
        {
            case RunStart:
                // Each of several trainings has a remaining time of its own.
                (_trainingStart, _progress, _remaining) = (0, default, new RemainingTime());
                break;
            case PictureRead reading:
                DrawReading(reading);
                break;
            case EpochStart when _trainingStart == 0:
                _trainingStart = Stopwatch.GetTimestamp();
                break;
            case StepEnd step:
                _progress = step.Progress;
                if (Stopwatch.GetTimestamp() >= _nextFrame)
                {
                    Draw(validating: false);
                }

                break;
            case ValidationStart when _progress.Steps > 0:
                // A resumed training may begin with a validation, before any step was seen.
                Draw(validating: true);
                break;
            case EpochEnd or Warning or RunFailure:
                Erase();
                break;
        }

        base.Show(shown);
    }

    private void DrawReading(PictureRead reading)
    {
        if (reading.Done == reading.Total)
        {
            Erase();
        }
        else if (Stopwatch.GetTimestamp() >= _nextFrame)
        {
            Screen.Draw(ProgressLine.OfReading(reading.Done, reading.Total, Screen.Width));
            _isDrawn = true;
            _nextFrame = Stopwatch.GetTimestamp() + TicksPerFrame;
        }
    }

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
