using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Memory;

/// <summary>
/// The way from host to device without waiting: values are copied into page-locked memory, which the device reads while the host goes on. What
/// was staged may be overwritten once the stream has been waited for; until then the next values go behind it. Batches of a training fit
/// several times between two waits, so an upload waits only when a large model is loaded.
/// </summary>
internal sealed class Staging : IDisposable
{
    /// <summary>Room for five batches of 1,024 images of 28x28.</summary>
    private const int Capacity = 16 << 20;

    private readonly DeviceContext _device;
    private readonly PageLockedArray1D<byte> _room;
    private int _used;

    /// <summary>Takes the page-locked memory.</summary>
    public Staging(DeviceContext device)
    {
        _device = device;
        _room = device.Accelerator.AllocatePageLocked1D<byte>(Capacity);
    }

    /// <summary>Queues a copy to the device. The source may be changed at once.</summary>
    public void Upload(ReadOnlySpan<byte> source, ArrayView<byte> destination)
    {
        for (int done = 0, count; done < source.Length; done += count)
        {
            if (_used == Capacity)
            {
                Wait();
            }

            count = Math.Min(source.Length - done, Capacity - _used);
            Span<byte> staged = _room.Span.Slice(_used, count);
            source.Slice(done, count).CopyTo(staged);
            destination.SubView(done, count).CopyFromCPUUnsafeAsync(_device.Stream, ref MemoryMarshal.GetReference(staged), count);
            _used += count;
        }
    }

    /// <summary>Copies from the device, when everything queued before is done.</summary>
    public void Download(ArrayView<byte> source, Span<byte> destination)
    {
        Wait();
        for (int done = 0, count; done < destination.Length; done += count)
        {
            count = Math.Min(destination.Length - done, Capacity);
            Span<byte> staged = _room.Span[..count];
            source.SubView(done, count).CopyToCPUUnsafeAsync(_device.Stream, ref MemoryMarshal.GetReference(staged), count);
            Wait();
            staged.CopyTo(destination[done..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => DeviceFailure.WhileDisposing(_room);

    private void Wait()
    {
        _device.Stream.Synchronize();
        _used = 0;
    }
}
