using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// How training changes weights by their gradients. An optimiser of one's own says what it keeps of each weight and writes its formula as a loop;
/// it then trains, is checkpointed and resumed like those that the engine has. Clipping and decay are done before an optimiser's rule, whichever it is.
/// </summary>
public abstract class Optimizer
{
    private double _learningRate;
    private UpdateRule? _rule;
    private UpdateRules? _rules;
    private Optimizer? _ofBiases;

    /// <summary>Describes an optimiser.</summary>
    /// <param name="learningRate">The learning rate, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is not a number above 0.</exception>
    protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>The name: that of the class in lower case, as Keras has it.</summary>
    public virtual string Name => GetType().Name.ToLowerInvariant();

    /// <summary>The learning rate, above 0; a callback may change it between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number above 0.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate is a number above 0, such as 0.001.");
    }

    /// <summary>The learning rate as a schedule sets it: it may fall to 0.</summary>
    internal double ScheduledRate
    {
        set => _learningRate = value;
    }

    /// <summary>
    /// The learning rate of weights of the role <see cref="WeightRole.Undecayed"/>, which are biases, scales and offsets, as a multiple of
    /// <see cref="LearningRate"/>; 1 unless set.
    /// </summary>
    /// <remarks>Where it is not 1, a shallow copy of the optimiser steps those weights, so its <see cref="Update"/> should keep everything in the state that it is given.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number above 0.</exception>
    public double BiasRate
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The learning rate of biases is a multiple above 0 of the others'.");
    } = 1;

    /// <summary>
    /// The decoupled decay: before each step this times the learning rate is taken off each weight of the role <see cref="WeightRole.Decayed"/>, as a
    /// part of it; Keras's weight_decay. At least 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number of at least 0.</exception>
    public double WeightDecay { get; init => field = AtLeastZero(value, nameof(WeightDecay)); }

    /// <summary>
    /// Whether both kinds of decay take all weights, biases, scales and offsets too, as Keras's and PyTorch's do unless told otherwise; a model from there
    /// is trained further so.
    /// </summary>
    public bool DecaysAll { get; init; }

    /// <summary>
    /// The decay by the gradient: this times the weight is added to the gradient of each weight of the role <see cref="WeightRole.Decayed"/>, which is
    /// the gradient of L2 / 2 * weight^2 in the loss; what PyTorch's SGD and Adam call weight_decay. At least 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number of at least 0.</exception>
    public double L2 { get; init => field = AtLeastZero(value, nameof(L2)); }

    /// <summary>The largest magnitude of a gradient: what is above is set to it; null for no limit. Keras's clipvalue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double? ClipValue { get; init => field = AboveZero(value, nameof(ClipValue)); }

    /// <summary>
    /// The largest Euclidean norm of all gradients together: where it is above, all are multiplied by the same number so that it is this; null for no
    /// limit. Keras's global_clipnorm. It comes before <see cref="ClipValue"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double? GlobalClipNorm { get; init => field = AboveZero(value, nameof(GlobalClipNorm)); }

    /// <summary>The names of the numbers that it keeps of each weight, at most three: m and v, momentum.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Whether the step can be taken where a gradient is summed, so that the gradient is never written.</summary>
    internal bool RunsInBackward => GlobalClipNorm is null && !RuleAt(1).IsLoop;

    /// <summary>One step of some weights, in place. All spans have the same length.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    /// <param name="values">The weights.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="state">What is kept of each, in the order of <see cref="StateNames"/>; all 0 before the first step.</param>
    public abstract void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state);

    /// <summary>The step as kernels run it, with the numbers of now.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    internal UpdateRules RulesAt(long step)
    {
        Optimizer ofBiases = OfBiases();
        (UpdateRule decayed, UpdateRule undecayed) = (RuleAt(step), ofBiases.RuleAt(step));
        _rules ??= new UpdateRules(Regularized(decayed, 1), Regularized(undecayed, DecaysAll ? 1 : 0));
        SetRegularization(_rules.Decayed, 1, LearningRate);
        SetRegularization(_rules.Undecayed, DecaysAll ? 1 : 0, ofBiases.LearningRate);
        return _rules;
    }

    /// <summary>The optimiser's own rule, the same object every time, with the numbers of a step.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    internal virtual UpdateRule RuleAt(long step) => ((LoopRule)(_rule ??= new LoopRule(this))).At(step);

    /// <summary>The one object that <see cref="RuleAt"/> sets and returns.</summary>
    private protected TRule OwnRule<TRule>()
        where TRule : UpdateRule, new() => (TRule)(_rule ??= new TRule());

    /// <summary>This optimiser at the rate of the biases: itself, or a copy with a rule of its own, since the numbers of both are in use at the same time.</summary>
    private Optimizer OfBiases()
    {
        if (BiasRate == 1)
        {
            return this;
        }

        if (_ofBiases is null)
        {
            _ofBiases = (Optimizer)MemberwiseClone();
            (_ofBiases._rule, _ofBiases._rules) = (null, null);
        }

        _ofBiases._learningRate = _learningRate * BiasRate;
        return _ofBiases;
    }

    private UpdateRule Regularized(UpdateRule rule, double decays) => NewRegularization(decays, 1).IsNone ? rule : new RegularizedRule(rule);

    private void SetRegularization(UpdateRule rule, double decays, double learningRate)
    {
        if (rule is RegularizedRule regularized)
        {
            regularized.Regularization = NewRegularization(decays, learningRate);
        }
    }

    private Regularization NewRegularization(double decays, double learningRate) =>
        new(ClipValue ?? double.PositiveInfinity, decays * L2, decays * WeightDecay * learningRate);

    private static double AtLeastZero(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"An optimiser's {name} is a number of at least 0.");

    private static double? AboveZero(double? value, string name) => value is null or > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"An optimiser's {name} is a number above 0, or null for no limit.");
}
