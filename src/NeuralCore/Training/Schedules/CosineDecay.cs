namespace NeuralCore;

/// <summary>
/// Lets the learning rate fall over a whole training along half a cosine, from what the optimiser began with to a hundredth of it
/// (Loshchilov and Hutter, "SGDR", 2017, without its restarts). It is a function of the step alone, so a resumed training goes on as
/// if it had never stopped.
/// </summary>
/// <param name="optimizer">The optimiser of the model that is trained.</param>
public sealed class CosineDecay(Optimizer optimizer) : Callback
{
    private const double LastPart = 0.01;

    private readonly double _first = optimizer.LearningRate;
    private long _total;

    /// <summary>The learning rate after some steps of a training.</summary>
    /// <param name="first">The rate of the first step.</param>
    /// <param name="done">The steps that are done.</param>
    /// <param name="total">The steps of the training.</param>
    public static double Rate(double first, long done, long total) =>
        first * (LastPart + ((1 - LastPart) * (1 + Math.Cos(Math.PI * done / total)) / 2));

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingRun run)
    {
        _total = (long)run.Epochs * run.StepsPerEpoch;
        optimizer.LearningRate = Rate(_first, run.StepsDone, Math.Max(1, _total));
    }

    /// <inheritdoc/>
    public override void OnStepEnd(in StepProgress progress) =>
        optimizer.LearningRate = Rate(_first, ((long)(progress.Epoch - 1) * progress.Steps) + progress.Step, _total);

    /// <inheritdoc/>
    public override void OnTrainingEnd() => optimizer.LearningRate = _first;
}
