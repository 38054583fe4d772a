using NeuralCore.Data;
using NeuralCore.Layers;
using NeuralCore.Ops;
using NeuralCore.Randomness;
using NeuralCore.Tensors;

namespace NeuralCore.Training;

/// <summary>Reads batches of a dataset in some order, augments and preprocesses them and hands them to a plan.</summary>
internal sealed class BatchLoader
{
    private readonly IDataset _data;
    private readonly Preprocessing _preprocessing;
    private readonly Shape _itemShape;
    private readonly int[] _order;
    private readonly float[] _items;
    private readonly int[] _labels;
    private readonly Augmenter? _augmenter;
    private readonly float[] _scratch;
    private ulong _seed;
    private int _epoch;
    private (int Batch, int Items) _ahead = (-1, 0);

    public BatchLoader(IDataset data, Input input, int batchSize, Augmentation? augmentation = null)
    {
        if (data.ItemShape != input.Shape)
        {
            throw new ArgumentException($"The model takes items of {input.Shape}, and the data has items of {data.ItemShape}.");
        }

        (_data, _preprocessing, _itemShape) = (data, input.Preprocessing, input.Shape);
        _order = [.. Enumerable.Range(0, data.Count)];
        _items = new float[batchSize * _itemShape.Count];
        _labels = new int[batchSize];
        _augmenter = augmentation is null ? null : new Augmenter(augmentation, _itemShape);
        _scratch = new float[_augmenter?.ScratchLength ?? 0];
    }

    /// <summary>The batches of an epoch; the last may be smaller than the others.</summary>
    public int Batches => (_data.Count + _labels.Length - 1) / _labels.Length;

    /// <summary>Begins an epoch: draws its order and what its items are augmented by, functions of the seed and the epoch alone.</summary>
    public void Shuffle(ulong seed, int epoch)
    {
        (_seed, _epoch, _ahead) = (seed, epoch, (-1, 0));
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        new RandomStream(seed, RandomPurpose.Shuffle, (uint)epoch, 0).Shuffle(_order);
    }

    /// <summary>Uploads one batch, unless that was done ahead.</summary>
    /// <returns>The items in it.</returns>
    public int Load(int batch, Plan<float> plan, IBackend<float> backend)
    {
        int items = _ahead.Batch == batch ? _ahead.Items : Upload(batch, plan, backend);
        _ahead = (-1, 0);
        return items;
    }

    /// <summary>
    /// Uploads the epoch's next batch, if there is one, before it is asked for: a backend that works on while the host goes on gets it in the
    /// order of its work, and reading it costs no time of its own.
    /// </summary>
    /// <param name="batch">The batch that was loaded last and is no longer needed once all that was asked of the backend is done.</param>
    /// <param name="plan">The plan that both go to.</param>
    /// <param name="backend">Its backend.</param>
    public void LoadAhead(int batch, Plan<float> plan, IBackend<float> backend)
    {
        if (batch + 1 < Batches)
        {
            _ahead = (batch + 1, Upload(batch + 1, plan, backend));
        }
    }

    private int Upload(int batch, Plan<float> plan, IBackend<float> backend)
    {
        int start = batch * _labels.Length;
        int count = Math.Min(_labels.Length, _data.Count - start);
        for (int i = 0; i < count; i++)
        {
            Span<float> item = _items.AsSpan(i * _itemShape.Count, _itemShape.Count);
            _data.ReadItem(_order[start + i], item);
            _augmenter?.Apply(item, _scratch, _seed, _epoch, _order[start + i]);
            _preprocessing.Apply(_itemShape, item);
            _labels[i] = Label(_order[start + i]);
        }

        backend.Upload<float>(_items.AsSpan(0, count * _itemShape.Count), plan.Input.Data.Slot);
        backend.Upload<int>(_labels.AsSpan(0, count), plan.Labels.Slot);
        return count;
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
