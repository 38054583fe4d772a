using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Zeros around images, several image rows a chunk.</summary>
internal static unsafe class ZeroPadding2DCpu
{
    /// <summary>y: x with zeros around it. Each output is written once.</summary>
    public static void Forward(WorkerPool pool, in ZeroPadding2DShape shape, int images, float* input, float* output)
    {
        int rows = ChunkRows(shape.OutWidth * shape.Channels);
        pool.Run(new ForwardJob(shape, images * shape.OutHeight, rows, input, output), Blocking.Chunks(images * shape.OutHeight, rows));
    }

    /// <summary>dx: what lies in the middle of dy.</summary>
    public static void BackwardInput(WorkerPool pool, in ZeroPadding2DShape shape, int images, float* dOutput, float* dInput)
    {
        int rows = ChunkRows(shape.Width * shape.Channels);
        pool.Run(new BackwardJob(shape, images * shape.Height, rows, dOutput, dInput), Blocking.Chunks(images * shape.Height, rows));
    }

    private static int ChunkRows(int rowCount) => Math.Max(1, Blocking.FlatChunk / rowCount);

    private readonly struct ForwardJob(ZeroPadding2DShape shape, int rows, int chunkRows, float* input, float* output) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int width = shape.OutWidth * shape.Channels, before = shape.Left * shape.Channels, inside = shape.Width * shape.Channels;
            for (int row = chunk * chunkRows; row < Math.Min((chunk + 1) * chunkRows, rows); row++)
            {
                (int n, int i) = Math.DivRem(row, shape.OutHeight);
                var y = new Span<float>(output + ((nint)row * width), width);
                int h = i - shape.Top;
                if ((uint)h >= (uint)shape.Height)
                {
                    y.Clear();
                    continue;
                }

                y[..before].Clear();
                new ReadOnlySpan<float>(input + ((((nint)n * shape.Height) + h) * inside), inside).CopyTo(y[before..]);
                y[(before + inside)..].Clear();
            }
        }
    }

    private readonly struct BackwardJob(ZeroPadding2DShape shape, int rows, int chunkRows, float* dOutput, float* dInput) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int inside = shape.Width * shape.Channels;
            for (int row = chunk * chunkRows; row < Math.Min((chunk + 1) * chunkRows, rows); row++)
            {
                (int n, int h) = Math.DivRem(row, shape.Height);
                nint place = (((((nint)n * shape.OutHeight) + h + shape.Top) * shape.OutWidth) + shape.Left) * shape.Channels;
                new ReadOnlySpan<float>(dOutput + place, inside).CopyTo(new Span<float>(dInput + ((nint)row * inside), inside));
            }
        }
    }
}
