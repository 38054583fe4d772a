namespace NeuralCore;

/// <summary>Loss, accuracy and further metrics over the batches so far, summed in double in the order of the items.</summary>
internal sealed class RunningMean
{
    private readonly Judgement _judgement;
    private readonly float[] _values;
    private readonly float[] _predictions;
    private readonly double[] _metricSums;

    /// <summary>Begins at nothing.</summary>
    /// <param name="batchSize">The most items of a batch.</param>
    /// <param name="judgement">What is summed.</param>
    public RunningMean(int batchSize, Judgement judgement)
    {
        _judgement = judgement;
        _values = new float[batchSize];
        _predictions = new float[judgement.ReadsPredictions ? batchSize * judgement.Output.Shape.Count : 0];
        _metricSums = new double[judgement.Metrics.Count];
    }

    public int Count { get; private set; }

    public double LossSum { get; private set; }

    public double HitSum { get; private set; }

    public double Loss => LossSum / Count;

    /// <summary>The fraction of items that are right, in [0, 1]; NaN for targets without classes.</summary>
    public double Accuracy => _judgement.HasAccuracy ? HitSum / Count : double.NaN;

    /// <summary>The means of the further metrics by their names.</summary>
    public IReadOnlyDictionary<string, double> Metrics => ByName(sum => sum / Count);

    /// <summary>Their sums.</summary>
    public IReadOnlyDictionary<string, double> MetricSums => ByName(sum => sum);

    /// <summary>Goes on from these sums, or from nothing.</summary>
    /// <exception cref="ArgumentException">The sums are of other metrics.</exception>
    public void Reset(EpochPart part = default)
    {
        (LossSum, HitSum, Count) = (part.LossSum, part.HitSum, part.Images);
        for (int i = 0; i < _metricSums.Length; i++)
        {
            double sum = 0;
            if (part.Step > 0 && part.MetricSums?.TryGetValue(_judgement.Metrics[i].Name, out sum) != true)
            {
                throw new ArgumentException($"The checkpoint stands within an epoch that was measured without {_judgement.Metrics[i].Name}: compile the model with the metrics of that training.");
            }

            _metricSums[i] = sum;
        }
    }

    /// <summary>How many numbers <see cref="CopySums"/> writes.</summary>
    public int SumCount => 3 + _metricSums.Length;

    /// <summary>Copies the number of items so far, and all sums.</summary>
    public void CopySums(Span<double> to)
    {
        (to[0], to[1], to[2]) = (Count, LossSum, HitSum);
        _metricSums.CopyTo(to[3..]);
    }

    /// <summary>Adds numbers of another mean's <see cref="CopySums"/>.</summary>
    public void AddSums(ReadOnlySpan<double> sums)
    {
        (Count, LossSum, HitSum) = (Count + (int)sums[0], LossSum + sums[1], HitSum + sums[2]);
        for (int i = 0; i < _metricSums.Length; i++)
        {
            _metricSums[i] += sums[3 + i];
        }
    }

    /// <summary>Adds the batch that has just run forward.</summary>
    /// <param name="backend">What computed.</param>
    /// <param name="plan">Where it ran.</param>
    /// <param name="values">The loss as it is written down in that plan.</param>
    /// <param name="targets">What the network should have given, and what items count.</param>
    /// <param name="items">The items.</param>
    public void Add(IBackend<float> backend, Plan<float> plan, LossValues values, BatchTargets targets, int items)
    {
        LossSum += Sum(plan[values.Losses], backend, items, targets.Weights);
        HitSum += values.Hits is { } hits ? Sum(plan[hits], backend, items, default) : 0;
        if (_predictions.Length > 0)
        {
            Measure(backend, plan, targets, items);
        }

        Count += items;
    }

    private void Measure(IBackend<float> backend, Plan<float> plan, BatchTargets targets, int items)
    {
        int width = _judgement.Output.Shape.Count;
        backend.Download(plan[_judgement.Output], _predictions.AsSpan(0, items * width));
        for (int item = 0; item < items; item++)
        {
            ReadOnlySpan<float> prediction = _predictions.AsSpan(item * width, width);
            HitSum += _judgement.Accuracy?.Measure(prediction, targets.Of(item)) ?? 0;
            for (int i = 0; i < _metricSums.Length; i++)
            {
                _metricSums[i] += Measured(_judgement.Metrics[i], prediction, targets.Of(item));
            }
        }
    }

    private static double Measured(Metric metric, ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        try
        {
            return metric.Measure(prediction, target);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"The metric {metric.Name} failed: {failure.Message}", failure);
        }
    }

    private double Sum(Slot slot, IBackend<float> backend, int items, ReadOnlySpan<float> weights)
    {
        Span<float> values = _values.AsSpan(0, items);
        backend.Download(slot, values);
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += weights.IsEmpty ? values[i] : weights[i] == 0 ? 0 : (double)values[i] * weights[i];
        }

        return sum;
    }

    private Dictionary<string, double> ByName(Func<double, double> of) =>
        _judgement.Metrics.Select((metric, i) => (metric.Name, Value: of(_metricSums[i]))).ToDictionary(pair => pair.Name, pair => pair.Value);
}

/// <summary>What is measured of a network's output.</summary>
/// <param name="Output">The output.</param>
/// <param name="Values">Its loss.</param>
/// <param name="Metrics">Further metrics.</param>
/// <param name="Accuracy">Judges whether an item is right, for a loss of classes that does not count hits itself; else null.</param>
internal sealed record Judgement(Value Output, LossValues Values, IReadOnlyList<Metric> Metrics, Metric? Accuracy)
{
    /// <summary>Puts a loss and metrics together.</summary>
    /// <exception cref="ArgumentException">A metric is not for the output, or two have one name.</exception>
    public static Judgement Of(Value output, Loss loss, LossValues values, IReadOnlyList<Metric> metrics)
    {
        foreach (Metric metric in metrics)
        {
            metric.RequireFit(output.Shape, loss);
        }

        return metrics.GroupBy(metric => metric.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ArgumentException($"Two metrics are called '{twice.Key}': give each once.")
            : new Judgement(output, values, metrics, values.Hits is null && loss.Targets == TargetKind.Class ? new Accuracy() : null);
    }

    /// <summary>Whether an item can be right or wrong.</summary>
    public bool HasAccuracy => Values.Hits is not null || Accuracy is not null;

    /// <summary>Whether what the network gives has to be read for it.</summary>
    public bool ReadsPredictions => Metrics.Count > 0 || Accuracy is not null;
}
