namespace NeuralCore;

/// <summary>
/// Keeps an average of all weights of a training. Training goes on with the weights themselves. Validation, and every callback at the end of an epoch and of the training,
/// meets the average in their place, and when the training is over the model keeps it. Moving means and variances of normalizations are averaged in the same way.
/// Checkpoints hold both, so a resumed training has the same average to the bit.
/// </summary>
/// <remarks>A training that is cancelled or fails leaves the weights themselves in the model.</remarks>
public sealed class WeightAverage : Callback
{
    /// <summary>
    /// Describes an exponential moving average: average = decay * average + (1 - decay) * weight after each step, from the weights after the first one on (Keras's use_ema;
    /// Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992).
    /// </summary>
    /// <param name="decay">How much of it stays at a step, in [0, 1): it reaches back some 1 / (1 - decay) steps.</param>
    /// <param name="warmUp">
    /// Whether less of it stays in the first steps, so that the first weights are soon forgotten: min(decay, (1 + t) / (10 + t)) behind step t of the model, as TensorFlow's
    /// ExponentialMovingAverage has it with num_updates. Without it 0.999 leaves 37 % of the first weights in the average after 1,000 steps.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of its range.</exception>
    public WeightAverage(double decay = 0.999, bool warmUp = false)
    {
        Decay = decay >= 0 && decay < 1
            ? decay
            : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of an average is at least 0 and below 1, such as 0.999.");
        WarmUp = warmUp;
    }

    private WeightAverage(int fromEpoch) => FromEpoch = fromEpoch >= 1
        ? fromEpoch
        : throw new ArgumentOutOfRangeException(nameof(fromEpoch), fromEpoch, "Epochs are counted from 1.");

    /// <summary>How much of an exponential average stays at a step; 0 for the mean of epochs.</summary>
    public double Decay { get; }

    /// <summary>Whether less of an exponential average stays in the first steps.</summary>
    public bool WarmUp { get; }

    /// <summary>The first epoch whose weights are in the mean; null for an exponential average.</summary>
    public int? FromEpoch { get; }

    /// <summary>
    /// Describes the mean of the weights at the end of each epoch from one on (Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018).
    /// Before that epoch nothing takes the weights' place.
    /// </summary>
    /// <param name="fromEpoch">The first epoch in the mean, counted from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is below 1.</exception>
    public static WeightAverage OfEpochs(int fromEpoch) => new(fromEpoch);
}
