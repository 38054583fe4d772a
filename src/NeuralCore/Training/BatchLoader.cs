using System.Runtime.ExceptionServices;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>
/// Reads batches of a dataset in some order, augments and preprocesses them and hands them to a plan. What becomes of an item is a function
/// of the seed, the epoch and the item, so the backend's threads share a batch out among them.
/// </summary>
internal sealed class BatchLoader : IItemWork
{
    private readonly IDataset _data;
    private readonly IBackend<float> _backend;
    private readonly Preprocessing _preprocessing;
    private readonly Shape _itemShape;
    private readonly int[] _order;
    private readonly int[] _labels;
    private readonly Augmenter? _augmenter;
    private readonly float[][] _scratch;
    private float[]? _items;
    private Slot _input;
    private int _start;
    private Exception? _failure;
    private ulong _seed;
    private int _epoch;
    private (int Batch, int Items) _ahead = (-1, 0);

    public BatchLoader(IDataset data, Value input, int batchSize, IBackend<float> backend, Augmentation? augmentation = null)
    {
        if (data.ItemShape != input.Shape)
        {
            throw new ArgumentException($"The model takes items of {input.Shape}, and the data has items of {data.ItemShape}.");
        }

        (_data, _backend, _preprocessing, _itemShape) = (data, backend, input.Preprocessing, input.Shape);
        _order = [.. Enumerable.Range(0, data.Count)];
        _labels = new int[batchSize];
        _augmenter = augmentation is null ? null : new Augmenter(augmentation, _itemShape);
        _scratch = [.. Enumerable.Range(0, backend.Threads).Select(_ => new float[_augmenter?.ScratchLength ?? 0])];
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
    public int Load(int batch, BatchSlots to)
    {
        int items = _ahead.Batch == batch ? _ahead.Items : Upload(batch, to);
        _ahead = (-1, 0);
        return items;
    }

    /// <summary>
    /// Uploads the epoch's next batch, if there is one, before it is asked for: a backend that works on while the host goes on gets it in the
    /// order of its work, and reading it costs no time of its own.
    /// </summary>
    /// <param name="batch">The batch that was loaded last and is no longer needed once all that was asked of the backend is done.</param>
    /// <param name="to">Where both go.</param>
    public void LoadAhead(int batch, BatchSlots to)
    {
        if (batch + 1 < Batches)
        {
            _ahead = (batch + 1, Upload(batch + 1, to));
        }
    }

    /// <inheritdoc/>
    void IItemWork.Do(int first, int end, int worker)
    {
        try
        {
            Read(first, end, worker);
        }
        catch (Exception failure)
        {
            // A dataset is anybody's: what it throws belongs to the thread that asked for the batch.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private int Upload(int batch, BatchSlots to)
    {
        (_start, _input) = (batch * _labels.Length, to.Input);
        int count = Math.Min(_labels.Length, _data.Count - _start);
        if (_backend.HostValues(_input).IsEmpty)
        {
            _items ??= new float[_labels.Length * _itemShape.Count];
        }

        if (_data.IsConcurrent)
        {
            _backend.ForEachItem(this, count);
            if (_failure is { } failure)
            {
                _failure = null;
                ExceptionDispatchInfo.Throw(failure);
            }
        }
        else
        {
            Read(0, count, 0);
        }

        if (_items is not null)
        {
            _backend.Upload<float>(_items.AsSpan(0, count * _itemShape.Count), _input);
        }

        _backend.Upload<int>(_labels.AsSpan(0, count), to.Labels);
        return count;
    }

    private void Read(int first, int end, int worker)
    {
        ReadOnlySpan<int> indices = _order.AsSpan(_start);
        for (int item = first; item < end; item++)
        {
            _data.Expect(indices[item]);
        }

        Span<float> batch = _items is null ? _backend.HostValues(_input) : _items;
        for (int item = first; item < end; item++)
        {
            int index = indices[item];
            Span<float> values = batch.Slice(item * _itemShape.Count, _itemShape.Count);
            _data.ReadItem(index, values);
            _labels[item] = Label(index);
            _augmenter?.Apply(values, _scratch[worker], _seed, _epoch, index, _labels[item]);
            _preprocessing.Apply(_itemShape, values);
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

/// <summary>Where a batch goes.</summary>
/// <param name="Input">Receives the items.</param>
/// <param name="Labels">Receives their labels.</param>
internal readonly record struct BatchSlots(Slot Input, Slot Labels);
