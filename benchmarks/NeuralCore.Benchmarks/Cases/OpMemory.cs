using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Cases;

/// <summary>Takes the memory that an op works on from a backend, and gives it all back at once.</summary>
internal sealed class OpMemory(IBackend<float> backend) : IDisposable
{
    private readonly List<MemoryBlock> _blocks = [];
    private readonly Random _random = new(1);

    /// <summary>The backend that owns it.</summary>
    public IBackend<float> Backend => backend;

    /// <summary>
    /// Values in [-1, 1), none of them special: kernels that skip zeros find none, so that a rate in FLOP is one of work done.
    /// </summary>
    public Slot Values(int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (_random.NextSingle() * 2) - 1;
        }

        Slot slot = Bytes((long)count * sizeof(float));
        backend.Upload<float>(values, slot);
        return slot;
    }

    /// <summary>One label an item.</summary>
    public Slot Labels(int count, int classes)
    {
        int[] labels = new int[count];
        foreach (ref int label in labels.AsSpan())
        {
            label = _random.Next(classes);
        }

        Slot slot = Bytes((long)count * sizeof(int));
        backend.Upload<int>(labels, slot);
        return slot;
    }

    /// <summary>Zeros, for an op to write to.</summary>
    public Slot Room(int count) => Bytes((long)count * sizeof(float));

    /// <summary>Zeroed bytes: scratch, or the winners of a pooling.</summary>
    public Slot Bytes(long bytes)
    {
        MemoryBlock block = backend.Allocate(bytes);
        _blocks.Add(block);
        return block.Slot(0, bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _blocks.ForEach(block => block.Dispose());
}
