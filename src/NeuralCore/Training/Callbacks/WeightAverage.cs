namespace NeuralCore;

/// <summary>
/// Keeps an exponential moving average of all weights, average = decay * average + (1 - decay) * weight after each step, from the weights after the first one on
/// (Keras's use_ema; Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992). Training goes on with the weights themselves. Validation, and
/// every callback at the end of an epoch and of the training, meets the averages in their place, and when the training is over the model keeps the averages. Moving means
/// and variances of normalizations are averaged in the same way. Checkpoints hold both, so a resumed training has the same averages to the bit.
/// </summary>
/// <remarks>A training that is cancelled or fails leaves the weights themselves in the model.</remarks>
public sealed class WeightAverage : Callback
{
    /// <summary>Describes the average.</summary>
    /// <param name="decay">How much of it stays at a step, in [0, 1): it reaches back some 1 / (1 - decay) steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of its range.</exception>
    public WeightAverage(double decay = 0.999) => Decay = decay >= 0 && decay < 1
        ? decay
        : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of an average is at least 0 and below 1, such as 0.999.");

    /// <summary>How much of the average stays at a step.</summary>
    public double Decay { get; }
}
