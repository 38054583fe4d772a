using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Clipping by a norm: squares of floats are exact in double, and are summed in sixteen lanes and by chunks of a fixed size, so the norm has the same bits
/// on any number of threads and at every width.
/// </summary>
internal static unsafe class ClipNormCpu
{
    /// <summary>The bytes of scratch: a sum a chunk.</summary>
    public static long ScratchBytes(int count) => sizeof(double) * (long)Blocking.FlatChunks(count);

    /// <summary>Clips in place.</summary>
    public static void Clip<TSimd, TVec>(WorkerPool pool, int count, float* values, double limit, double* sums)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int chunks = Blocking.FlatChunks(count);
        pool.Run(new SumJob(count, values, sums), chunks);
        double sum = 0;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            sum += sums[chunk];
        }

        double norm = Math.Sqrt(sum);
        if (norm > limit)
        {
            pool.Run(new ScaleJob<TSimd, TVec>(count, values, (float)(limit / norm)), chunks);
        }
    }

    private readonly struct SumJob(int count, float* values, double* sums) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, end = Math.Min(i + Blocking.FlatChunk, count);
            Vector512<double> even = Vector512<double>.Zero, odd = Vector512<double>.Zero;
            for (; end - i >= Vector512<float>.Count; i += Vector512<float>.Count)
            {
                (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(Vector512.Load(values + i));
                even += lower * lower;
                odd += upper * upper;
            }

            double sum = 0;
            for (int lane = 0; lane < Vector512<double>.Count; lane++)
            {
                sum += even[lane] + odd[lane];
            }

            for (; i < end; i++)
            {
                sum += (double)values[i] * values[i];
            }

            sums[chunk] = sum;
        }
    }

    private readonly struct ScaleJob<TSimd, TVec>(int count, float* values, float scale) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, end = Math.Min(i + Blocking.FlatChunk, count);
            TVec scales = TSimd.Create(scale);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(values + i, TSimd.Multiply(TSimd.Load(values + i), scales));
            }

            for (; i < end; i++)
            {
                values[i] *= scale;
            }
        }
    }
}
