using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <summary>
/// The backend that trains on a GPU. Everything is queued on one stream and runs there in order; only <see cref="IBackend{T}.Download"/> waits for it.
/// The same device gives the same bits every time: nothing is summed by atomics, and how sums are cut depends on sizes alone.
/// </summary>
public sealed partial class GpuBackend : IBackend<float>
{
    private readonly DeviceContext _device;
    private readonly bool _ownsDevice;
    private readonly Staging _staging;
    private MemoryBlock? _zeros;
    private MemoryBlock? _unread;
    private readonly ColumnSumKernels _columnSums;

    /// <summary>Computes on an open device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="ownsDevice">Whether to close it in the end.</param>
    /// <param name="tiles">Chooses the tiles of products; null for what suits the device.</param>
    /// <param name="conv">How convolutions are computed forward.</param>
    internal GpuBackend(DeviceContext device, bool ownsDevice, TileChoice? tiles = null, ConvAlgorithm conv = ConvAlgorithm.Auto)
    {
        (_device, _ownsDevice, _staging, _conv) = (device, ownsDevice, new Staging(device), conv);
        KernelLoader loader = device.Kernels;
        (_relu, _dropout, _softmax, _updates) = (new(loader), new(loader), new(loader), new(loader));
        (_maxPool, _columnSums, _add, _activations) = (new(loader), new(loader), new(loader), new(loader));
        (_copyRows, _zeroPadding, _averagePool, _globalPool) = (new(loader), new(loader), new(loader), new(loader));
        (_clipNorm, _elementLosses, _batchNorm, _layerNorm) = (new(loader), new(loader), new(loader, _columnSums), new(loader));
        tiles ??= TileChoice.For(device.Accelerator);
        (_conv2D, _winograd, _dense, _depthwise) = (new(loader, tiles), new(loader, tiles), new(loader, tiles), new(loader));
    }

    /// <inheritdoc/>
    public string Name => "gpu";

    /// <inheritdoc/>
    public string Simd => Device.ToString();

    /// <summary>One: the host's part is to queue.</summary>
    public int Threads => 1;

    /// <summary>Where it computes.</summary>
    public GpuDevice Device => _device.Device;

    /// <summary>The kernels that were launched so far.</summary>
    internal long Launches => _device.Kernels.Launches;

    private AcceleratorStream Stream => _device.Stream;

    /// <summary>The ops, which are members of the interface and not of the public class.</summary>
    private IBackend<float> Primitives => this;

    /// <summary>Opens a device.</summary>
    /// <param name="device">An index in <see cref="GpuDevices.List"/> or a part of a name; null for the first; <see cref="GpuDevices.Emulated"/>
    /// for the emulated one.</param>
    /// <param name="conv">How convolutions are computed forward.</param>
    /// <exception cref="DeviceException">There is no device, or its driver refuses.</exception>
    /// <exception cref="ArgumentException">There are devices, and none is meant by the choice, or more than one.</exception>
    public static GpuBackend Create(string? device = null, ConvAlgorithm conv = ConvAlgorithm.Auto) =>
        new(DeviceContext.Open(device), ownsDevice: true, conv: conv);

    /// <inheritdoc/>
    /// <exception cref="DeviceException">The device has not that much memory left.</exception>
    MemoryBlock IBackend<float>.Allocate(long bytes) => new GpuBlock(_device, bytes);

    /// <inheritdoc/>
    /// <remarks>It does not wait: the values are copied, and go to the device when it has done what was queued before.</remarks>
    /// <exception cref="DeviceException">The device was lost.</exception>
    void IBackend<float>.Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
    {
        try
        {
            _staging.Upload(MemoryMarshal.AsBytes(source), GpuBlock.View<byte>(destination));
        }
        catch (AcceleratorException error)
        {
            throw DeviceFailure.AtWork(Device, error);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DeviceException">The device was lost.</exception>
    void IBackend<float>.Download<TValue>(Slot source, Span<TValue> destination)
    {
        try
        {
            _staging.Download(GpuBlock.View<byte>(source), MemoryMarshal.AsBytes(destination));
        }
        catch (AcceleratorException error)
        {
            throw DeviceFailure.AtWork(Device, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zeros?.Dispose();
        _unread?.Dispose();
        _staging.Dispose();
        if (_ownsDevice)
        {
            _device.Dispose();
        }
    }

    private static ArrayView<float> At(Slot slot) => GpuBlock.View<float>(slot);

    /// <summary>A bias; zeros where there is none, which change no bit.</summary>
    private ArrayView<float> Bias(Slot? bias, int count) => bias is { } slot ? At(slot) : At(Spare(ref _zeros, count));

    /// <summary>Where a bias's gradient goes; where there is no bias, memory that is not read.</summary>
    private ArrayView<float> DBias(Slot? dBias, int count) => dBias is { } slot ? At(slot) : At(Spare(ref _unread, count));

    private Slot Spare(ref MemoryBlock? block, int count)
    {
        long bytes = (long)count * sizeof(float);
        if (block is null || block.Bytes < bytes)
        {
            block?.Dispose();
            block = Primitives.Allocate(bytes);
        }

        return block.Slot(0, bytes);
    }
}
