namespace NeuralCore;

/// <summary>
/// Lets the learning rate rise linearly up to the optimiser's over the first part of a training, and fall linearly over the rest. The defaults are those of airbench94
/// (Keller Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024).
/// </summary>
/// <param name="risingPart">The part of the steps in which it rises, in (0, 1).</param>
/// <param name="from">What part of the learning rate the first step has, in [0, 1].</param>
/// <param name="to">What part of it the last step has, in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed class Triangle(double risingPart = 0.23, double from = 0.2, double to = 0.07) : Schedule
{
    /// <summary>The part of the steps in which the rate rises.</summary>
    public double RisingPart { get; } =
        risingPart > 0 && risingPart < 1 ? risingPart : throw new ArgumentOutOfRangeException(nameof(risingPart), risingPart, "A triangle rises in a part of the steps in (0, 1).");

    /// <summary>What part of the learning rate the first step has.</summary>
    public double From { get; } = Part(from, nameof(from));

    /// <summary>What part of the learning rate the last step has.</summary>
    public double To { get; } = Part(to, nameof(to));

    /// <inheritdoc/>
    public override double Rate(double learningRate, long step, long steps)
    {
        double top = RisingPart * steps;
        return learningRate * (step < top
            ? From + ((1 - From) * step / top)
            : To + ((1 - To) * (1 - Math.Min(1, (step - top) / Math.Max(1, steps - 1 - top)))));
    }

    private static double Part(double part, string name) =>
        part is >= 0 and <= 1 ? part : throw new ArgumentOutOfRangeException(name, part, "A triangle begins and ends at parts of the learning rate in [0, 1].");
}
