using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Pooling over whole images, vectors along the channels, threads along the images.</summary>
internal static unsafe class GlobalPool2DCpu
{
    /// <summary>The averages.</summary>
    public static void Average<TSimd, TVec>(WorkerPool pool, in GlobalPool2DShape shape, int images, float* input, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new AverageJob<TSimd, TVec>(shape, input, output), images);

    /// <summary>dx of the averages.</summary>
    public static void AverageBackward<TSimd, TVec>(WorkerPool pool, in GlobalPool2DShape shape, int images, float* dOutput, float* dInput)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new AverageBackwardJob<TSimd, TVec>(shape, dOutput, dInput), images);

    /// <summary>The maxima, and their positions unless that is null.</summary>
    public static void Max<TSimd, TVec>(WorkerPool pool, in GlobalPool2DShape shape, int images, float* input, float* output, int* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new MaxJob<TSimd, TVec>(shape, input, output, winners), images);

    /// <summary>dx of the maxima.</summary>
    public static void MaxBackward(WorkerPool pool, in GlobalPool2DShape shape, int images, float* dOutput, int* winners, float* dInput) =>
        pool.Run(new MaxBackwardJob(shape, dOutput, winners, dInput), images);

    private readonly struct AverageJob<TSimd, TVec>(GlobalPool2DShape shape, float* input, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int channels = shape.Channels;
            float* y = output + ((nint)chunk * channels), image = input + ((nint)chunk * shape.InputCount);
            TVec count = TSimd.Create(shape.Positions);
            for (int c = 0; c < channels; c += TSimd.Width)
            {
                CompensatedSum<TSimd, TVec> sum = CompensatedSum<TSimd, TVec>.Zero;
                float* x = image + c;
                for (int p = 0; p < shape.Positions; p++, x += channels)
                {
                    sum.Add(TSimd.Load(x));
                }

                Tail.StoreUpTo<TSimd, TVec>(y + c, channels - c, TSimd.Divide(sum.Value, count));
            }
        }
    }

    private readonly struct AverageBackwardJob<TSimd, TVec>(GlobalPool2DShape shape, float* dOutput, float* dInput) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int channels = shape.Channels;
            float* dy = dOutput + ((nint)chunk * channels), first = dInput + ((nint)chunk * shape.InputCount);
            TVec count = TSimd.Create(shape.Positions);
            for (int c = 0; c < channels; c += TSimd.Width)
            {
                Tail.StoreUpTo<TSimd, TVec>(first + c, channels - c, TSimd.Divide(TSimd.Load(dy + c), count));
            }

            // All pixels are like the first.
            for (int p = 1; p < shape.Positions; p++)
            {
                ConcatenateCpu.CopyRow<TSimd, TVec>(channels, first, first + ((nint)p * channels));
            }
        }
    }

    private readonly struct MaxJob<TSimd, TVec>(GlobalPool2DShape shape, float* input, float* output, int* winners) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int channels = shape.Channels;
            float* y = output + ((nint)chunk * channels), image = input + ((nint)chunk * shape.InputCount);
            float* places = stackalloc float[Blocking.Lanes];
            for (int c = 0; c < channels; c += TSimd.Width)
            {
                // Positions are whole numbers that a float holds exactly.
                TVec best = TSimd.Load(image + c), winner = TSimd.Zero;
                float* x = image + c;
                for (int p = 1; p < shape.Positions; p++)
                {
                    x += channels;
                    TVec value = TSimd.Load(x), wins = TSimd.Exceeds(value, best);
                    best = TSimd.Select(wins, value, best);
                    winner = TSimd.Select(wins, TSimd.Create(p), winner);
                }

                Tail.StoreUpTo<TSimd, TVec>(y + c, channels - c, best);
                if (winners != null)
                {
                    TSimd.Store(places, winner);
                    for (int lane = 0; lane < Math.Min(TSimd.Width, channels - c); lane++)
                    {
                        winners[((nint)chunk * channels) + c + lane] = (int)places[lane];
                    }
                }
            }
        }
    }

    private readonly struct MaxBackwardJob(GlobalPool2DShape shape, float* dOutput, int* winners, float* dInput) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            float* dImage = dInput + ((nint)chunk * shape.InputCount);
            new Span<float>(dImage, shape.InputCount).Clear();
            nint y = (nint)chunk * shape.Channels;
            for (int c = 0; c < shape.Channels; c++)
            {
                dImage[((nint)winners[y + c] * shape.Channels) + c] = dOutput[y + c];
            }
        }
    }
}
