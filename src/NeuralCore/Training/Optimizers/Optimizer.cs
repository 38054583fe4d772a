namespace NeuralCore;

/// <summary>
/// How training changes weights by their gradients. An optimiser of one's own says what it keeps of each weight and writes its formula as a loop;
/// it then trains, is checkpointed and resumed like those that the engine has.
/// </summary>
public abstract class Optimizer
{
    private double _learningRate;

    /// <summary>Describes an optimiser.</summary>
    /// <param name="learningRate">The learning rate, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is no number above 0.</exception>
    protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>The learning rate, above 0; a callback may change it between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no number above 0.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate is a number above 0.");
    }

    /// <summary>The names of the numbers that it keeps of each weight, at most two: m and v, velocity.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>One step of some weights, in place. All spans have the same length; those of what is not kept are empty.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    /// <param name="values">The weights.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="first">The first number kept of each; 0 before the first step.</param>
    /// <param name="second">The second number kept of each; 0 before the first step.</param>
    public abstract void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second);

    /// <summary>The step as kernels run it, with the numbers of now.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    internal virtual UpdateRule RuleAt(long step) => (_loop ??= new LoopRule(this)).At(step);

    /// <summary>Whether the step can be taken where a gradient is summed, so that the gradient is never written.</summary>
    internal virtual bool RunsInBackward => false;

    private LoopRule? _loop;
}
