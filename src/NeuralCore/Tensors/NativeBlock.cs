using System.Runtime.InteropServices;

namespace NeuralCore;

/// <summary>Zero-filled memory of this process, aligned to cache lines and outside the garbage-collected heap.</summary>
internal sealed unsafe class NativeBlock : MemoryBlock
{
    private void* _allocation;
    private byte* _pointer;

    /// <summary>Takes <paramref name="bytes"/> bytes from the operating system.</summary>
    /// <exception cref="OutOfMemoryException">There is not that much memory.</exception>
    public NativeBlock(long bytes)
        : base(bytes)
    {
        // Asked for as zeros, pages that are not written take no memory: the gradient of weights that are updated as it is made is never
        // written. What is returned may lie anywhere, so there is room to move up to a cache line.
        _allocation = NativeMemory.AllocZeroed((nuint)AllocatedBytes);
        _pointer = (byte*)NeuralCore.Slot.Align((long)_allocation);
        GC.AddMemoryPressure(AllocatedBytes);
    }

    /// <summary>Returns the memory when the owner forgot to.</summary>
    ~NativeBlock() => Dispose(disposing: false);

    /// <summary>The bytes, a cache line to align them, and one vector of slack at the end, so that a load which begins at the last element stays inside.</summary>
    private long AllocatedBytes => NeuralCore.Slot.Align(Bytes) + (2 * NeuralCore.Slot.Alignment);

    /// <summary>The address of a slot that lies in a native block.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <exception cref="InvalidCastException">The slot lies in another backend's memory.</exception>
    /// <exception cref="ObjectDisposedException">The block was disposed.</exception>
    public static T* Pointer<T>(Slot slot)
        where T : unmanaged
    {
        var block = (NativeBlock)slot.Block;
        ObjectDisposedException.ThrowIf(block._pointer == null, block);
        return (T*)(block._pointer + slot.Offset);
    }

    /// <summary>The elements of a slot that lies in a native block.</summary>
    public static Span<T> Values<T>(Slot slot)
        where T : unmanaged => new(Pointer<T>(slot), checked((int)(slot.Bytes / sizeof(T))));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_pointer != null)
        {
            NativeMemory.Free(_allocation);
            _pointer = null;
            GC.RemoveMemoryPressure(AllocatedBytes);
        }
    }
}
