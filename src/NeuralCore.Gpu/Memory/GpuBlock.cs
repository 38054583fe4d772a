using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Memory;

/// <summary>Zero-filled memory of a device. Its slots are views of one buffer, so naming them costs the device nothing.</summary>
internal sealed class GpuBlock : MemoryBlock
{
    private readonly MemoryBuffer1D<byte, Stride1D.Dense> _buffer;

    /// <summary>Takes <paramref name="bytes"/> bytes of a device, and zeros them in the order of its stream.</summary>
    /// <exception cref="DeviceException">The device has not that much memory left.</exception>
    public GpuBlock(DeviceContext device, long bytes)
        : base(bytes)
    {
        try
        {
            // A slot of no bytes may lie at the end, and ILGPU wants every view to begin inside its buffer.
            _buffer = device.Accelerator.Allocate1D<byte>(bytes + NeuralCore.Slot.Alignment);
            _buffer.MemSetToZero(device.Stream);
        }
        catch (AcceleratorException error)
        {
            throw DeviceFailure.OfMemory(device.Device, bytes, error);
        }
    }

    /// <summary>The elements of a slot that lies in a device's block.</summary>
    /// <exception cref="InvalidCastException">The slot lies in another backend's memory.</exception>
    public static ArrayView<T> View<T>(Slot slot)
        where T : unmanaged => ((GpuBlock)slot.Block)._buffer.AsArrayView<byte>(slot.Offset, slot.Bytes).Cast<T>();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DeviceFailure.WhileDisposing(_buffer);
        }
    }
}
