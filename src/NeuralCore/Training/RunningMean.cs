using NeuralCore.Ops;

namespace NeuralCore.Training;

/// <summary>Loss and accuracy over the batches so far, summed in double in the order of the items.</summary>
internal sealed class RunningMean(int batchSize)
{
    private readonly float[] _values = new float[batchSize];
    private double _loss;
    private double _hits;

    public int Count { get; private set; }

    public double Loss => _loss / Count;

    public double Accuracy => _hits / Count;

    public void Reset() => (_loss, _hits, Count) = (0, 0, 0);

    /// <summary>Adds the batch that a plan has just run forward.</summary>
    public void Add(Plan<float> plan, IBackend<float> backend, int items)
    {
        _loss += Sum(plan.Losses, backend, items);
        _hits += Sum(plan.Hits, backend, items);
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
