using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Max-pooling, vectors along the channels, threads along the images.</summary>
internal static unsafe class MaxPool2DCpu
{
    /// <summary>y = max-pool(x), and the winners.</summary>
    public static void Forward<TSimd, TVec>(WorkerPool pool, in MaxPool2DShape shape, int images, float* input, float* output, byte* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new ForwardJob<TSimd, TVec>(shape, input, output, winners), images);

    /// <summary>dx from dy and the winners.</summary>
    public static void BackwardInput(WorkerPool pool, in MaxPool2DShape shape, int images, float* dOutput, byte* winners, float* dInput) =>
        pool.Run(new BackwardInputJob(shape, dOutput, winners, dInput), images);

    /// <summary>Whether every window is 2x2 and lies in the image.</summary>
    public static bool IsOfFours(in MaxPool2DShape shape) => shape is { PoolHeight: 2, PoolWidth: 2, IsPadded: false };

    /// <summary>Where the winners of some outputs begin, if anybody asks for winners.</summary>
    public static byte* At(byte* winners, nint y) => winners == null ? null : winners + y;

    /// <summary>One row of windows.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="image">Height x Width x Channels, of which only the rows of these windows are read.</param>
    /// <param name="i">The row of windows.</param>
    /// <param name="output">Receives OutWidth x Channels.</param>
    /// <param name="winners">Receives OutWidth x Channels, unless it is null.</param>
    public static void PoolRow<TSimd, TVec>(in MaxPool2DShape shape, float* image, int i, float* output, byte* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (IsOfFours(shape) && shape.Channels % TSimd.Width == 0)
        {
            RowOfFours<TSimd, TVec>(shape, image + ((nint)i * shape.StrideY * shape.Width * shape.Channels), output, winners);
            return;
        }

        for (int j = 0; j < shape.OutWidth; j++)
        {
            Pixel<TSimd, TVec>(shape, image, i, j, output + ((nint)j * shape.Channels), At(winners, (nint)j * shape.Channels));
        }
    }

    /// <summary>One row of windows of 2x2 that all lie in the image, with channels that fill their vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowOfFours<TSimd, TVec>(in MaxPool2DShape shape, float* image, float* output, byte* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int channels = shape.Channels;
        nint row = (nint)shape.Width * channels, step = (nint)shape.StrideX * channels;
        for (int j = 0; j < shape.OutWidth; j++, image += step)
        {
            for (float* x = image; x < image + channels; x += TSimd.Width, output += TSimd.Width)
            {
                TVec a = TSimd.Load(x), b = TSimd.Load(x + channels), c = TSimd.Load(x + row), d = TSimd.Load(x + row + channels);
                if (winners == null)
                {
                    TSimd.Store(output, LargestOfFour.Of<TSimd, TVec>(a, b, c, d));
                }
                else
                {
                    LargestOfFour.Store<TSimd, TVec>(a, b, c, d, output, winners);
                    winners += TSimd.Width;
                }
            }
        }
    }

    /// <summary>All channels of one output pixel; of the last vector only the lanes that are channels are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixel<TSimd, TVec>(in MaxPool2DShape shape, float* image, int i, int j, float* y, byte* winner)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        // The part of the window that lies in the image; never empty, since padding is smaller than the window.
        int top = (i * shape.StrideY) - shape.PadTop;
        int left = (j * shape.StrideX) - shape.PadLeft;
        int firstRow = Math.Max(-top, 0), endRow = Math.Min(shape.PoolHeight, shape.Height - top);
        int firstColumn = Math.Max(-left, 0), endColumn = Math.Min(shape.PoolWidth, shape.Width - left);
        float* window = image + ((((nint)top * shape.Width) + left) * shape.Channels);
        byte* bytes = stackalloc byte[Blocking.Lanes];
        for (int c = 0; c < shape.Channels; c += TSimd.Width)
        {
            TVec best = TSimd.Load(Element(shape, window, firstRow, firstColumn) + c);
            TVec index = TSimd.Create((firstRow * shape.PoolWidth) + firstColumn);
            for (int u = firstRow; u < endRow; u++)
            {
                for (int v = firstColumn; v < endColumn; v++)
                {
                    TVec x = TSimd.Load(Element(shape, window, u, v) + c);
                    TVec wins = TSimd.Exceeds(x, best);
                    best = TSimd.Select(wins, x, best);
                    index = TSimd.Select(wins, TSimd.Create((u * shape.PoolWidth) + v), index);
                }
            }

            int lanes = shape.Channels - c;
            Tail.StoreUpTo<TSimd, TVec>(y + c, lanes, best);
            if (winner != null && lanes >= TSimd.Width)
            {
                TSimd.StoreBytes(winner + c, index);
            }
            else if (winner != null)
            {
                TSimd.StoreBytes(bytes, index);
                new ReadOnlySpan<byte>(bytes, lanes).CopyTo(new Span<byte>(winner + c, lanes));
            }
        }
    }

    private static float* Element(in MaxPool2DShape shape, float* window, int u, int v) => window + ((((nint)u * shape.Width) + v) * shape.Channels);

    private readonly struct ForwardJob<TSimd, TVec>(MaxPool2DShape shape, float* input, float* output, byte* winners) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            float* image = input + ((nint)chunk * shape.InputCount);
            nint y = (nint)chunk * shape.OutputCount;
            for (int i = 0; i < shape.OutHeight; i++, y += shape.OutWidth * shape.Channels)
            {
                PoolRow<TSimd, TVec>(shape, image, i, output + y, At(winners, y));
            }
        }
    }

    /// <summary>Scatters each dy to its winner: one scalar add an output, where a vectorised search would compare every input.</summary>
    private readonly struct BackwardInputJob(MaxPool2DShape shape, float* dOutput, byte* winners, float* dInput) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            float* image = dInput + ((nint)chunk * shape.InputCount);
            new Span<float>(image, shape.InputCount).Clear();
            nint* offsets = stackalloc nint[shape.PoolHeight * shape.PoolWidth];
            for (int k = 0; k < shape.PoolHeight * shape.PoolWidth; k++)
            {
                offsets[k] = (((nint)(k / shape.PoolWidth) * shape.Width) + (k % shape.PoolWidth)) * shape.Channels;
            }

            nint y = (nint)chunk * shape.OutputCount;
            for (int i = 0; i < shape.OutHeight; i++)
            {
                for (int j = 0; j < shape.OutWidth; j++)
                {
                    float* window = image + (((((nint)i * shape.StrideY) - shape.PadTop) * shape.Width) + ((j * shape.StrideX) - shape.PadLeft)) * shape.Channels;
                    for (int c = 0; c < shape.Channels; c++, y++)
                    {
                        window[offsets[winners[y]] + c] += dOutput[y];
                    }
                }
            }
        }
    }
}
