namespace NeuralCore;

/// <summary>The mean, over an item's numbers, of |prediction - target|.</summary>
public sealed class MeanAbsoluteError : Metric
{
    /// <inheritdoc/>
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double sum = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            sum += Math.Abs((double)prediction[i] - target[i]);
        }

        return sum / prediction.Length;
    }

    internal override void RequireFit(Shape prediction, Loss loss) => RequireNumbers(prediction, loss);
}
