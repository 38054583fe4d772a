namespace NeuralCore;

/// <summary>
/// One contiguous piece of memory that belongs to a backend: a model's parameters with their gradients and moments live in one,
/// a plan's activations in another. Everything in it is named by a <see cref="Slot"/>.
/// </summary>
internal abstract class MemoryBlock : IDisposable
{
    /// <summary>Makes a block of <paramref name="bytes"/> bytes.</summary>
    protected MemoryBlock(long bytes) => Bytes = bytes;

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>A part of this block.</summary>
    /// <param name="offset">Where it begins, in bytes; a multiple of <see cref="Slot.Alignment"/> for vector loads to be aligned.</param>
    /// <param name="bytes">Its size in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the block.</exception>
    public Slot Slot(long offset, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - bytes);
        return new Slot(this, offset, bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A named part of a <see cref="MemoryBlock"/>: what an op reads or writes. A plain value, made without allocation.</summary>
/// <param name="Block">The memory it lies in.</param>
/// <param name="Offset">Its beginning, in bytes from the beginning of the block.</param>
/// <param name="Bytes">Its size in bytes.</param>
internal readonly record struct Slot(MemoryBlock Block, long Offset, long Bytes)
{
    /// <summary>Slots begin at multiples of this many bytes: one cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>The smallest multiple of <see cref="Alignment"/> that is at least <paramref name="bytes"/>.</summary>
    public static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
