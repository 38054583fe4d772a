using System.Numerics;

namespace NeuralCore;

/// <summary>
/// What training makes small: a number for each item, of what the network gives and what it should have given. A loss of one's own says what it compares with
/// and writes its formula and the derivative as loops over the spans of one item, in float to train and in double to be checked
/// (GradientCheck); it runs on the CPU backends, several items at once on their threads.
/// </summary>
public abstract class Loss
{
    /// <summary>The name, as Keras writes it: by default that of the class in that spelling.</summary>
    public virtual string Name => Layer.SnakeCase(GetType().Name);

    /// <summary>What a prediction is compared with.</summary>
    public virtual TargetKind Targets => TargetKind.Numbers;

    /// <summary>The shape of an item's target where targets are numbers: by default the prediction's.</summary>
    /// <param name="prediction">The shape of what the network gives for an item.</param>
    public virtual Shape TargetShape(Shape prediction) => prediction;

    /// <summary>The loss of one item.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="prediction">What the network gives, row-major.</param>
    /// <param name="target">What it should have given: the target's numbers, row-major; where targets are classes one number, the class.</param>
    public abstract T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The gradient of one item's loss with respect to the prediction.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="prediction">What the network gives.</param>
    /// <param name="target">What it should have given, as in <see cref="Forward"/>.</param>
    /// <param name="dPrediction">Receives the gradient, every element of it.</param>
    public abstract void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Writes down the op.</summary>
    /// <param name="prediction">What the network gives.</param>
    /// <param name="weighted">Whether items count more or less than others.</param>
    /// <exception cref="ArgumentException">The loss is not for such an output.</exception>
    internal virtual LossValues Build(Value prediction, bool weighted = false)
    {
        Value targets = NewTargets(prediction);
        Value? weights = NewWeights(weighted);
        return new LossValues(targets, new CustomLossNode(this, prediction, targets, weights).Output, null, weights);
    }

    /// <summary>The value for what the network should have given.</summary>
    private protected Value NewTargets(Value prediction) => Targets == TargetKind.Class
        ? new Value("labels", default, ElementKind.Label)
        : new Value("targets", TargetShape(prediction.Shape));

    /// <summary>The value for what each item counts.</summary>
    private protected static Value? NewWeights(bool weighted) => weighted ? new Value("item weights", default) : null;

    private protected static double RequireSmoothing(double smoothing) => smoothing >= 0 && smoothing < 1
        ? smoothing
        : throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Label smoothing is at least 0 and below 1, such as 0.1.");
}

/// <summary>What a loss compares a prediction with.</summary>
public enum TargetKind
{
    /// <summary>As many numbers as <see cref="Loss.TargetShape"/> says.</summary>
    Numbers,

    /// <summary>One class.</summary>
    Class,
}

/// <summary>A loss as it is written down.</summary>
/// <param name="Targets">What is brought in: what the network should have given.</param>
/// <param name="Losses">The loss of each item.</param>
/// <param name="Hits">1 for each item that is right, where the loss knows; else null.</param>
/// <param name="Weights">What is brought in as well where items count more or less than others: how much. It has no part in <paramref name="Losses"/>.</param>
internal sealed record LossValues(Value Targets, Value Losses, Value? Hits, Value? Weights = null);
