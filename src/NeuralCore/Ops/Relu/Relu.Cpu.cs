using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>The ReLU in vectors.</summary>
internal static unsafe class ReluCpu
{
    /// <summary>Forward with gate = value = x, backward with gate = y and value = dy: 0 where gate &lt;= 0, else value.</summary>
    public static void Run<TSimd, TVec>(WorkerPool pool, int count, float* gate, float* value, float* destination)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new Job<TSimd, TVec>(count, gate, value, destination), Blocking.FlatChunks(count));

    /// <summary>The same for one run of elements, on this thread, times a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVec>(int count, float* gate, float* value, float scale, float* destination)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec scales = TSimd.Create(scale);
        int i = 0;
        for (; count - i >= TSimd.Width; i += TSimd.Width)
        {
            TSimd.Store(destination + i, TSimd.ZeroWhereNotPositive(TSimd.Load(gate + i), TSimd.Multiply(scales, TSimd.Load(value + i))));
        }

        for (; i < count; i++)
        {
            destination[i] = gate[i] <= 0 ? 0 : scale * value[i];
        }
    }

    private readonly struct Job<TSimd, TVec>(int count, float* gate, float* value, float* destination) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk;
            Run<TSimd, TVec>(Math.Min(Blocking.FlatChunk, count - i), gate + i, value + i, 1, destination + i);
        }
    }
}
