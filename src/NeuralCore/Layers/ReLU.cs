using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// The rectified linear unit as a layer of its own: y = max(x, 0), unless said otherwise. With the options of Keras's layer y is
/// <see cref="MaxValue"/> where x is at least that, x where it is at least <see cref="Threshold"/>, else
/// <see cref="NegativeSlope"/> (x - <see cref="Threshold"/>).
/// </summary>
public sealed class ReLU : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="maxValue">The largest output; null for no bound.</param>
    /// <param name="negativeSlope">The slope below the threshold.</param>
    /// <param name="threshold">Where the slope becomes 1.</param>
    /// <exception cref="ArgumentException">A number is negative or none.</exception>
    public ReLU(double? maxValue = null, double negativeSlope = 0, double threshold = 0)
    {
        if (!(maxValue is null or >= 0) || !(negativeSlope >= 0) || !(threshold >= 0) || !double.IsFinite(negativeSlope + threshold))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The largest value, the slope and the threshold of a ReLU are numbers of at least 0, and were {maxValue?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, {negativeSlope} and {threshold}."));
        }

        (MaxValue, NegativeSlope, Threshold) = (maxValue, negativeSlope, threshold);
    }

    /// <summary>The largest output; null for no bound.</summary>
    public double? MaxValue { get; }

    /// <summary>The slope below the threshold.</summary>
    public double NegativeSlope { get; }

    /// <summary>Where the slope becomes 1.</summary>
    public double Threshold { get; }

    /// <inheritdoc/>
    public override string Kind => "re_lu";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => this is { MaxValue: null, NegativeSlope: 0, Threshold: 0 }
        ? new ReLUNode(input).Output
        : new ActivationNode(ActivationFunctions.Rectified(MaxValue ?? double.PositiveInfinity, NegativeSlope, Threshold), input).Output;
}
