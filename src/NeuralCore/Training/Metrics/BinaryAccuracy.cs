namespace NeuralCore;

/// <summary>The fraction of an item's numbers that are on their target's side of a threshold.</summary>
/// <param name="threshold">The threshold: one half for probabilities, 0 for logits. Targets are compared with one half.</param>
public sealed class BinaryAccuracy(double threshold = 0.5) : Metric
{
    /// <summary>The threshold.</summary>
    public double Threshold => threshold;

    /// <inheritdoc/>
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        int right = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            right += (prediction[i] > threshold) == (target[i] > 0.5f) ? 1 : 0;
        }

        return (double)right / prediction.Length;
    }

    internal override void RequireFit(Shape prediction, Loss loss) => RequireNumbers(prediction, loss);
}
