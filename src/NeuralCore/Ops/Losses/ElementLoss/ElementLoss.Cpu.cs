using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Losses element by element with every intermediate in double, one after the other, so that they have the same bits at every vector width; threads share out
/// the rows.
/// </summary>
internal static unsafe class ElementLossCpu
{
    /// <summary>The losses of the rows, and the part of each row's elements that are on their target's side.</summary>
    public static void Forward(WorkerPool pool, in ElementLossShape shape, int rows, float* prediction, float* targets, float* losses, float* hits)
    {
        int chunks = Blocking.Chunks(rows, ChunkRows(shape.Columns));
        switch (shape.Loss)
        {
            case ElementLoss.SquaredError:
                pool.Run(new ForwardJob<SquaredError>(shape, rows, prediction, targets, losses, hits), chunks);
                break;
            case ElementLoss.BinaryCrossEntropyOfLogits:
                pool.Run(new ForwardJob<BinaryCrossEntropyOfLogits>(shape, rows, prediction, targets, losses, hits), chunks);
                break;
            default:
                pool.Run(new ForwardJob<BinaryCrossEntropy>(shape, rows, prediction, targets, losses, hits), chunks);
                break;
        }
    }

    /// <summary>The gradient of the mean loss.</summary>
    public static void Backward(WorkerPool pool, in ElementLossShape shape, int rows, float* prediction, float* targets, float* dPrediction)
    {
        int chunks = Blocking.Chunks(rows, ChunkRows(shape.Columns));
        switch (shape.Loss)
        {
            case ElementLoss.SquaredError:
                pool.Run(new BackwardJob<SquaredError>(shape, rows, prediction, targets, dPrediction), chunks);
                break;
            case ElementLoss.BinaryCrossEntropyOfLogits:
                pool.Run(new BackwardJob<BinaryCrossEntropyOfLogits>(shape, rows, prediction, targets, dPrediction), chunks);
                break;
            default:
                pool.Run(new BackwardJob<BinaryCrossEntropy>(shape, rows, prediction, targets, dPrediction), chunks);
                break;
        }
    }

    private static int ChunkRows(int columns) => Math.Max(1, Blocking.FlatChunk / columns);

    private readonly struct ForwardJob<TLoss>(ElementLossShape shape, int rows, float* prediction, float* targets, float* losses, float* hits) : IChunkedJob
        where TLoss : unmanaged, IElementLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int first = chunk * ChunkRows(shape.Columns), end = Math.Min(first + ChunkRows(shape.Columns), rows);
            for (int row = first; row < end; row++)
            {
                float* x = prediction + ((nint)row * shape.Columns), t = targets + ((nint)row * shape.Columns);
                double sum = 0;
                int right = 0;
                for (int i = 0; i < shape.Columns; i++)
                {
                    sum += TLoss.Loss((double)x[i], ElementLossReference.Smoothed(shape.Smoothing, (double)t[i]));
                    right += TLoss.IsHit(x[i], t[i]) ? 1 : 0;
                }

                losses[row] = (float)(sum / shape.Columns);
                hits[row] = (float)((double)right / shape.Columns);
            }
        }
    }

    private readonly struct BackwardJob<TLoss>(ElementLossShape shape, int rows, float* prediction, float* targets, float* dPrediction) : IChunkedJob
        where TLoss : unmanaged, IElementLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            double count = (double)rows * shape.Columns;
            nint first = (nint)chunk * ChunkRows(shape.Columns) * shape.Columns;
            nint end = Math.Min(first + ((nint)ChunkRows(shape.Columns) * shape.Columns), (nint)rows * shape.Columns);
            for (nint i = first; i < end; i++)
            {
                dPrediction[i] = (float)(TLoss.Slope((double)prediction[i], ElementLossReference.Smoothed(shape.Smoothing, (double)targets[i])) / count);
            }
        }
    }
}
