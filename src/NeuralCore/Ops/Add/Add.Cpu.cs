using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Sums in vectors, and copies.</summary>
internal static unsafe class AddCpu
{
    /// <summary>sum = ((t0 + t1) + t2) + ...; the sum may be one of them.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="count">The elements of each.</param>
    /// <param name="terms">Where each term is; the list itself is the caller's until this returns.</param>
    /// <param name="termCount">The number of terms.</param>
    /// <param name="sum">Receives the sum.</param>
    public static void Add<TSimd, TVec>(WorkerPool pool, int count, float** terms, int termCount, float* sum)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new AddJob<TSimd, TVec>(count, terms, termCount, sum), Blocking.FlatChunks(count));

    /// <summary>Copies elements.</summary>
    public static void Copy(WorkerPool pool, int count, float* source, float* destination) =>
        pool.Run(new CopyJob(count, source, destination), Blocking.FlatChunks(count));

    private readonly struct AddJob<TSimd, TVec>(int count, float** terms, int termCount, float* sum) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, end = Math.Min(i + Blocking.FlatChunk, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(sum + i, At(i));
            }

            if (i < end)
            {
                Tail.Store<TSimd, TVec>(sum + i, end - i, At(i));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVec At(int i)
        {
            TVec value = TSimd.Add(TSimd.Load(terms[0] + i), TSimd.Load(terms[1] + i));
            for (int k = 2; k < termCount; k++)
            {
                value = TSimd.Add(value, TSimd.Load(terms[k] + i));
            }

            return value;
        }
    }

    private readonly struct CopyJob(int count, float* source, float* destination) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, length = Math.Min(Blocking.FlatChunk, count - i);
            new ReadOnlySpan<float>(source + i, length).CopyTo(new Span<float>(destination + i, length));
        }
    }
}
