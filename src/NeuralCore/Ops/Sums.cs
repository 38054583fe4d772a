using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Sums over buffers and over rows, each in one fixed order.</summary>
internal static unsafe class Sums
{
    /// <summary>destination[i] = sum over b of buffers[b * stride + i], b ascending.</summary>
    public static void OfBuffers<TSimd, TVec>(WorkerPool pool, int count, int buffers, float* source, nint stride, float* destination)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged =>
        pool.Run(new OfBuffersJob<TSimd, TVec>(count, buffers, source, stride, destination), Blocking.FlatChunks(count));

    /// <summary>
    /// destination[column] (+)= sum over rows of source[row, column], rows ascending; if there is a gate, only of those elements
    /// whose gate, of the same shape, is above 0, times <paramref name="scale"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfRows<TSimd, TVec>(float* source, float* gate, float scale, int rows, int columns, float* destination, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec scales = TSimd.Create(scale);
        int column = 0;
        for (int w = TSimd.Width; gate == null && columns - column >= 4 * w; column += 4 * w)
        {
            FourColumns<TSimd, TVec>(source + column, rows, columns, destination + column, accumulate);
        }

        for (; columns - column >= TSimd.Width; column += TSimd.Width)
        {
            TVec sum = accumulate ? TSimd.Load(destination + column) : TSimd.Zero;
            nint at = column;
            for (int row = 0; row < rows; row++, at += columns)
            {
                TVec value = TSimd.Load(source + at);
                sum = TSimd.Add(sum, gate == null ? value : TSimd.ZeroWhereNotPositive(TSimd.Load(gate + at), TSimd.Multiply(scales, value)));
            }

            TSimd.Store(destination + column, sum);
        }

        for (; column < columns; column++)
        {
            float sum = accumulate ? destination[column] : 0;
            nint at = column;
            for (int row = 0; row < rows; row++, at += columns)
            {
                sum += gate == null ? source[at] : gate[at] <= 0 ? 0 : scale * source[at];
            }

            destination[column] = sum;
        }
    }

    /// <summary>The sums of four vectors of columns: four chains of additions, where one would wait for each of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourColumns<TSimd, TVec>(float* source, int rows, int columns, float* destination, bool accumulate)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int w = TSimd.Width;
        TVec a = TSimd.Zero, b = a, c = a, d = a;
        if (accumulate)
        {
            a = TSimd.Load(destination); b = TSimd.Load(destination + w);
            c = TSimd.Load(destination + (2 * w)); d = TSimd.Load(destination + (3 * w));
        }

        for (int row = 0; row < rows; row++, source += columns)
        {
            a = TSimd.Add(a, TSimd.Load(source)); b = TSimd.Add(b, TSimd.Load(source + w));
            c = TSimd.Add(c, TSimd.Load(source + (2 * w))); d = TSimd.Add(d, TSimd.Load(source + (3 * w)));
        }

        TSimd.Store(destination, a); TSimd.Store(destination + w, b);
        TSimd.Store(destination + (2 * w), c); TSimd.Store(destination + (3 * w), d);
    }

    private readonly struct OfBuffersJob<TSimd, TVec>(int count, int buffers, float* source, nint stride, float* destination) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        /// <summary>How far ahead memory is asked for: more buffers side by side than the hardware's prefetcher follows.</summary>
        private const int Ahead = 128;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk;
            int end = Math.Min(i + Blocking.FlatChunk, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TVec sum = TSimd.Load(source + i);
                Prefetch.Floats(source + i + Ahead, 1);
                for (int b = 1; b < buffers; b++)
                {
                    float* buffer = source + (b * stride) + i;
                    sum = TSimd.Add(sum, TSimd.Load(buffer));
                    Prefetch.Floats(buffer + Ahead, 1);
                }

                TSimd.Store(destination + i, sum);
            }

            for (; i < end; i++)
            {
                float sum = source[i];
                for (int b = 1; b < buffers; b++)
                {
                    sum += source[(b * stride) + i];
                }

                destination[i] = sum;
            }
        }
    }
}
