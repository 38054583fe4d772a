using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Tensors;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// The forward pass of a dense layer whose inputs are often zero, as they are behind a ReLU and a dropout. A block of 32 rows of
/// the weights stays in the first-level cache while a group of items passes; of each item's 32 inputs only those that
/// are not zero multiply their row.
/// <code>
/// x[n]: . 3 . . 1 .  ..      y[n] += 3 * w[row 1] + 1 * w[row 4]      256 units at a time, in 16 registers of 512 bits
/// </code>
/// Each sum goes through the inputs in their order, as the dense product does, and a zero times a finite number changes no sum: both
/// give the same bits. For 9216 x 256 and 128 items it takes 1.5 ms on one thread where a fifth of the inputs is not zero, 2.4 where half
/// is, and 3.4 at four fifths, where the dense product takes 3.7.
/// </summary>
internal static unsafe class DenseSparseInputCpu
{
    /// <summary>The inputs of a block: the 256 units of their weights take 32 KiB.</summary>
    private const int BlockInputs = 32;

    /// <summary>
    /// The most items that share a reading of the weights, and the fewest. Each output is a sum of its own, so that how the
    /// items are shared out among threads changes no bit.
    /// </summary>
    private const int MaxChunkItems = 128;
    private const int MinChunkItems = 8;

    /// <summary>The part of the inputs that may be not zero: above, the dense product is as fast.</summary>
    private const double MaxDensity = 0.8;

    /// <summary>The fewest units worth the looking.</summary>
    private const int MinUnits = 64;

    /// <summary>One item in so many is looked at to tell how much is zero.</summary>
    private const int SampledItem = 32;

    /// <summary>Whether this way is the faster one.</summary>
    public static bool Suits(in DenseShape shape, int items, float* input) =>
        shape.Units >= MinUnits && Density(shape, items, input) <= MaxDensity;

    /// <summary>y = activation(x w + bias).</summary>
    public static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* weights, TEpilogue epilogue, float* output)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        int chunkItems = Math.Clamp(Blocking.Chunks(items, pool.Threads), MinChunkItems, MaxChunkItems);
        pool.Run(
            new Job<TSimd, TVec, TEpilogue>(shape, items, chunkItems, input, weights, epilogue, output), Blocking.Chunks(items, chunkItems));
    }

    private static double Density(in DenseShape shape, int items, float* input)
    {
        double sum = 0;
        for (int n = 0; n < items; n += SampledItem)
        {
            sum += SparseList.Density(input + ((nint)n * shape.Inputs), shape.Inputs);
        }

        return sum / Blocking.Chunks(items, SampledItem);
    }

    /// <summary>A group of items, all units.</summary>
    private readonly struct Job<TSimd, TVec, TEpilogue>(
        DenseShape shape, int items, int chunkItems, float* input, float* weights, TEpilogue epilogue, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int first = chunk * chunkItems;
            int count = Math.Min(chunkItems, items - first);
            int units = shape.Units;
            float* x = input + ((nint)first * shape.Inputs);
            float* y = output + ((nint)first * units);
            new Span<float>(y, count * units).Clear();
            for (int k = 0; k < shape.Inputs; k += BlockInputs)
            {
                int inputs = Math.Min(BlockInputs, shape.Inputs - k);
                float* block = weights + ((nint)k * units);
                int next = Math.Min(BlockInputs, shape.Inputs - k - inputs) * units;
                for (int n = 0; n < count; n++)
                {
                    // With each item a part of the next block is asked for, and the item's own next inputs, which lie far from the next item's.
                    int from = next * n / count, to = next * (n + 1) / count;
                    Prefetch.Floats(block + ((nint)inputs * units) + from, to - from);
                    float* values = x + ((nint)n * shape.Inputs) + k;
                    Prefetch.Floats(values + inputs, BlockInputs);
                    SparseRows.Run<TSimd, TVec>(SparseList.NonZeros(values, inputs), values, block, units, y + (n * units), units);
                }
            }

            for (int n = 0; n < count; n++)
            {
                Finish(y + (n * units));
            }
        }

        /// <summary>Bias and activation of one item, the last units through a buffer if they fill no vector.</summary>
        private void Finish(float* sums)
        {
            int unit = 0;
            for (; shape.Units - unit >= TSimd.Width; unit += TSimd.Width)
            {
                TSimd.Store(sums + unit, epilogue.Apply<TSimd, TVec>(TSimd.Load(sums + unit), unit));
            }

            if (unit < shape.Units)
            {
                int rest = shape.Units - unit;
                float* buffer = stackalloc float[TSimd.Width];
                new ReadOnlySpan<float>(sums + unit, rest).CopyTo(new Span<float>(buffer, rest));
                TSimd.Store(buffer, epilogue.Apply<TSimd, TVec>(TSimd.Load(buffer), unit));
                new ReadOnlySpan<float>(buffer, rest).CopyTo(new Span<float>(sums + unit, rest));
            }
        }
    }
}
