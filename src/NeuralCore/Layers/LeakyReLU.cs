using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A ReLU that lets a part of what is negative through: y = x where x &gt; 0, else negativeSlope x (Maas et al. 2013).</summary>
public sealed class LeakyReLU : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="negativeSlope">The slope below 0, at least 0.</param>
    /// <exception cref="ArgumentException">The slope is negative or no number.</exception>
    public LeakyReLU(double negativeSlope = 0.3)
    {
        if (!(negativeSlope >= 0 && double.IsFinite(negativeSlope)))
        {
            throw new ArgumentException(FormattableString.Invariant($"The slope of a leaky ReLU is a number of at least 0, and was {negativeSlope}."), nameof(negativeSlope));
        }

        NegativeSlope = negativeSlope;
    }

    /// <summary>The slope below 0.</summary>
    public double NegativeSlope { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => new ActivationNode(ActivationFunctions.Rectified(slope: NegativeSlope), input).Output;
}
