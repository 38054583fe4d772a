using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Stochastic gradient descent with Keras's defaults and Keras's rule, with or without momentum; <see cref="SgdStep"/> states it.</summary>
public sealed class SGD : Optimizer
{
    /// <summary>Describes the optimiser.</summary>
    /// <param name="learningRate">The learning rate, above 0.</param>
    /// <param name="momentum">How much of the last step is taken again, in [0, 1); with 0 nothing is kept.</param>
    /// <param name="nesterov">Whether momentum is Nesterov's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's momentum is asked for, and there is none.</exception>
    public SGD(double learningRate = 0.01, double momentum = 0, bool nesterov = false)
        : base(learningRate)
    {
        if (!(momentum >= 0 && momentum < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "SGD's momentum is at least 0 and below 1.");
        }

        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's form is one of momentum: give a momentum above 0, such as 0.9.", nameof(nesterov));
        }

        (Momentum, Nesterov) = (momentum, nesterov);
    }

    /// <summary>How much of the last step is taken again.</summary>
    public double Momentum { get; }

    /// <summary>Whether momentum is Nesterov's.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => Momentum > 0 ? ["momentum"] : [];

    /// <inheritdoc/>
    public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state) =>
        RuleAt(step).Reference(values, gradients, state);

    internal override UpdateRule RuleAt(long step)
    {
        SgdRule rule = OwnRule<SgdRule>();
        rule.Step = new SgdStep(LearningRate, Momentum, Nesterov);
        return rule;
    }
}
