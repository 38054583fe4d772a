namespace NeuralCore.Trainer.Output;

/// <summary>
/// How long a training will take from now, judged by how long it took until now. The first second is left out: kernels are compiled in it,
/// and steps that take many times as long as later ones would make a long training of a short one.
/// </summary>
internal sealed class RemainingTime
{
    private const double WarmUpSeconds = 1;
    private const double ShortestSample = 1;

    private (double Seconds, double Done)? _start;

    /// <summary>Takes a place in the training.</summary>
    /// <param name="seconds">The time since the training began.</param>
    /// <param name="done">The epochs done by then, in parts of epochs too.</param>
    /// <param name="epochs">The epochs that there will be.</param>
    /// <returns>The seconds to the end; null as long as too little is known.</returns>
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
