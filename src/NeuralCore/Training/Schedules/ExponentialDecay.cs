namespace NeuralCore;

/// <summary>Multiplies the learning rate by the same number after each decaySteps steps: learningRate * decayRate^(step / decaySteps), Keras's ExponentialDecay.</summary>
/// <param name="decayRate">What it is multiplied by, in (0, 1].</param>
/// <param name="decaySteps">In how many steps, at least 1.</param>
/// <param name="staircase">Whether it stays in between, and falls at once at the end of them.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed class ExponentialDecay(double decayRate, long decaySteps = 1, bool staircase = false) : Schedule
{
    private readonly double _rate = decayRate > 0 && decayRate <= 1 ? decayRate : throw new ArgumentOutOfRangeException(nameof(decayRate), decayRate, "An exponential decay multiplies by a number in (0, 1].");
    private readonly long _steps = decaySteps >= 1 ? decaySteps : throw new ArgumentOutOfRangeException(nameof(decaySteps), decaySteps, "An exponential decay takes at least one step.");

    /// <inheritdoc/>
    public override double Rate(double learningRate, long step, long steps)
    {
        double exponent = (double)step / _steps;
        return learningRate * Math.Pow(_rate, staircase ? Math.Floor(exponent) : exponent);
    }
}
