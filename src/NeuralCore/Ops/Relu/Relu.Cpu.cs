using System.Runtime.CompilerServices;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>The ReLU in vectors.</summary>
internal static unsafe class ReluCpu
{
    /// <summary>Forward with gate = value = x, backward with gate = y and value = dy: 0 where gate &lt;= 0, else value.</summary>
    public static void Run<TSimd, TVec>(WorkerPool pool, int count, float* gate, float* value, float* destination)
        where TSimd : ISimd<TVec>
        where TVec : struct => pool.Run(new Job<TSimd, TVec>(count, gate, value, destination), Elementwise.Chunks(count));

    private readonly struct Job<TSimd, TVec>(int count, float* gate, float* value, float* destination) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Elementwise.ChunkCount;
            int end = Math.Min(i + Elementwise.ChunkCount, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(destination + i, TSimd.ZeroWhereNotPositive(TSimd.Load(gate + i), TSimd.Load(value + i)));
            }

            for (; i < end; i++)
            {
                destination[i] = gate[i] <= 0 ? 0 : value[i];
            }
        }
    }
}
