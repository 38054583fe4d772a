namespace NeuralCore.Trainer.Output;

/// <summary>
/// How long a training will take from now, by its speed so far. The first second is left out: kernels are compiled in it, and its steps take many times as
/// long as later ones.
/// </summary>
internal sealed class RemainingTime
{
    private const double WarmUpSeconds = 1;
    private const double ShortestSample = 1;

    private (double Seconds, double Done)? _start;

    /// <summary>Estimates the time that is left at a place in the training.</summary>
    /// <param name="seconds">The time since the training began.</param>
    /// <param name="done">The epochs done by then, with the fraction of the current one.</param>
    /// <param name="epochs">The epochs that there will be.</param>
    /// <returns>The seconds to the end; null until two seconds have passed.</returns>
    public double? Estimate(double seconds, double done, double epochs)
    {
        if (seconds >= WarmUpSeconds)
        {
            _start ??= (seconds, done);
        }

        return _start is var (startSeconds, startDone) && seconds - startSeconds >= ShortestSample && done > startDone
            ? (seconds - startSeconds) * (epochs - done) / (done - startDone)
            : null;
    }
}
