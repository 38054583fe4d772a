using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Average-pooling, vectors along the channels; threads share out rows of windows forward, and images backward, where windows may overlap.</summary>
internal static unsafe class AveragePool2DCpu
{
    /// <summary>y: the averages.</summary>
    public static void Forward<TSimd, TVec>(WorkerPool pool, in AveragePool2DShape shape, int images, float* input, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int rows = images * shape.Window.Output.Height, chunkRows = Math.Max(1, Blocking.FlatChunk / (shape.Window.Output.Width * shape.Channels));
        pool.Run(new ForwardJob<TSimd, TVec>(shape, rows, chunkRows, input, output), Blocking.Chunks(rows, chunkRows));
    }

    /// <summary>dx from dy.</summary>
    public static void BackwardInput<TSimd, TVec>(WorkerPool pool, in AveragePool2DShape shape, int images, float* dOutput, float* dInput)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => pool.Run(new BackwardJob<TSimd, TVec>(shape, dOutput, dInput), images);

    /// <summary>The average of some pixels, all channels; the last vector may overlap the one before it.</summary>
    private static void Average<TSimd, TVec>(float* image, nint row, int channels, PooledPart part, float* y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (channels < TSimd.Width)
        {
            for (int c = 0; c < channels; c++)
            {
                float sum = 0;
                for (int h = part.FirstRow; h < part.EndRow; h++)
                {
                    for (int w = part.FirstColumn; w < part.EndColumn; w++)
                    {
                        sum += image[(h * row) + ((nint)w * channels) + c];
                    }
                }

                y[c] = sum / part.Divisor;
            }

            return;
        }

        TVec divisor = TSimd.Create(part.Divisor);
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            c = Math.Min(c, channels - TSimd.Width);
            TVec sum = TSimd.Zero;
            for (int h = part.FirstRow; h < part.EndRow; h++)
            {
                float* x = image + (h * row) + ((nint)part.FirstColumn * channels) + c;
                for (int w = part.FirstColumn; w < part.EndColumn; w++, x += channels)
                {
                    sum = TSimd.Add(sum, TSimd.Load(x));
                }
            }

            TSimd.Store(y + c, TSimd.Divide(sum, divisor));
        }
    }

    /// <summary>Adds to each of some pixels its share of the gradient of their average.</summary>
    private static void Spread<TSimd, TVec>(float* dImage, nint row, int channels, PooledPart part, float* dy)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec divisor = TSimd.Create(part.Divisor);
        int c = 0;
        for (; channels - c >= TSimd.Width; c += TSimd.Width)
        {
            TVec share = TSimd.Divide(TSimd.Load(dy + c), divisor);
            for (int h = part.FirstRow; h < part.EndRow; h++)
            {
                float* dx = dImage + (h * row) + ((nint)part.FirstColumn * channels) + c;
                for (int w = part.FirstColumn; w < part.EndColumn; w++, dx += channels)
                {
                    TSimd.Store(dx, TSimd.Add(TSimd.Load(dx), share));
                }
            }
        }

        for (; c < channels; c++)
        {
            float share = dy[c] / part.Divisor;
            for (int h = part.FirstRow; h < part.EndRow; h++)
            {
                for (int w = part.FirstColumn; w < part.EndColumn; w++)
                {
                    dImage[(h * row) + ((nint)w * channels) + c] += share;
                }
            }
        }
    }

    private readonly struct ForwardJob<TSimd, TVec>(AveragePool2DShape shape, int rows, int chunkRows, float* input, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            nint imageRow = (nint)shape.Window.Image.Width * shape.Channels;
            for (int row = chunk * chunkRows; row < Math.Min((chunk + 1) * chunkRows, rows); row++)
            {
                (int n, int i) = Math.DivRem(row, shape.Window.Output.Height);
                float* image = input + ((nint)n * shape.InputCount), y = output + ((nint)row * shape.Window.Output.Width * shape.Channels);
                for (int j = 0; j < shape.Window.Output.Width; j++, y += shape.Channels)
                {
                    Average<TSimd, TVec>(image, imageRow, shape.Channels, shape.Part(i, j), y);
                }
            }
        }
    }

    private readonly struct BackwardJob<TSimd, TVec>(AveragePool2DShape shape, float* dOutput, float* dInput) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            nint imageRow = (nint)shape.Window.Image.Width * shape.Channels;
            float* dImage = dInput + ((nint)chunk * shape.InputCount), dy = dOutput + ((nint)chunk * shape.OutputCount);
            new Span<float>(dImage, shape.InputCount).Clear();
            for (int i = 0; i < shape.Window.Output.Height; i++)
            {
                for (int j = 0; j < shape.Window.Output.Width; j++, dy += shape.Channels)
                {
                    Spread<TSimd, TVec>(dImage, imageRow, shape.Channels, shape.Part(i, j), dy);
                }
            }
        }
    }
}
