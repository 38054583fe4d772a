namespace NeuralCore;

/// <summary>A loss that is measured and not trained.</summary>
internal sealed class LossMetric(Loss loss) : Metric
{
    public override string Name => loss.Name;

    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target) => loss.Forward(prediction, target);

    internal override void RequireFit(Shape prediction, Loss trained)
    {
        int own = loss.Targets == TargetKind.Class ? 1 : loss.TargetShape(prediction).Count, given = trained.Targets == TargetKind.Class ? 1 : trained.TargetShape(prediction).Count;
        if (own != given || loss.Targets != trained.Targets)
        {
            throw new ArgumentException($"The metric {Name} compares with other targets than the loss {trained.Name}: use one that compares with the same.");
        }
    }
}
