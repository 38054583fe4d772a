namespace NeuralCore;

/// <summary>
/// How a training went, epoch by epoch: what of a <see cref="History"/> is the same for the same seed, and so can be kept with
/// the model. A loss that ran away is NaN or infinite.
/// </summary>
/// <param name="Loss">The mean training loss of each epoch, in nats.</param>
/// <param name="Accuracy">The training accuracy of each epoch, in [0, 1].</param>
/// <param name="ValidationLoss">The loss on the validation images after each epoch; null without validation.</param>
/// <param name="ValidationAccuracy">The accuracy on them; null without validation.</param>
public sealed record LearningCurves(
    IReadOnlyList<double> Loss,
    IReadOnlyList<double> Accuracy,
    IReadOnlyList<double>? ValidationLoss,
    IReadOnlyList<double>? ValidationAccuracy)
{
    /// <summary>
    /// The learning rate at equal distances over the training, from the first step on: the same number of values for each epoch. Null if it is not known.
    /// </summary>
    public IReadOnlyList<double>? LearningRate { get; init; }

    /// <summary>The number of epochs.</summary>
    public int Epochs => Loss.Count;

    /// <summary>Collects the epochs of one training, all of them with validation or all of them without.</summary>
    public static LearningCurves Of(IReadOnlyList<EpochResult> epochs)
    {
        bool validated = epochs.Count > 0 && epochs.All(e => e.ValidationLoss is not null && e.ValidationAccuracy is not null);
        return new(
            [.. epochs.Select(e => e.Loss)],
            [.. epochs.Select(e => e.Accuracy)],
            validated ? [.. epochs.Select(e => e.ValidationLoss!.Value)] : null,
            validated ? [.. epochs.Select(e => e.ValidationAccuracy!.Value)] : null);
    }
}
