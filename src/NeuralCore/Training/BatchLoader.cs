using System.Runtime.ExceptionServices;
using NeuralCore.Data;
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
    private readonly int _batchSize;
    private readonly BatchPart _part;
    private readonly int[] _order;
    private readonly LoadExtras _extras;
    private readonly Augmenter? _augmenter;
    private readonly float[][] _scratch;
    private float[]? _items;
    private BatchTargets _next;
    private Slot _input;
    private int _start;
    private Exception? _failure;
    private ulong _seed;
    private int _epoch;
    private (int Batch, int Items) _ahead = (-1, 0);

    /// <summary>Makes room for batches.</summary>
    /// <exception cref="ArgumentException">The items are not of the input's shape.</exception>
    public BatchLoader(IDataset data, Value input, int batchSize, IBackend<float> backend, LoadExtras extras = default)
    {
        if (data.ItemShape != input.Shape)
        {
            throw new ArgumentException($"The model takes items of {input.Shape}, and the data has items of {data.ItemShape}.");
        }

        (_data, _backend, _preprocessing, _itemShape, _batchSize, _extras) = (data, backend, input.Preprocessing, input.Shape, batchSize, extras);
        _part = extras.Part ?? new BatchPart(batchSize, 0);
        _order = [.. Enumerable.Range(0, data.Count)];
        (Current, _next) = (NewTargets(), NewTargets());
        _augmenter = extras.Augmentation is null ? null : new Augmenter(extras.Augmentation, _itemShape);
        _scratch = [.. Enumerable.Range(0, backend.Threads).Select(_ => new float[_augmenter?.ScratchLength ?? 0])];

        BatchTargets NewTargets() => new(batchSize, extras.Targets?.Count ?? 0, extras.Weights is not null);
    }

    /// <summary>The batches of an epoch; the last may be smaller than the others.</summary>
    public int Batches => (_data.Count + _part.BatchSize - 1) / _part.BatchSize;

    /// <summary>What the network should give for the batch that was loaded last.</summary>
    public BatchTargets Current { get; private set; }

    /// <summary>Whether items count more or less than others.</summary>
    public bool IsWeighted => _extras.Weights is not null;

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
        (Current, _next) = (_next, Current);
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
        if (batch + 1 >= Batches)
        {
            return;
        }

        try
        {
            _ahead = (batch + 1, Upload(batch + 1, to));
        }
        catch (Exception)
        {
            // The step that is running is not at fault: the one that needs the batch asks for it again, and fails.
            _ahead = (-1, 0);
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
            // A dataset may be a user's: the thread that asked for the batch throws its exception.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private int Upload(int batch, BatchSlots to)
    {
        (_start, _input) = ((batch * _part.BatchSize) + _part.First, to.Input);
        int count = Math.Min(Math.Min(_batchSize, _part.BatchSize - _part.First), _data.Count - _start);
        if (count <= 0)
        {
            return 0;
        }

        if (_backend.HostValues(_input).IsEmpty)
        {
            _items ??= new float[_batchSize * _itemShape.Count];
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

        if (_extras.Targets is not null)
        {
            _next.Upload(_backend, count, to.Targets);
        }

        if (to.Weights is { } weights)
        {
            _backend.Upload<float>(_next.Weights.AsSpan(0, count), weights);
        }

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
            _augmenter?.Apply(values, _scratch[worker], _seed, _epoch, index, _data.TargetShape is null ? _data.Label(index) : -1);
            _preprocessing.Apply(_itemShape, values);
            _extras.Targets?.Read(index, item, _next);
            if (_extras.Weights is { } weights)
            {
                _next.Weights[item] = weights[index];
            }
        }
    }
}

/// <summary>What is done with items beside reading and preprocessing them.</summary>
/// <param name="Targets">Reads what the network should give; null to predict alone.</param>
/// <param name="Weights">What each item counts; null where that is the same.</param>
/// <param name="Augmentation">How far items are changed; not at all if null.</param>
internal readonly record struct LoadExtras(TargetReader? Targets = null, ItemWeights? Weights = null, Augmentation? Augmentation = null)
{
    /// <summary>The part of each batch that is read; the whole batch if null.</summary>
    public BatchPart? Part { get; init; }
}

/// <summary>A part of each batch: as many items as the loader takes at once, or fewer at the end.</summary>
/// <param name="BatchSize">The items of a whole batch.</param>
/// <param name="First">The place of the part's first item in it.</param>
internal readonly record struct BatchPart(int BatchSize, int First);

/// <summary>Where a batch goes.</summary>
/// <param name="Input">Receives the items.</param>
/// <param name="Targets">Receives what the network should give.</param>
/// <param name="Weights">Receives what each item counts, where the plan asks for it.</param>
internal readonly record struct BatchSlots(Slot Input, Slot Targets, Slot? Weights = null);
