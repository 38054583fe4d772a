using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A moving average of each weight of a network, and of what its layers keep as state, in memory of its own. It can change places with the weights, so that plans,
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
    private readonly double _decay;

    /// <summary>Takes the memory.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="backend">Where they live.</param>
    /// <param name="decay">How much of an average stays at a step, in [0, 1).</param>
    public WeightAverages(ParameterSet<float> parameters, IBackend<float> backend, double decay)
    {
        (_parameters, _backend, _decay) = (parameters, backend, decay);
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

    /// <summary>Takes the weights after a step into account; the first are the first averages, as Keras has it.</summary>
    public void Add()
    {
        _average.Decay = HasBegun ? _decay : 0;
        HasBegun = true;
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
