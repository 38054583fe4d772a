using System.Runtime.InteropServices;
using NeuralCore.Ops;
using Xunit.Sdk;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// The memory of one call of an op. Every tensor lies between two guard bands. Outputs and scratch are filled with NaN
/// first, so that an element nobody writes, or a sum that starts from what was there, shows. <see cref="Verify"/> asks that
/// the guards are untouched and the inputs unchanged.
/// </summary>
internal sealed class GuardedMemory<T>(IBackend<T> backend) : IDisposable
    where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
{
    /// <summary>Wider than any vector, and a multiple of the alignment of slots.</summary>
    private const int Narrow = 4 * Slot.Alignment;

    /// <summary>For scratch, where a thread too many would write a whole image behind the end.</summary>
    private const int Wide = 1024 * Slot.Alignment;

    private const byte Guard = 0x5A;

    /// <summary>Read as float or double, bytes of ones are NaN.</summary>
    private const byte Garbage = 0xFF;

    private readonly List<(string Name, MemoryBlock Block, byte[] Before, int GuardBytes, bool IsInput)> _tensors = [];

    /// <summary>A tensor that the op only reads, with <paramref name="spare"/> elements of NaN behind it.</summary>
    public Slot Input<TValue>(string name, ReadOnlySpan<TValue> values, int spare = 0)
        where TValue : unmanaged => Place(name, MemoryMarshal.AsBytes(values), spare * Marshal.SizeOf<TValue>(), isInput: true);

    /// <summary>A tensor that the op reads and writes.</summary>
    public Slot InPlace<TValue>(string name, ReadOnlySpan<TValue> values)
        where TValue : unmanaged => Place(name, MemoryMarshal.AsBytes(values), 0, isInput: false);

    /// <summary>A tensor that the op writes.</summary>
    public Slot Output<TValue>(string name, int count)
        where TValue : unmanaged => Place(name, [], count * Marshal.SizeOf<TValue>(), isInput: false);

    /// <summary>Scratch of exactly this size.</summary>
    public Slot Scratch(long bytes) => Place("scratch", [], checked((int)bytes), isInput: false, Wide);

    /// <summary>The values of an output, of which the elements behind the first <paramref name="count"/> must still be as they were.</summary>
    public TValue[] Read<TValue>(Slot slot, int count)
        where TValue : unmanaged
    {
        var bytes = new byte[slot.Bytes];
        backend.Download<byte>(slot, bytes);
        int written = count * Marshal.SizeOf<TValue>();
        if (bytes.AsSpan(written).ContainsAnyExcept(Garbage))
        {
            throw new XunitException($"{NameOf(slot)} was written behind its last element, number {count}.");
        }

        return MemoryMarshal.Cast<byte, TValue>(bytes.AsSpan(0, written)).ToArray();
    }

    /// <summary>Asks that every guard is untouched and every input unchanged.</summary>
    public void Verify()
    {
        foreach ((string name, MemoryBlock block, byte[] before, int guardBytes, bool isInput) in _tensors)
        {
            var after = new byte[block.Bytes];
            backend.Download<byte>(block.Slot(0, block.Bytes), after);
            Require(after.AsSpan(0, guardBytes).SequenceEqual(before.AsSpan(0, guardBytes)), $"Something wrote before the beginning of {name}.");
            Require(after.AsSpan(^guardBytes..).SequenceEqual(before.AsSpan(^guardBytes..)), $"Something wrote behind the end of {name}.");
            Require(!isInput || after.AsSpan().SequenceEqual(before), $"The input {name} was changed.");
        }
    }

    public void Dispose() => _tensors.ForEach(tensor => tensor.Block.Dispose());

    private Slot Place(string name, ReadOnlySpan<byte> values, int garbageBytes, bool isInput, int guardBytes = Narrow)
    {
        int bytes = values.Length + garbageBytes;
        var content = new byte[guardBytes + bytes + guardBytes];
        Array.Fill(content, Guard);
        values.CopyTo(content.AsSpan(guardBytes));
        content.AsSpan(guardBytes + values.Length, garbageBytes).Fill(Garbage);
        MemoryBlock block = backend.Allocate(content.Length);
        backend.Upload<byte>(content, block.Slot(0, content.Length));
        _tensors.Add((name, block, content, guardBytes, isInput));
        return block.Slot(guardBytes, bytes);
    }

    private string NameOf(Slot slot) => _tensors.First(tensor => tensor.Block == slot.Block).Name;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new XunitException(message);
        }
    }
}
