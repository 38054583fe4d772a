using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Copies of parts of rows, several rows a chunk.</summary>
internal static unsafe class ConcatenateCpu
{
    /// <summary>destination[r, DestinationFirst + i] = source[r, SourceFirst + i].</summary>
    public static void CopyRows<TSimd, TVec>(WorkerPool pool, in RowCopy copy, float* source, float* destination)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int rows = Math.Max(1, Blocking.FlatChunk / copy.Width);
        pool.Run(new Job<TSimd, TVec>(copy, rows, source, destination), Blocking.Chunks(copy.Rows, rows));
    }

    /// <summary>Copies a few elements, for which a call would take longer than the copy. The last vector may overlap the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyRow<TSimd, TVec>(int width, float* source, float* destination)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int i = 0;
        if (width < TSimd.Width)
        {
            for (; i < width; i++)
            {
                destination[i] = source[i];
            }

            return;
        }

        for (; width - i > TSimd.Width; i += TSimd.Width)
        {
            TSimd.Store(destination + i, TSimd.Load(source + i));
        }

        TSimd.Store(destination + width - TSimd.Width, TSimd.Load(source + width - TSimd.Width));
    }

    private readonly struct Job<TSimd, TVec>(RowCopy copy, int chunkRows, float* source, float* destination) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int first = chunk * chunkRows, end = Math.Min(first + chunkRows, copy.Rows);
            float* from = source + ((nint)first * copy.SourceStride) + copy.SourceFirst;
            float* to = destination + ((nint)first * copy.DestinationStride) + copy.DestinationFirst;
            for (int row = first; row < end; row++, from += copy.SourceStride, to += copy.DestinationStride)
            {
                CopyRow<TSimd, TVec>(copy.Width, from, to);
            }
        }
    }
}
