using NeuralCore.Data;

namespace NeuralCore;

/// <summary>Reads what a loss compares with from a dataset.</summary>
internal sealed class TargetReader
{
    private readonly IDataset _data;
    private readonly bool _readsLabels;

    /// <summary>Puts a loss and a dataset together.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">The shape of what the network gives for an item.</param>
    /// <exception cref="ArgumentException">The loss compares with something else than the dataset has.</exception>
    public TargetReader(IDataset data, Loss loss, Shape prediction)
    {
        _data = data;
        _readsLabels = data.TargetShape is null;
        if (loss.Targets == TargetKind.Class)
        {
            RequireClasses(data, loss, prediction);
            return;
        }

        Shape wanted = loss.TargetShape(prediction);
        Count = wanted.Count;
        if (data.TargetShape is { } given)
        {
            Require(given == wanted, $"The loss {loss.Name} compares with targets of {wanted}, and the data has targets of {given}.");
        }
        else
        {
            Require(
                wanted.Count == 1,
                $"The loss {loss.Name} compares with targets of {wanted}, and the data has a class an item: use sparse_categorical_crossentropy, or data with targets.");
            Require(
                loss is not BinaryCrossentropy || data.Classes <= 2,
                $"The loss {loss.Name} of one number tells two classes apart, and the data has {data.Classes}.");
        }
    }

    /// <summary>The numbers of an item's target; 0 where it is a class.</summary>
    public int Count { get; }

    /// <summary>Reads the target of an item to a place in a batch.</summary>
    public void Read(int item, int place, BatchTargets into)
    {
        Span<float> numbers = into.Of(place);
        if (_readsLabels)
        {
            int label = Label(item);
            into.Labels[place] = label;
            numbers[0] = label;
        }
        else
        {
            _data.ReadTarget(item, numbers);
        }
    }

    private static void RequireClasses(IDataset data, Loss loss, Shape prediction)
    {
        Require(
            data.TargetShape is null,
            $"The loss {loss.Name} compares with one class an item, and the data has targets of {data.TargetShape}: use a loss of numbers, as categorical_crossentropy, or data with classes.");
        Require(data.Classes <= prediction.Count, $"The model knows {prediction.Count} classes, and the data has {data.Classes}.");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new ArgumentException(otherwise);
        }
    }

    /// <summary>A label becomes an address in the loss: one that is out of range must not get there.</summary>
    private int Label(int item)
    {
        int label = _data.Label(item);
        return (uint)label < (uint)_data.Classes
            ? label
            : throw new ArgumentException($"Item {item} of the data has the label {label}, and there are {_data.Classes} classes.");
    }
}

/// <summary>What the network should give for the items of a batch, and what each of them counts.</summary>
/// <param name="batchSize">The most items.</param>
/// <param name="count">The numbers of an item's target; 0 where it is a class.</param>
/// <param name="isWeighted">Whether items count more or less than others.</param>
internal sealed class BatchTargets(int batchSize, int count, bool isWeighted)
{
    private readonly float[] _numbers = new float[batchSize * Math.Max(1, count)];

    /// <summary>The classes, where targets are classes.</summary>
    public int[] Labels { get; } = new int[batchSize];

    /// <summary>What each item counts; empty where that is the same.</summary>
    public float[] Weights { get; } = new float[isWeighted ? batchSize : 0];

    /// <summary>The target of an item: its numbers, or its class as one number.</summary>
    public Span<float> Of(int item) => _numbers.AsSpan(item * Math.Max(1, count), Math.Max(1, count));

    /// <summary>Brings the targets of some items into a backend's memory.</summary>
    public void Upload(IBackend<float> backend, int items, Slot to)
    {
        if (count == 0)
        {
            backend.Upload<int>(Labels.AsSpan(0, items), to);
        }
        else
        {
            backend.Upload<float>(_numbers.AsSpan(0, items * count), to);
        }
    }
}
