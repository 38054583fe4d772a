namespace NeuralCore;

/// <summary>
/// Lets the learning rate rise and fall once over a whole training, which lets a short one take larger steps: from a 25th of the optimiser's up to that over the first 30 %
/// of the steps, then down to a 250,000th (Smith and Topin, "Super-convergence", 2017, with cosines for lines, as PyTorch's OneCycleLR has it by default, but for the
/// momentum, which stays).
/// </summary>
/// <param name="risingPart">The part of the steps in which it rises, in (0, 1).</param>
/// <param name="startDivisor">What part of the learning rate it starts from, as a divisor, at least 1.</param>
/// <param name="endDivisor">What part of the start it ends at, as a divisor, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed class OneCycle(double risingPart = 0.3, double startDivisor = 25, double endDivisor = 1e4) : Schedule
{
    /// <summary>The part of the steps in which the rate rises.</summary>
    public double RisingPart { get; } =
        risingPart > 0 && risingPart < 1 ? risingPart : throw new ArgumentOutOfRangeException(nameof(risingPart), risingPart, "One cycle rises in a part of the steps in (0, 1).");

    /// <summary>What part of the learning rate it starts from, as a divisor.</summary>
    public double StartDivisor { get; } = AtLeastOne(startDivisor, nameof(startDivisor));

    /// <summary>What part of the start it ends at, as a divisor.</summary>
    public double EndDivisor { get; } = AtLeastOne(endDivisor, nameof(endDivisor));

    /// <inheritdoc/>
    public override double Rate(double learningRate, long step, long steps)
    {
        double top = (RisingPart * steps) - 1;
        double start = learningRate / StartDivisor;
        return step <= top
            ? Cosine(start, learningRate, step / top)
            : Cosine(learningRate, start / EndDivisor, Math.Min(1, (step - top) / (steps - 1 - top)));
    }

    private static double Cosine(double from, double to, double progress) =>
        to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * progress)));

    private static double AtLeastOne(double divisor, string name) =>
        divisor >= 1 && double.IsFinite(divisor) ? divisor : throw new ArgumentOutOfRangeException(name, divisor, "One cycle's divisors are at least 1.");
}
