using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// Adam with decoupled weight decay, with Keras's defaults and Keras's rule: before each step of <see cref="Adam"/> kernels shrink by
/// weightDecay * learningRate of themselves; biases, scales and offsets do not (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).
/// </summary>
public sealed class AdamW : Optimizer
{
    /// <summary>Describes the optimiser.</summary>
    /// <param name="learningRate">The learning rate, above 0.</param>
    /// <param name="weightDecay">The decay, at least 0.</param>
    /// <param name="beta1">The decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">The decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">Keeps the division away from zero, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamW(double learningRate = 0.001, double weightDecay = 0.004, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7)
        : base(learningRate)
    {
        Adam.RequireRanges("AdamW", beta1, beta2, epsilon);
        (Beta1, Beta2, Epsilon, WeightDecay) = (beta1, beta2, epsilon, weightDecay);
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
    /// <remarks>The step of weights that do not decay.</remarks>
    public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state) =>
        RuleAt(step).Reference(values, gradients, state);

    internal override UpdateRule RuleAt(long step)
    {
        AdamRule rule = OwnRule<AdamRule>();
        rule.PlanName = "AdamW";
        rule.Step = AdamStep.At(step, LearningRate, Beta1, Beta2, Epsilon, EpsilonRule);
        return rule;
    }
}
