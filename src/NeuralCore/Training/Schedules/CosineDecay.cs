namespace NeuralCore;

/// <summary>
/// Lets the learning rate fall over a whole training along half a cosine, from the optimiser's to a part of it (Loshchilov and Hutter, "SGDR", 2017, without its restarts).
/// Keras's CosineDecay with the training's length as decay_steps; <see cref="Warmup"/> lets it rise before.
/// </summary>
/// <param name="alpha">What part of the learning rate it falls to, in [0, 1].</param>
/// <param name="decaySteps">After how many steps it is there, and stays; the training's if null.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed class CosineDecay(double alpha = 0.01, long? decaySteps = null) : Schedule
{
    /// <summary>What part of the learning rate it falls to.</summary>
    public double Alpha { get; } = alpha >= 0 && alpha <= 1 ? alpha : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "A cosine decay falls to a part of the learning rate in [0, 1].");

    /// <summary>After how many steps it is there; the training's if null.</summary>
    public long? DecaySteps { get; } = decaySteps is null or > 0 ? decaySteps : throw new ArgumentOutOfRangeException(nameof(decaySteps), decaySteps, "A cosine decay takes at least one step.");

    /// <inheritdoc/>
    public override double Rate(double learningRate, long step, long steps)
    {
        long total = DecaySteps ?? Math.Max(1, steps);
        return learningRate * (Alpha + ((1 - Alpha) * (1 + Math.Cos(Math.PI * Math.Min(step, total) / total)) / 2));
    }
}
