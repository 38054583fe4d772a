namespace NeuralCore;

/// <summary>Loss and accuracy over the batches so far, summed in double in the order of the items.</summary>
internal sealed class RunningMean(int batchSize)
{
    private readonly float[] _values = new float[batchSize];

    public int Count { get; private set; }

    public double LossSum { get; private set; }

    public double HitSum { get; private set; }

    public double Loss => LossSum / Count;

    public double Accuracy => HitSum / Count;

    /// <summary>Goes on from these sums, or from nothing.</summary>
    public void Reset(EpochPart part = default) => (LossSum, HitSum, Count) = (part.LossSum, part.HitSum, part.Images);

    /// <summary>Adds the batch that has just run forward.</summary>
    /// <param name="backend">What computed.</param>
    /// <param name="losses">The loss of each item.</param>
    /// <param name="hits">Whether each item is right; null where the loss does not know.</param>
    /// <param name="items">The items.</param>
    public void Add(IBackend<float> backend, Slot losses, Slot? hits, int items)
    {
        LossSum += Sum(losses, backend, items);
        HitSum += hits is { } slot ? Sum(slot, backend, items) : 0;
        Count += items;
    }

    private double Sum(Slot slot, IBackend<float> backend, int items)
    {
        Span<float> values = _values.AsSpan(0, items);
        backend.Download(slot, values);
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}
