using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;
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
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many threads.</exception>
    public static IBackend<float> Create(int threads = 0, SimdWidth simd = SimdWidth.Auto, ConvAlgorithm conv = ConvAlgorithm.Auto) => WithWays(threads, simd, conv, null);

    /// <summary>Makes a backend that computes all convolutions in the same forms, which are possible for them: to measure with.</summary>
    internal static IBackend<float> WithWays(int threads, SimdWidth simd, ConvAlgorithm conv, ConvWays? forced)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        int count = threads == 0 ? Environment.ProcessorCount : threads;
        return SimdWidths.Resolve(simd) switch
        {
            SimdWidth.Bits512 => new CpuBackend<Simd512, Vector512<float>>(count, conv, forced),
            SimdWidth.Bits256 => new CpuBackend<Simd256, Vector256<float>>(count, conv, forced),
            SimdWidth.Bits128 when OperatingSystem.IsBrowser() => new CpuBackend<SimdWasm, Vector128<float>>(count, conv, forced),
            SimdWidth.Bits128 => new CpuBackend<Simd128, Vector128<float>>(count, conv, forced),
            _ => new CpuBackend<SimdPortable, Vector<float>>(count, conv, forced),
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
internal sealed unsafe partial class CpuBackend<TSimd, TVec>(int threads, ConvAlgorithm conv, ConvWays? forced = null) : IBackend<float>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private readonly WorkerPool _pool = new(threads);
    private readonly List<NativeBlock> _spares = [];
    private NativeBlock? _zeros;
    private NativeBlock? _unread;

    public string Name => "cpu";

    public string Simd => TSimd.Name;

    public int Threads => _pool.Threads;

    public bool IsConcurrent => true;

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

    public void Dispose()
    {
        _pool.Dispose();
        _spares.ForEach(block => block.Dispose());
    }

    private static byte* BytesOrNull(Slot? slot) => slot is { } some ? NativeBlock.Pointer<byte>(some) : null;

    private static float* AtOrNull(Slot? slot) => slot is { } some ? At(some) : null;

    /// <summary>A bias; zeros where there is none, which change no bit.</summary>
    private float* BiasAt(Slot? bias, int count) => bias is { } some ? At(some) : Spare(ref _zeros, count);

    /// <summary>Where a bias's gradient goes; where there is no bias, memory that is not read.</summary>
    private float* DBiasAt(Slot? dBias, int count) => dBias is { } some ? At(some) : Spare(ref _unread, count);

    private float* Spare(ref NativeBlock? block, int count)
    {
        long bytes = (long)count * sizeof(float);
        lock (_pool)
        {
            if (block is null || block.Bytes < bytes)
            {
                // One that is too small stays: another thread may be reading it.
                _spares.Add(block = new NativeBlock(bytes));
            }

            return At(block.Slot(0, bytes));
        }
    }

    private static float* At(Slot slot) => NativeBlock.Pointer<float>(slot);

    private static CpuGradient Gradient(OutputGradient dOutput) => new(At(dOutput.Gradient), AtOrNull(dOutput.ReluOutput), (float)dOutput.Scale);

    /// <summary>Some items of a work that is no op. A job is a struct of plain values, so it holds a handle.</summary>
    private readonly struct ItemJob(GCHandle<IItemWork> work, int items) : IChunkedJob
    {
        public static int Chunks(int items) => Blocking.Chunks(items, Blocking.HostItems);

        public void Execute(int chunk, int worker)
        {
            work.Target.Do(chunk * Blocking.HostItems, Math.Min((chunk + 1) * Blocking.HostItems, items), worker);
        }
    }
}
