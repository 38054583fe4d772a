namespace NeuralCore;

/// <summary>Watches a training: a progress bar, a log, a schedule. Every method does nothing until it is overridden.</summary>
public abstract class Callback
{
    /// <summary>A training begins, or goes on after a resumption.</summary>
    /// <param name="run">What a callback may ask of it, as long as it lasts.</param>
    public virtual void OnTrainingBegin(TrainingRun run)
    {
    }

    /// <summary>An epoch begins, or goes on after a resumption.</summary>
    /// <param name="epoch">Its number, counted from 1.</param>
    /// <param name="epochs">How many there will be.</param>
    /// <param name="steps">The training steps of each.</param>
    public virtual void OnEpochBegin(int epoch, int epochs, int steps)
    {
    }

    /// <summary>A training step is done. Called often: allocating here ends the promise that a step allocates nothing.</summary>
    public virtual void OnStepEnd(in StepProgress progress)
    {
    }

    /// <summary>The training part of an epoch is done and its validation begins.</summary>
    public virtual void OnValidationBegin()
    {
    }

    /// <summary>An epoch is done, its validation included.</summary>
    public virtual void OnEpochEnd(EpochResult result)
    {
    }

    /// <summary>All epochs are done, or somebody has stopped the training; not called when it was cancelled or failed.</summary>
    public virtual void OnTrainingEnd()
    {
    }
}

/// <summary>Where an epoch stands after a step.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Step">The steps done in it.</param>
/// <param name="Steps">The steps it has.</param>
/// <param name="Images">The images seen in it.</param>
/// <param name="Loss">The mean loss over them, in nats, each taken when its step ran.</param>
/// <param name="Accuracy">The fraction of them that was right, in [0, 1].</param>
/// <param name="Elapsed">The time since the epoch's first step began.</param>
public readonly record struct StepProgress(int Epoch, int Step, int Steps, int Images, double Loss, double Accuracy, TimeSpan Elapsed);

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Loss">The mean training loss, in nats, each image's taken when its step ran.</param>
/// <param name="Accuracy">The fraction of training images that was right at that time, in [0, 1].</param>
/// <param name="ValidationLoss">The mean loss on the validation images after the epoch; null without validation.</param>
/// <param name="ValidationAccuracy">The accuracy on them; null without validation.</param>
/// <param name="TrainImagesPerSecond">Training throughput, reading and shuffling included.</param>
/// <param name="ValidationImagesPerSecond">Validation throughput; null without validation.</param>
/// <param name="Seconds">The wall-clock time of the whole epoch.</param>
public sealed record EpochResult(
    int Epoch,
    double Loss,
    double Accuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    double TrainImagesPerSecond,
    double? ValidationImagesPerSecond,
    double Seconds);

/// <summary>What a training came to, epoch by epoch.</summary>
/// <param name="Epochs">One entry an epoch, in order.</param>
public sealed record History(IReadOnlyList<EpochResult> Epochs);
