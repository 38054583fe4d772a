using System.Runtime.CompilerServices;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Sums in vectors.</summary>
internal static unsafe class AddCpu
{
    /// <summary>a = a + b.</summary>
    public static void AddTo<TSimd, TVec>(WorkerPool pool, int count, float* a, float* b)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new Job<TSimd, TVec>(count, a, b, a), Blocking.FlatChunks(count));

    /// <summary>sum = a + b; the sum may be one of them.</summary>
    public static void Add<TSimd, TVec>(WorkerPool pool, int count, float* a, float* b, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new Job<TSimd, TVec>(count, a, b, sum), Blocking.FlatChunks(count));

    private readonly struct Job<TSimd, TVec>(int count, float* a, float* b, float* sum) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, end = Math.Min(i + Blocking.FlatChunk, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(sum + i, TSimd.Add(TSimd.Load(a + i), TSimd.Load(b + i)));
            }

            for (; i < end; i++)
            {
                sum[i] = a[i] + b[i];
            }
        }
    }
}
