namespace NeuralCore;

/// <summary>
/// How well a model does, beside its loss: a number for each item, of what the network gives and what it should have given. Training, validation and evaluation report
/// the mean over the items. A metric of one's own says that number of one item.
/// </summary>
public abstract class Metric
{
    /// <summary>The name in histories, as Keras writes it: by default that of the class in that spelling.</summary>
    public virtual string Name => Layer.SnakeCase(GetType().Name);

    /// <summary>The number of one item. It is called for every item of every batch, so it should allocate nothing.</summary>
    /// <param name="prediction">What the network gives, row-major.</param>
    /// <param name="target">What it should have given: the target's numbers, row-major; where targets are classes one number, the class.</param>
    public abstract double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target);

    /// <summary>A loss as a metric, beside the one that is trained: the mean squared error, say.</summary>
    /// <param name="loss">The loss.</param>
    public static Metric Of(Loss loss) => new LossMetric(loss);

    /// <summary>Makes sure that the metric is for what a model gives and is compared with.</summary>
    /// <param name="prediction">The shape of what the network gives for an item.</param>
    /// <param name="loss">What the model is trained by, which says what a prediction is compared with.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal virtual void RequireFit(Shape prediction, Loss loss)
    {
    }

    /// <summary>Makes sure that there is a target for each number of a prediction.</summary>
    private protected void RequireNumbers(Shape prediction, Loss loss)
    {
        int targets = loss.Targets == TargetKind.Class ? 1 : loss.TargetShape(prediction).Count;
        if (targets != prediction.Count)
        {
            throw new ArgumentException(
                $"The metric {Name} compares each of {prediction.Count} numbers with its target, and with the loss {loss.Name} an item has {(targets == 1 ? "one target" : $"{targets} targets")}: use another metric, such as accuracy.");
        }
    }
}
