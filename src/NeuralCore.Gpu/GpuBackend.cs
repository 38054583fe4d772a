using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <summary>
/// The backend that trains on a GPU. Everything is queued on one stream and runs there in order; only <see cref="Download"/> waits for it.
/// The same device gives the same bits every time: nothing is summed by atomics, and how sums are cut depends on sizes alone.
/// </summary>
public sealed partial class GpuBackend : IBackend<float>, IFusedConv2DMaxPool, IFusedDenseUpdate
{
    private readonly DeviceContext _device;
    private readonly bool _ownsDevice;
    private readonly Staging _staging;
    private MemoryBlock? _zeros;
    private MemoryBlock? _unread;
    private readonly ReluKernels _relu;
    private readonly DropoutKernels _dropout;
    private readonly SoftmaxKernels _softmax;
    private readonly UpdateKernels _updates;
    private readonly ClipNormKernels _clipNorm;
    private readonly ElementLossKernels _elementLosses;
    private readonly MaxPoolKernels _maxPool;
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
    public long Launches => _device.Kernels.Launches;

    private AcceleratorStream Stream => _device.Stream;

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
    public MemoryBlock Allocate(long bytes) => new GpuBlock(_device, bytes);

    /// <inheritdoc/>
    /// <remarks>It does not wait: the values are copied, and go to the device when it has done what was queued before.</remarks>
    /// <exception cref="DeviceException">The device was lost.</exception>
    public void Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
        where TValue : unmanaged
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
    public void Download<TValue>(Slot source, Span<TValue> destination)
        where TValue : unmanaged
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
    public void MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        _maxPool.Forward(Stream, shape, images, At(input), At(output), Winners(winners, output));

    /// <inheritdoc/>
    public void MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        _maxPool.Backward(Stream, shape, images, At(dOutput), GpuBlock.View<byte>(winners), At(dInput));

    /// <inheritdoc/>
    public void ReluForward(int count, Slot input, Slot output) => _relu.Forward(Stream, count, At(input), At(output));

    /// <inheritdoc/>
    public void ReluBackward(int count, Slot output, Slot dOutput, Slot dInput) => _relu.Backward(Stream, count, At(output), At(dOutput), At(dInput));

    /// <inheritdoc/>
    public void Dropout(in DropoutMask mask, int count, Slot source, Slot destination) => _dropout.Apply(Stream, mask, count, At(source), At(destination));

    /// <inheritdoc/>
    public void Softmax(int rows, int classes, Slot logits, Slot probabilities) => _softmax.Softmax(Stream, rows, classes, At(logits), At(probabilities));

    /// <inheritdoc/>
    public void SoftmaxCrossEntropyForward(in CrossEntropyShape shape, int rows, Slot logits, Slot targets, Slot probabilities, Slot losses, Slot hits) =>
        _softmax.Forward(Stream, rows, new(shape), At(logits), At(targets), At(probabilities), At(losses), At(hits));

    /// <inheritdoc/>
    public void SoftmaxCrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dLogits) =>
        _softmax.Backward(Stream, rows, new(shape), At(probabilities), At(targets), At(dLogits));

    /// <inheritdoc/>
    public void SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits) =>
        _softmax.SoftmaxBackward(Stream, rows, classes, At(probabilities), At(dProbabilities), At(dLogits));

    /// <inheritdoc/>
    public void CrossEntropyForward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot losses, Slot hits) =>
        _softmax.CrossEntropy(Stream, rows, new(shape), At(probabilities), At(targets), At(losses), At(hits));

    /// <inheritdoc/>
    public void CrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dProbabilities) =>
        _softmax.CrossEntropyBackward(Stream, rows, new(shape), At(probabilities), At(targets), At(dProbabilities));

    /// <inheritdoc/>
    public void ElementLossForward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot losses, Slot hits) =>
        _elementLosses.Forward(Stream, shape, rows, At(prediction), At(targets), At(losses), At(hits));

    /// <inheritdoc/>
    public void ElementLossBackward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot dPrediction) =>
        _elementLosses.Backward(Stream, shape, rows, At(prediction), At(targets), At(dPrediction));

    /// <inheritdoc/>
    public void ScaleRows(int rows, int columns, Slot values, Slot factors) => _elementLosses.ScaleRows(Stream, rows, columns, At(values), At(factors));

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The optimiser is a loop over the processor's memory.</exception>
    public void Update(UpdateRule rule, int count, Slot values, Slot gradients, in StateSlots state)
    {
        var user = new FlatUser(this, count, Views(values, state), At(gradients));
        rule.With<DeviceScalar, float, FlatUser>(ref user);
    }

    /// <inheritdoc/>
    public long ClipNormScratchBytes(int count) => sizeof(float) * ClipNormKernels.ScratchCount(count);

    /// <inheritdoc/>
    public void ClipNorm(int count, Slot values, double limit, Slot scratch) => _clipNorm.Clip(Stream, count, At(values), (float)limit, At(scratch));

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

    /// <summary>The winners; where nobody asks for them no bytes, of memory that is there.</summary>
    private static ArrayView<byte> Winners(Slot? winners, Slot other) =>
        winners is { } slot ? GpuBlock.View<byte>(slot) : GpuBlock.View<byte>(other).SubView(0, 0);

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
            block = Allocate(bytes);
        }

        return block.Slot(0, bytes);
    }

    private static UpdateViews Views(Slot values, in StateSlots state) =>
        new(At(values), At(state.First ?? values), At(state.Second ?? values), At(state.Third ?? values));

    /// <summary>Launches a formula's kernel.</summary>
    private readonly struct FlatUser(GpuBackend backend, int count, UpdateViews at, ArrayView<float> gradients) : IFormulaUser<DeviceScalar, float>
    {
        public void Use<TFormula>(TFormula formula)
            where TFormula : unmanaged, IUpdateFormula<float> =>
            backend._updates.Of<TFormula>().Next(backend.Stream, Grid1D.Of(count), formula, count, at.Values, gradients, at.First, at.Second, at.Third);
    }
}
