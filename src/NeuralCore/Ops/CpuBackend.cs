using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NeuralCore.Ops;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore;

/// <summary>Makes the backend that trains on this machine's processors.</summary>
public static class CpuBackend
{
    /// <summary>Makes a backend.</summary>
    /// <param name="threads">The threads that work on an op, at most 1,024; 0 takes as many as there are processors.</param>
    /// <param name="simd">Which vectors the kernels use. Widths that the machine lacks work too, emulated and slow.</param>
    /// <param name="conv">How convolutions are computed forward.</param>
    /// <exception cref="ArgumentOutOfRangeException">There can not be that many threads.</exception>
    public static IBackend<float> Create(int threads = 0, SimdWidth simd = SimdWidth.Auto, ConvAlgorithm conv = ConvAlgorithm.Auto)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        int count = threads == 0 ? Environment.ProcessorCount : threads;
        return SimdWidths.Resolve(simd) switch
        {
            SimdWidth.Bits512 => new CpuBackend<Simd512, Vector512<float>>(count, conv),
            SimdWidth.Bits256 => new CpuBackend<Simd256, Vector256<float>>(count, conv),
            SimdWidth.Bits128 => new CpuBackend<Simd128, Vector128<float>>(count, conv),
            _ => new CpuBackend<SimdPortable, Vector<float>>(count, conv),
        };
    }
}

/// <summary>
/// The CPU backend at one vector width. It only unpacks slots; what an op does stands in the files named after it. All arithmetic
/// is cut and summed in an order that depends on the sizes alone: the same bits on any number of threads and, where
/// the machine has fused multiply-add, at every width.
/// </summary>
/// <typeparam name="TSimd">The vector width.</typeparam>
/// <typeparam name="TVec">Its vector type.</typeparam>
internal sealed unsafe class CpuBackend<TSimd, TVec>(int threads, ConvAlgorithm conv) : IBackend<float>
    where TSimd : ISimd<TVec>
    where TVec : struct
{
    private readonly WorkerPool _pool = new(threads);

    public string Name => "cpu";

    public string Simd => TSimd.Name;

    public int Threads => _pool.Threads;

    public void ForEachItem(IItemWork work, int items)
    {
        using var handle = new GCHandle<IItemWork>(work);
        _pool.Run(new ItemJob(handle, items), ItemJob.Chunks(items));
    }

    public MemoryBlock Allocate(long bytes) => new NativeBlock(bytes);

    public Span<float> HostValues(Slot slot) => NativeBlock.Values<float>(slot);

    public void Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
        where TValue : unmanaged => source.CopyTo(NativeBlock.Values<TValue>(destination));

    public void Download<TValue>(Slot source, Span<TValue> destination)
        where TValue : unmanaged => NativeBlock.Values<TValue>(source)[..destination.Length].CopyTo(destination);

    public long ScratchBytes(in Conv2DShape shape, int images) => Conv2DCpu.ScratchBytes(shape, images, Threads);

    public long ScratchBytes(in DenseShape shape, int items) => DenseCpu.ScratchBytes(shape, items, Threads);

    public long PreparedBytes(in Conv2DShape shape) => ByWinograd(shape) ? sizeof(float) * WinogradCpu.WeightCount(shape) : 0;

    public void Prepare(in Conv2DShape shape, Slot weights, Slot prepared) =>
        WinogradCpu.TransformWeights<TSimd, TVec>(shape, At(weights), At(prepared));

    public void Conv2DForward(
        in Conv2DShape shape, int images, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch, Slot? prepared = null) =>
        Conv2DCpu.Forward<TSimd, TVec>(
            _pool, shape, ByWinograd(shape), images, At(input), At(weights), At(bias), activation, At(output), At(scratch), AtOrNull(prepared));

    public void Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DCpu.BackwardInput<TSimd, TVec>(_pool, shape, images, At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, At(weights), At(dInput), At(scratch));

    public void Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch) =>
        Conv2DCpu.BackwardWeights<TSimd, TVec>(_pool, shape, images, At(input), At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, At(dWeights), At(dBias), At(scratch));

    public long ScratchBytes(in Conv2DMaxPoolShape shape, int images) => Conv2DMaxPoolCpu.ScratchBytes(shape, images, Threads);

    public void Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null) =>
        Conv2DMaxPoolCpu.Forward<TSimd, TVec>(
            _pool, shape, ByWinograd(shape.Conv) && WinogradCpu.CanPool(shape), images, At(input), At(weights), At(bias), activation, At(output),
            BytesOrNull(winners), At(scratch), dropout, AtOrNull(prepared));

    public void Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DMaxPoolCpu.BackwardInput<TSimd, TVec>(
            _pool, shape, images, At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, NativeBlock.Pointer<byte>(winners), At(weights), At(dInput), At(scratch));

    public void Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot dBias, Slot scratch) =>
        Conv2DMaxPoolCpu.BackwardWeights<TSimd, TVec>(
            _pool, shape, images, At(input), At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, NativeBlock.Pointer<byte>(winners), At(dWeights), At(dBias), At(scratch));

    public long ScratchBytes(in ConvBlockShape shape, int images) => ConvBlockCpu.ScratchBytes(shape, images, Threads);

    public void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, ConvBlockParameters parameters, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null) =>
        ConvBlockCpu.Forward<TSimd, TVec>(
            _pool, shape, ByWinograd(shape.Second.Conv) && WinogradCpu.CanPool(shape.Second), images, At(input), At(parameters), activation, At(output),
            BytesOrNull(winners), At(scratch), dropout, AtOrNull(prepared));

    public void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, ConvBlockParameters parameters, ConvBlockParameters gradients,
        Slot scratch) =>
        ConvBlockCpu.Backward<TSimd, TVec>(
            _pool, shape, images, At(input), At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, NativeBlock.Pointer<byte>(winners),
            At(parameters), At(gradients), At(scratch));

    public void MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        MaxPool2DCpu.Forward<TSimd, TVec>(_pool, shape, images, At(input), At(output), BytesOrNull(winners));

    public void MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        MaxPool2DCpu.BackwardInput(_pool, shape, images, At(dOutput), NativeBlock.Pointer<byte>(winners), At(dInput));

    public void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch) =>
        DenseCpu.Forward<TSimd, TVec>(_pool, shape, items, At(input), At(weights), At(bias), activation, At(output), At(scratch));

    public bool CanReplaceInput => true;

    public void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch) =>
        DenseCpu.BackwardInput<TSimd, TVec>(
            _pool, shape, items, At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, At(weights), At(dInput.Gradient), Replaced(dInput), At(scratch));

    public void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch) =>
        DenseCpu.BackwardWeights<TSimd, TVec>(_pool, shape, items, At(input), At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, At(dWeights), At(dBias), At(scratch));

    public void DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, Slot dBias, in AdamStep step, Slot weights, Slot m, Slot v, Slot scratch) =>
        DenseCpu.BackwardUpdate<TSimd, TVec>(
            _pool, shape, items, At(input), At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale, AtOrNull(dInput?.Gradient), Replaced(dInput), At(dBias),
            step, At(weights), At(m), At(v), At(scratch));

    public void ReluForward(int count, Slot input, Slot output) => ReluCpu.Run<TSimd, TVec>(_pool, count, At(input), At(input), At(output));

    public void ReluBackward(int count, Slot output, Slot dOutput, Slot dInput) =>
        ReluCpu.Run<TSimd, TVec>(_pool, count, At(output), At(dOutput), At(dInput));

    public void Dropout(in DropoutMask mask, int count, Slot source, Slot destination) =>
        DropoutCpu.Apply(_pool, mask, count, At(source), At(destination));

    public void Softmax(int rows, int classes, Slot logits, Slot probabilities) =>
        SoftmaxCrossEntropyCpu.Softmax(rows, classes, At(logits), At(probabilities));

    public void SoftmaxCrossEntropyForward(int rows, int classes, Slot logits, Slot labels, Slot probabilities, Slot losses, Slot hits) =>
        SoftmaxCrossEntropyCpu.Forward(
            rows, classes, At(logits), NativeBlock.Pointer<int>(labels), At(probabilities), At(losses), At(hits));

    public void SoftmaxCrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dLogits) =>
        SoftmaxCrossEntropyCpu.Backward(rows, classes, At(probabilities), NativeBlock.Pointer<int>(labels), At(dLogits));

    public void Adam(in AdamStep step, int count, Slot parameters, Slot gradients, Slot m, Slot v) =>
        AdamCpu.Update<TSimd, TVec>(_pool, step, count, At(parameters), At(gradients), At(m), At(v));

    public void Dispose() => _pool.Dispose();

    private bool ByWinograd(in Conv2DShape shape) => conv != ConvAlgorithm.Direct && WinogradCpu.CanRun(shape);

    private static float? Replaced(InputGradient? dInput) => (float?)dInput?.ReplacedScale;

    private static byte* BytesOrNull(Slot? slot) => slot is { } some ? NativeBlock.Pointer<byte>(some) : null;

    private static float* AtOrNull(Slot? slot) => slot is { } some ? At(some) : null;

    private static ConvBlockPointers At(ConvBlockParameters p) => new(At(p.FirstWeights), At(p.FirstBias), At(p.SecondWeights), At(p.SecondBias));

    private static float* At(Slot slot) => NativeBlock.Pointer<float>(slot);

    /// <summary>Some items of a work that is no op. A job is a struct of plain values, so it holds a handle.</summary>
    private readonly struct ItemJob(GCHandle<IItemWork> work, int items) : IChunkedJob
    {
        private const int ChunkItems = 8;

        public static int Chunks(int items) => Blocking.Chunks(items, ChunkItems);

        public void Execute(int chunk, int worker)
        {
            work.Target.Do(chunk * ChunkItems, Math.Min((chunk + 1) * ChunkItems, items), worker);
        }
    }
}
