using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>RMSprop with Keras's defaults and Keras's rule: gradients divided by the root of their mean square; <see cref="RmsPropStep"/> states it.</summary>
public sealed class RMSprop : Optimizer
{
    /// <summary>Describes the optimiser.</summary>
    /// <param name="learningRate">The learning rate, above 0.</param>
    /// <param name="rho">The decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="momentum">How much of the last step is taken again, in [0, 1).</param>
    /// <param name="epsilon">Keeps the division away from zero, above 0.</param>
    /// <param name="centered">Whether gradients are divided by their deviation, and not by the root of their mean square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RMSprop(double learningRate = 0.001, double rho = 0.9, double momentum = 0, double epsilon = 1e-7, bool centered = false)
        : base(learningRate)
    {
        if (!(rho >= 0 && rho < 1 && momentum >= 0 && momentum < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rho), $"RMSprop's rho and momentum are at least 0 and below 1, not {rho} and {momentum}.");
        }

        if (!(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "RMSprop's epsilon is above 0.");
        }

        (Rho, Momentum, Epsilon, Centered) = (rho, momentum, epsilon, centered);
    }

    /// <summary>The decay of the mean squared gradient.</summary>
    public double Rho { get; }

    /// <summary>How much of the last step is taken again.</summary>
    public double Momentum { get; }

    /// <summary>Keeps the division away from zero.</summary>
    public double Epsilon { get; }

    /// <summary>Where epsilon is added.</summary>
    public EpsilonRule EpsilonRule { get; init; }

    /// <summary>Whether gradients are divided by their deviation.</summary>
    public bool Centered { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => ["velocity", .. Momentum > 0 ? ["momentum"] : Array.Empty<string>(), .. Centered ? ["average_gradient"] : Array.Empty<string>()];

    /// <inheritdoc/>
    public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state) =>
        RuleAt(step).Reference(values, gradients, state);

    internal override UpdateRule RuleAt(long step)
    {
        RmsPropRule rule = OwnRule<RmsPropRule>();
        rule.Step = new RmsPropStep(LearningRate, Rho, Momentum, Epsilon, EpsilonRule, Centered);
        return rule;
    }
}
