using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The exponential linear unit: y = x where x &gt; 0, else alpha (exp(x) - 1) (Clevert et al. 2015).</summary>
public sealed class ELU : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="alpha">The negative of the least output, at least 0.</param>
    /// <exception cref="ArgumentException">Alpha is negative or no number.</exception>
    public ELU(double alpha = 1)
    {
        if (!(alpha >= 0 && double.IsFinite(alpha)))
        {
            throw new ArgumentException(FormattableString.Invariant($"The alpha of an ELU is a number of at least 0, and was {alpha}."), nameof(alpha));
        }

        Alpha = alpha;
    }

    /// <summary>The negative of the least output.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => new ActivationNode(ActivationFunctions.ExponentialLinear(Alpha), input).Output;
}
