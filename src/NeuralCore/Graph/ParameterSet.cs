using System.Numerics;
using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>A weight of a compiled network: its name there and its memory.</summary>
internal sealed record Parameter(string Name, Weight Weight, WeightSlots Slots)
{
    public Shape Shape => Weight.Shape;

    public int Count => Weight.Shape.Count;

    /// <summary>Whether training changes it by its gradient.</summary>
    public bool IsTrained => Slots.Gradient is not null;
}

/// <summary>A part of the flat blocks: the same number of elements from the same place of each.</summary>
internal readonly record struct UpdateRange(int Count, Slot Values, Slot Gradients, StateSlots State);

/// <summary>
/// All weights of a network in flat blocks of the same layout: values, gradients and what the optimiser keeps, those that are trained first and of
/// them those that decay. So the optimiser is one loop over few ranges, and a file is one copy.
/// </summary>
internal sealed class ParameterSet<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MemoryBlock _memory;
    private readonly Dictionary<Weight, Parameter> _byWeight;
    private readonly long _blockBytes;
    private readonly int _states;

    private ParameterSet(MemoryBlock memory, IReadOnlyList<Parameter> all, long blockBytes, int states)
    {
        (_memory, All, _blockBytes, _states) = (memory, all, blockBytes, states);
        _byWeight = all.ToDictionary(parameter => parameter.Weight);
    }

    /// <summary>The weights in model order.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>Another number after each change of the values.</summary>
    public long Version { get; private set; }

    /// <summary>Lays out the weights and fills them with their first values.</summary>
    /// <param name="backend">Where they live.</param>
    /// <param name="weights">Each with its name and whether it is trained, in model order.</param>
    /// <param name="states">How many numbers the optimiser keeps of each.</param>
    /// <param name="seed">The key of the random first values; null leaves them to be written by others.</param>
    public static unsafe ParameterSet<T> Create(IBackend<T> backend, IReadOnlyList<(string Name, Weight Weight, bool IsTrained)> weights, int states, ulong? seed)
    {
        // Only what is trained has gradients and the optimiser's numbers, so it lies where all blocks reach.
        var order = weights.OrderBy(w => !w.IsTrained).ThenBy(w => w.Weight.Role).ToList();
        long trainedBytes = order.Where(w => w.IsTrained).Sum(w => Bytes(w.Weight));
        MemoryBlock memory = backend.Allocate(order.Sum(w => Bytes(w.Weight)) + ((1 + states) * trainedBytes));
        var made = new Dictionary<Weight, Parameter>();
        long offset = 0;
        foreach ((string name, Weight weight, bool isTrained) in order)
        {
            long bytes = (long)weight.Shape.Count * sizeof(T);
            Slot InBlock(int block) => memory.Slot((block * trainedBytes) + offset, bytes);
            made[weight] = new Parameter(name, weight, isTrained
                ? new WeightSlots(InBlock(0), InBlock(1), StateOf(states, InBlock))
                : new WeightSlots(memory.Slot(((1 + states) * trainedBytes) + offset, bytes), null));
            offset += Bytes(weight);
        }

        var set = new ParameterSet<T>(memory, [.. weights.Select(w => made[w.Weight])], trainedBytes, states);
        if (seed is { } key)
        {
            set.Initialize(backend, key);
        }

        return set;

        static long Bytes(Weight weight) => Slot.Align((long)weight.Shape.Count * sizeof(T));
    }

    /// <summary>A weight's memory.</summary>
    public WeightSlots SlotsOf(Weight weight) => _byWeight[weight].Slots;

    /// <summary>
    /// The parts of the blocks that hold trained weights of some kind, without some that are updated elsewhere, each as long as can be and with the
    /// padding that aligns the next; the padding stays zero.
    /// </summary>
    public unsafe IReadOnlyList<UpdateRange> Ranges(IEnumerable<Weight> without, Func<Weight, bool>? ofKind = null)
    {
        HashSet<Weight> elsewhere = [.. without];
        var ranges = new List<UpdateRange>();
        long first = 0, end = 0;
        foreach (Parameter parameter in All.Where(p => p.IsTrained && !elsewhere.Contains(p.Weight) && (ofKind?.Invoke(p.Weight) ?? true)).OrderBy(p => p.Slots.Values.Offset))
        {
            if (parameter.Slots.Values.Offset != end)
            {
                Add();
                first = parameter.Slots.Values.Offset;
            }

            end = parameter.Slots.Values.Offset + Slot.Align(parameter.Slots.Values.Bytes);
        }

        Add();
        return ranges;

        void Add()
        {
            if (end > first)
            {
                Slot InBlock(int block) => _memory.Slot((block * _blockBytes) + first, end - first);
                ranges.Add(new UpdateRange(checked((int)((end - first) / sizeof(T))), InBlock(0), InBlock(1), StateOf(_states, InBlock)));
            }
        }
    }

    /// <summary>The gradients of all trained weights, in one piece with the padding between them, which stays zero; null where none is trained.</summary>
    public unsafe (int Count, Slot Gradients)? TrainedGradients =>
        _blockBytes == 0 ? null : (checked((int)(_blockBytes / sizeof(T))), _memory.Slot(_blockBytes, _blockBytes));

    /// <summary>The values of all weights, trained ones first, each piece with the padding between its weights.</summary>
    public unsafe IReadOnlyList<(int Count, Slot Values)> AllValues
    {
        get
        {
            long others = (1 + _states + 1) * _blockBytes;
            (long First, long End)[] pieces = [(0, _blockBytes), (others, _memory.Bytes)];
            return [.. pieces.Where(piece => piece.End > piece.First).Select(piece => (checked((int)((piece.End - piece.First) / sizeof(T))), _memory.Slot(piece.First, piece.End - piece.First)))];
        }
    }

    /// <summary>Says that the values have changed.</summary>
    public void Changed() => Version++;

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>What the optimiser keeps lies in blocks behind the values and the gradients.</summary>
    private static StateSlots StateOf(int states, Func<int, Slot> inBlock) =>
        new(states > 0 ? inBlock(2) : null, states > 1 ? inBlock(3) : null, states > 2 ? inBlock(4) : null);

    private void Initialize(IBackend<T> backend, ulong seed)
    {
        for (int i = 0; i < All.Count; i++)
        {
            var values = new float[All[i].Count];
            All[i].Weight.Initializer.Fill(values, All[i].Shape, new RandomStream(seed, RandomPurpose.Initialisation, (uint)i, 0));
            backend.Upload<T>(Array.ConvertAll(values, value => T.CreateChecked(value)), All[i].Slots.Values);
        }
    }
}
