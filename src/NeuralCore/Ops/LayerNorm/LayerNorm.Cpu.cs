using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Layer normalization: some rows a chunk, each row as the textbook loops compute it, in double. The gradients of gamma and beta are summed by chunks
/// of rows, and the chunks in their order.
/// </summary>
internal static unsafe class LayerNormCpu
{
    /// <summary>The bytes of scratch that backward takes.</summary>
    public static long ScratchBytes(in LayerNormShape shape, int items) =>
        2L * shape.Features * sizeof(double) * Blocking.Chunks(items * shape.Rows, Blocking.LayerNormRows);

    /// <summary>y.</summary>
    public static void Forward(WorkerPool pool, in LayerNormShape shape, int items, float* input, float* gamma, float* beta, float* output)
    {
        int rows = items * shape.Rows, chunkRows = ChunkRows(shape);
        pool.Run(new ForwardJob(shape, rows, chunkRows, input, gamma, beta, output), Blocking.Chunks(rows, chunkRows));
    }

    /// <summary>dx.</summary>
    public static void BackwardInput(WorkerPool pool, in LayerNormShape shape, int items, float* input, float* gamma, float* dOutput, float* dInput)
    {
        int rows = items * shape.Rows, chunkRows = ChunkRows(shape);
        pool.Run(new BackwardJob(shape, rows, chunkRows, input, gamma, dOutput, dInput), Blocking.Chunks(rows, chunkRows));
    }

    /// <summary>dgamma and dbeta, each unless it is null.</summary>
    public static void BackwardWeights(WorkerPool pool, in LayerNormShape shape, int items, float* input, float* dOutput, float* dGamma, float* dBeta, double* scratch)
    {
        int rows = items * shape.Rows, chunks = Blocking.Chunks(rows, Blocking.LayerNormRows);
        pool.Run(new SumsJob(shape, rows, input, dOutput, scratch), chunks);
        for (int i = 0; i < shape.Features; i++)
        {
            double gamma = 0, beta = 0;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                double* sums = scratch + ((nint)chunk * 2 * shape.Features);
                gamma += sums[i];
                beta += sums[shape.Features + i];
            }

            if (dGamma != null)
            {
                dGamma[i] = (float)gamma;
            }

            if (dBeta != null)
            {
                dBeta[i] = (float)beta;
            }
        }
    }

    private static int ChunkRows(in LayerNormShape shape) => Math.Max(1, Blocking.FlatChunk / shape.Features);

    private static ReadOnlySpan<float> Row(float* values, int row, int features) => new(values + ((nint)row * features), features);

    private static ReadOnlySpan<float> OrNone(float* values, int features) => values == null ? default : new(values, features);

    private readonly struct ForwardJob(LayerNormShape shape, int rows, int chunkRows, float* input, float* gamma, float* beta, float* output) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int features = shape.Features;
            for (int row = chunk * chunkRows; row < Math.Min((chunk + 1) * chunkRows, rows); row++)
            {
                LayerNormReference.ForwardRow(
                    shape, Row(input, row, features), OrNone(gamma, features), OrNone(beta, features), new Span<float>(output + ((nint)row * features), features));
            }
        }
    }

    private readonly struct BackwardJob(LayerNormShape shape, int rows, int chunkRows, float* input, float* gamma, float* dOutput, float* dInput) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int features = shape.Features;
            for (int row = chunk * chunkRows; row < Math.Min((chunk + 1) * chunkRows, rows); row++)
            {
                LayerNormReference.BackwardRow(
                    shape, Row(input, row, features), OrNone(gamma, features), Row(dOutput, row, features), new Span<float>(dInput + ((nint)row * features), features));
            }
        }
    }

    private readonly struct SumsJob(LayerNormShape shape, int rows, float* input, float* dOutput, double* sums) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int features = shape.Features;
            var own = new Span<double>(sums + ((nint)chunk * 2 * features), 2 * features);
            own.Clear();
            for (int row = chunk * Blocking.LayerNormRows; row < Math.Min((chunk + 1) * Blocking.LayerNormRows, rows); row++)
            {
                LayerNormReference.AddRow(shape, Row(input, row, features), Row(dOutput, row, features), own);
            }
        }
    }
}
