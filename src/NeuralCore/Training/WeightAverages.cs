using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// An average of each weight of a network, and of what its layers keep as state, in memory of its own. It can change places with the weights, so that plans,
/// files and callbacks meet the averages where they look for weights.
/// </summary>
internal sealed class WeightAverages : IDisposable
{
    private readonly ParameterSet<float> _parameters;
    private readonly IBackend<float> _backend;
    private readonly AverageRule _average = new();
    private readonly ExchangeRule _exchange = new();
    private readonly MemoryBlock _memory;
    private readonly List<(int Count, Slot Values, Slot Averages)> _pieces = [];
    private readonly WeightAverage _kind;

    /// <summary>Takes the memory.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="backend">Where they live.</param>
    /// <param name="kind">What is averaged, and how.</param>
    public WeightAverages(ParameterSet<float> parameters, IBackend<float> backend, WeightAverage kind)
    {
        (_parameters, _backend, _kind) = (parameters, backend, kind);
        IReadOnlyList<(int Count, Slot Values)> all = parameters.AllValues;
        _memory = backend.Allocate(Math.Max(Slot.Alignment, all.Sum(piece => piece.Values.Bytes)));
        long offset = 0;
        foreach ((int count, Slot values) in all)
        {
            _pieces.Add((count, values, _memory.Slot(offset, values.Bytes)));
            offset += values.Bytes;
        }
    }

    /// <summary>Whether there is anything to average yet.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the averages lie in the place of the weights, and the weights in theirs.</summary>
    public bool IsExchanged { get; private set; }

    /// <summary>Whether there is something to average after some epochs and steps of the next one.</summary>
    public bool BeginsBy(int epochs, int step, int stepsPerEpoch) =>
        _kind.FromEpoch is { } first ? epochs + (step == stepsPerEpoch ? 1 : 0) >= first : epochs + step > 0;

    /// <summary>Takes the weights after a step into account; the first are the first averages, as Keras has it.</summary>
    /// <param name="step">The steps that the model has taken.</param>
    public void AddStep(long step)
    {
        if (_kind.FromEpoch is null)
        {
            Add(!HasBegun ? 0 : _kind.WarmUp ? Math.Min(_kind.Decay, (1.0 + step) / (10.0 + step)) : _kind.Decay);
        }
    }

    /// <summary>Takes the weights after the last step of an epoch into account.</summary>
    /// <param name="epoch">The epoch, counted from 1.</param>
    public void AddEpoch(int epoch)
    {
        if (epoch - _kind.FromEpoch is >= 0 and int before)
        {
            Add(before / (before + 1.0));
        }
    }

    private void Add(double decay)
    {
        (_average.Decay, HasBegun) = (decay, true);
        for (int i = 0; i < _pieces.Count; i++)
        {
            (int count, Slot values, Slot averages) = _pieces[i];
            _backend.Update(_average, count, averages, values, default);
        }
    }

    /// <summary>Puts the averages in the place of the weights, or back, unless they are there or have not begun.</summary>
    public void Exchange(bool wanted)
    {
        if (wanted == IsExchanged || !HasBegun)
        {
            return;
        }

        IsExchanged = wanted;
        for (int i = 0; i < _pieces.Count; i++)
        {
            (int count, Slot values, Slot averages) = _pieces[i];
            _backend.Update(_exchange, count, values, values, new StateSlots(averages));
        }

        _parameters.Changed();
    }

    /// <summary>Copies the averages or the weights, wherever they lie, to arrays.</summary>
    public void Read(bool averages, IReadOnlyList<float[]> to) => ForEach(averages, (slot, i) => _backend.Download<float>(slot, to[i]));

    /// <summary>Replaces the averages.</summary>
    public void Write(IReadOnlyList<float[]> from)
    {
        HasBegun = true;
        ForEach(averages: true, (slot, i) => _backend.Upload<float>(from[i], slot));
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _memory.Dispose();

    private void ForEach(bool averages, Action<Slot, int> visit)
    {
        for (int i = 0; i < _parameters.All.Count; i++)
        {
            Slot values = _parameters.All[i].Slots.Values;
            (_, Slot piece, Slot own) = _pieces.Find(candidate => candidate.Values.Offset <= values.Offset && values.Offset < candidate.Values.Offset + candidate.Values.Bytes);
            Slot average = own.Block.Slot(own.Offset + values.Offset - piece.Offset, values.Bytes);
            visit(averages == IsExchanged ? values : average, i);
        }
    }
}
