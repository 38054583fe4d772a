namespace NeuralCore;

/// <summary>
/// Lets the learning rate rise and fall once over a whole training, which lets a short one take larger steps: from a 25th of
/// what the optimiser began with up to that over the first 30 % of the steps, then down to a 250,000th (Smith and Topin,
/// "Super-convergence", 2017, with cosines for lines, as PyTorch's OneCycleLR has it by default, but for the momentum, which
/// stays). It is a function of the step alone, so a resumed training goes on as if it had never stopped.
/// </summary>
/// <param name="optimizer">The optimiser of the model that is trained; its learning rate is the peak.</param>
public sealed class OneCycle(Optimizer optimizer) : Callback
{
    private const double RisingPart = 0.3;
    private const double StartDivisor = 25;
    private const double EndDivisor = 1e4;

    private readonly double _peak = optimizer.LearningRate;
    private long _total;

    /// <summary>The learning rate after some steps of a training.</summary>
    /// <param name="peak">The highest rate.</param>
    /// <param name="done">The steps that are done.</param>
    /// <param name="total">The steps of the training, at least one.</param>
    public static double Rate(double peak, long done, long total)
    {
        double top = (RisingPart * total) - 1;
        double start = peak / StartDivisor;
        return done <= top
            ? Cosine(start, peak, done / top)
            : Cosine(peak, start / EndDivisor, Math.Min(1, (done - top) / (total - 1 - top)));
    }

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingRun run)
    {
        _total = (long)run.Epochs * run.StepsPerEpoch;
        optimizer.LearningRate = Rate(_peak, run.StepsDone, Math.Max(1, _total));
    }

    /// <inheritdoc/>
    public override void OnStepEnd(in StepProgress progress) =>
        optimizer.LearningRate = Rate(_peak, ((long)(progress.Epoch - 1) * progress.Steps) + progress.Step, _total);

    /// <inheritdoc/>
    public override void OnTrainingEnd() => optimizer.LearningRate = _peak;

    private static double Cosine(double from, double to, double progress) =>
        to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * progress)));
}
