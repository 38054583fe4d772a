using NeuralCore.Ops;

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

    /// <summary>Adds the batch that a plan has just run forward.</summary>
    public void Add(Plan<float> plan, IBackend<float> backend, int items)
    {
        LossSum += Sum(plan.Losses, backend, items);
        HitSum += Sum(plan.Hits, backend, items);
        Count += items;
    }

    private double Sum(PlanBuffer buffer, IBackend<float> backend, int items)
    {
        Span<float> values = _values.AsSpan(0, items);
        backend.Download(buffer.Slot, values);
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}
