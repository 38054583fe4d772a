using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The Adam optimiser with Keras's defaults and Keras's rule; <see cref="AdamStep"/> states it.</summary>
public sealed class Adam : Optimizer
{
    /// <summary>Describes the optimiser.</summary>
    /// <param name="learningRate">The learning rate, above 0.</param>
    /// <param name="beta1">The decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">The decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">Keeps the division away from zero, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adam(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7)
        : base(learningRate)
    {
        RequireRanges("Adam", beta1, beta2, epsilon);
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
    }

    /// <summary>The decay of the mean gradient.</summary>
    public double Beta1 { get; }

    /// <summary>The decay of the mean squared gradient.</summary>
    public double Beta2 { get; }

    /// <summary>Keeps the division away from zero.</summary>
    public double Epsilon { get; }

    /// <summary>Where epsilon is added.</summary>
    public EpsilonRule EpsilonRule { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => ["m", "v"];

    /// <inheritdoc/>
    public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state) =>
        RuleAt(step).Reference(values, gradients, state);

    internal override UpdateRule RuleAt(long step)
    {
        AdamRule rule = OwnRule<AdamRule>();
        rule.Step = AdamStep.At(step, LearningRate, Beta1, Beta2, Epsilon, EpsilonRule);
        return rule;
    }

    internal static void RequireRanges(string name, double beta1, double beta2, double epsilon)
    {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(beta1), $"{name}'s betas are at least 0 and below 1, not {beta1} and {beta2}.");
        }

        if (!(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"{name}'s epsilon is above 0.");
        }
    }
}
