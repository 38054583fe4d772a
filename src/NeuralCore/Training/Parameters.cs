using System.Numerics;
using NeuralCore.Ops;
using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>One trainable tensor of a model and its place in the flat blocks.</summary>
internal sealed record Parameter(string Name, ParameterSpec Spec, Slot Value, Slot Gradient, Slot M, Slot V)
{
    public int Count => Spec.Shape.Count;
}

/// <summary>A part of the flat blocks: so many elements from the same place of each.</summary>
internal readonly record struct ParameterRange(int Count, Slot Values, Slot Gradients, Slot M, Slot V);

/// <summary>
/// All trainable tensors of a model, one after the other in four flat blocks of the same layout: values, gradients and
/// Adam's two moments. So the optimiser is one loop, and a file is one copy.
/// </summary>
internal sealed class ParameterSet<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MemoryBlock _memory;

    private ParameterSet(MemoryBlock memory, IReadOnlyList<Parameter> all, long blockBytes)
    {
        _memory = memory;
        All = all;
        Values = memory.Slot(0, blockBytes);
        Gradients = memory.Slot(blockBytes, blockBytes);
        M = memory.Slot(2 * blockBytes, blockBytes);
        V = memory.Slot(3 * blockBytes, blockBytes);
    }

    /// <summary>The tensors in model order.</summary>
    public IReadOnlyList<Parameter> All { get; }

    public Slot Values { get; }

    public Slot Gradients { get; }

    /// <summary>Adam's first moment.</summary>
    public Slot M { get; }

    /// <summary>Adam's second moment.</summary>
    public Slot V { get; }

    /// <summary>Another number after each change of the values.</summary>
    public long Version { get; private set; }

    private static unsafe int ElementSize => sizeof(T);

    /// <summary>Lays out the parameters of every layer and fills them with their first values.</summary>
    /// <param name="backend">Where they live.</param>
    /// <param name="specs">Name and description of each, in model order.</param>
    /// <param name="seed">The key of the random first values.</param>
    public static ParameterSet<T> Create(IBackend<T> backend, IReadOnlyList<(string Name, ParameterSpec Spec)> specs, ulong seed)
    {
        long blockBytes = specs.Sum(s => Slot.Align((long)s.Spec.Shape.Count * ElementSize));
        MemoryBlock memory = backend.Allocate(4 * blockBytes);
        var all = new List<Parameter>();
        long offset = 0;
        foreach ((string name, ParameterSpec spec) in specs)
        {
            long bytes = (long)spec.Shape.Count * ElementSize;
            Slot InBlock(int block) => memory.Slot((block * blockBytes) + offset, bytes);
            all.Add(new Parameter(name, spec, InBlock(0), InBlock(1), InBlock(2), InBlock(3)));
            offset += Slot.Align(bytes);
        }

        var set = new ParameterSet<T>(memory, all, blockBytes);
        set.Initialize(backend, seed);
        return set;
    }

    /// <summary>
    /// The parts of the four blocks that lie between some of the tensors, each as long as can be, with the padding that aligns the
    /// others; the padding stays zero.
    /// </summary>
    public IReadOnlyList<ParameterRange> Without(IEnumerable<Parameter> some)
    {
        var ranges = new List<ParameterRange>();
        long first = 0;
        foreach (Slot slot in some.Select(p => p.Value).OrderBy(s => s.Offset))
        {
            Add(first, slot.Offset);
            first = slot.Offset + Slot.Align(slot.Bytes);
        }

        Add(first, Values.Bytes);
        return ranges;

        void Add(long begin, long end)
        {
            if (end > begin)
            {
                Slot InBlock(Slot block) => _memory.Slot(block.Offset + begin, end - begin);
                ranges.Add(new ParameterRange(checked((int)((end - begin) / ElementSize)), InBlock(Values), InBlock(Gradients), InBlock(M), InBlock(V)));
            }
        }
    }

    /// <summary>Says that the values have changed.</summary>
    public void Changed() => Version++;

    /// <summary>Copies of Adam's two moments, tensor by tensor.</summary>
    public (T[][] M, T[][] V) ReadMoments(IBackend<T> backend)
    {
        return ([.. All.Select(p => Read(p.M, p.Count))], [.. All.Select(p => Read(p.V, p.Count))]);

        T[] Read(Slot slot, int count)
        {
            var values = new T[count];
            backend.Download<T>(slot, values);
            return values;
        }
    }

    /// <summary>Replaces Adam's two moments.</summary>
    /// <exception cref="ArgumentException">They are not of these tensors' sizes; then nothing is replaced.</exception>
    public void WriteMoments(IBackend<T> backend, IReadOnlyList<T[]> m, IReadOnlyList<T[]> v)
    {
        if (!All.Select(p => p.Count).SequenceEqual(m.Select(a => a.Length)) || !All.Select(p => p.Count).SequenceEqual(v.Select(a => a.Length)))
        {
            throw new ArgumentException("The training state is one of another network: its moments are not of the sizes of this one's parameters.");
        }

        for (int i = 0; i < All.Count; i++)
        {
            backend.Upload<T>(m[i], All[i].M);
            backend.Upload<T>(v[i], All[i].V);
        }
    }

    public void Dispose() => _memory.Dispose();

    private void Initialize(IBackend<T> backend, ulong seed)
    {
        for (int i = 0; i < All.Count; i++)
        {
            var values = new float[All[i].Count];
            All[i].Spec.Initializer.Fill(values, new RandomStream(seed, RandomPurpose.Initialisation, (uint)i, 0));
            backend.Upload<T>(Array.ConvertAll(values, value => T.CreateChecked(value)), All[i].Value);
        }
    }
}
