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

    /// <summary>All epochs are done, or a callback has stopped the training; not called when it was cancelled or failed.</summary>
    public virtual void OnTrainingEnd()
    {
    }

    /// <summary>The training was cancelled or failed: the time to undo what lasts only as long as it.</summary>
    /// <param name="error">What ended it, which Fit throws.</param>
    public virtual void OnTrainingFailed(Exception error)
    {
    }
}

/// <summary>Where an epoch stands after a step.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Step">The steps done in it.</param>
/// <param name="Steps">The steps it has.</param>
/// <param name="Images">The images seen in it.</param>
/// <param name="Loss">The mean loss over them, each taken when its step ran.</param>
/// <param name="Accuracy">The fraction of them that was right, in [0, 1]; NaN where the loss knows nothing of the kind.</param>
/// <param name="Elapsed">The time since the epoch's first step began.</param>
public readonly record struct StepProgress(int Epoch, int Step, int Steps, int Images, double Loss, double Accuracy, TimeSpan Elapsed);

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Loss">The mean training loss, each image's taken when its step ran; of a cross-entropy in nats.</param>
/// <param name="Accuracy">The fraction of training images that was right at that time, in [0, 1]; NaN where the loss knows nothing of the kind.</param>
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
    double Seconds)
{
    /// <summary>The means of the metrics that the model was compiled with, by their names, each image's taken when its step ran.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The same on the validation images after the epoch; empty without validation.</summary>
    public IReadOnlyDictionary<string, double> ValidationMetrics { get; init; } = new Dictionary<string, double>();

    private (int, double, double, double?, double?, double, double?, double) Numbers =>
        (Epoch, Loss, Accuracy, ValidationLoss, ValidationAccuracy, TrainImagesPerSecond, ValidationImagesPerSecond, Seconds);

    /// <summary>Whether all numbers are the same, those of the metrics too.</summary>
    public bool Equals(EpochResult? other) =>
        other is not null && Numbers.Equals(other.Numbers) && AreEqual(Metrics, other.Metrics) && AreEqual(ValidationMetrics, other.ValidationMetrics);

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.GetHashCode();

    private static bool AreEqual(IReadOnlyDictionary<string, double> one, IReadOnlyDictionary<string, double> two) =>
        one.Count == two.Count && one.All(metric => two.TryGetValue(metric.Key, out double value) && value.Equals(metric.Value));

    /// <summary>A number by its name in Keras's History; null where it was not measured.</summary>
    internal double? Find(string name) => name switch
    {
        "loss" => Loss,
        "accuracy" => double.IsNaN(Accuracy) ? null : Accuracy,
        "val_loss" => ValidationLoss,
        "val_accuracy" => double.IsNaN(ValidationAccuracy ?? double.NaN) ? null : ValidationAccuracy,
        _ when Metrics.TryGetValue(name, out double value) => value,
        _ when name.StartsWith("val_", StringComparison.Ordinal) && ValidationMetrics.TryGetValue(name[4..], out double value) => value,
        _ => null,
    };
}

/// <summary>What a training came to, epoch by epoch.</summary>
/// <param name="Epochs">One entry an epoch, in order.</param>
public sealed record History(IReadOnlyList<EpochResult> Epochs)
{
    /// <summary>A metric over the epochs, as Keras's History has it: loss, accuracy, val_loss, val_accuracy, or the name of a metric that the model was compiled with, with val_
    /// before it on the validation images.</summary>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public IReadOnlyList<double> this[string name] => [.. Epochs.Select(epoch => epoch.Find(name) ?? throw new KeyNotFoundException($"The training did not measure '{name}'."))];
}
