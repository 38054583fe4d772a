using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// The dense layer as three matrix products, each cut into chunks whose operands fit the second-level cache. Chunks share out
/// outputs, never a sum, so there is nothing to reduce.
/// </summary>
internal static unsafe class DenseCpu
{
    /// <summary>Forward: the items and units of one chunk's outputs, and the inputs that are summed while their weights are in cache.</summary>
    private const int ChunkItems = 48;
    private const int ChunkUnits = 64;
    private const int BlockInputs = 256;

    /// <summary>Backward: the inputs of one chunk; for the weights a whole number of tiles of six.</summary>
    private const int ChunkInputs = 64;
    private const int ChunkRows = 96;

    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in DenseShape shape, int items, int threads) =>
        (long)sizeof(float) * threads * Math.Max(TransposedCount(shape), GatheredCount(items));

    /// <summary>y = activation(x w + bias).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* weights, float* bias, Activation activation, float* output)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int chunks = Chunks(items, ChunkItems) * Chunks(shape.Units, ChunkUnits);
        if (activation == Activation.Relu)
        {
            pool.Run(new ForwardJob<TSimd, TVec, AddBiasRelu>(shape, items, input, weights, new AddBiasRelu(bias), output), chunks);
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, AddBias>(shape, items, input, weights, new AddBias(bias), output), chunks);
        }
    }

    /// <summary>dx from dz.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* dOutput, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct =>
        pool.Run(new BackwardInputJob<TSimd, TVec>(shape, items, dOutput, weights, dInput, scratch), Chunks(shape.Inputs, ChunkInputs));

    /// <summary>dw and dbias from dz.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, items, input, dOutput, dWeights, scratch), Chunks(shape.Inputs, ChunkRows));
        Elementwise.SumRows<TSimd, TVec>(dOutput, items, shape.Units, dBias, accumulate: false);
    }

    private static int Chunks(int extent, int chunk) => (extent + chunk - 1) / chunk;

    private static long TransposedCount(in DenseShape shape) => (long)shape.Units * ChunkInputs;

    private static long GatheredCount(int items) => (long)items * ChunkRows;

    /// <summary>
    /// 48 items x 64 units. A block of 256 inputs at a time: its weights, 64 KiB, stay in the second-level cache while all items
    /// pass. The running sums go through memory between blocks, which rounds nothing, so blocks do not change a bit.
    /// </summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        DenseShape shape, int items, float* input, float* weights, TEpilogue epilogue, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            (int unitChunk, int itemChunk) = Math.DivRem(chunk, Chunks(items, ChunkItems));
            int unit = unitChunk * ChunkUnits;
            int item = itemChunk * ChunkItems;
            int rows = Math.Min(ChunkItems, items - item);
            int columns = Math.Min(ChunkUnits, shape.Units - unit);
            var product = new TileOperands
            {
                ARow = shape.Inputs,
                AInner = 1,
                BInner = shape.Units,
                Outer = 1,
                C = output + ((nint)item * shape.Units) + unit,
                CRow = shape.Units,
            };
            for (int k = 0; k < shape.Inputs; k += BlockInputs)
            {
                product.A = input + ((nint)item * shape.Inputs) + k;
                product.B = weights + ((nint)k * shape.Units) + unit;
                product.Inner = Math.Min(BlockInputs, shape.Inputs - k);
                product.Accumulate = k > 0;
                if (k + BlockInputs < shape.Inputs)
                {
                    MatrixProduct.Run<TSimd, TVec, Plain>(product, rows, columns, default);
                }
                else
                {
                    MatrixProduct.Run<TSimd, TVec, TEpilogue>(product, rows, columns, epilogue, unit);
                }
            }
        }
    }

    /// <summary>
    /// All items x 64 inputs, summed over the units. Vectors hold inputs, but the weights of one input lie in a row: so the
    /// chunk's 64 rows are transposed first, once for all items.
    /// </summary>
    private readonly struct BackwardInputJob<TSimd, TVec>(
        DenseShape shape, int items, float* dOutput, float* weights, float* dInput, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkInputs;
            int columns = Math.Min(ChunkInputs, shape.Inputs - k);
            float* transposed = scratch + (worker * (nint)TransposedCount(shape));
            Transpose.Run(weights + ((nint)k * shape.Units), shape.Units, transposed, ChunkInputs, columns, shape.Units);
            var product = new TileOperands
            {
                A = dOutput,
                ARow = shape.Units,
                AInner = 1,
                B = transposed,
                BInner = ChunkInputs,
                Outer = 1,
                Inner = shape.Units,
                C = dInput + k,
                CRow = shape.Inputs,
            };
            MatrixProduct.Run<TSimd, TVec, Plain>(product, items, columns, default);
        }
    }

    /// <summary>
    /// 96 inputs x all units, summed over the items. The inputs of one item lie far from the next item's, often a multiple of the
    /// page size, which would crowd them into one set of the first-level cache: so the chunk's columns are gathered first.
    /// </summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(
        DenseShape shape, int items, float* input, float* dOutput, float* dWeights, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkRows;
            int rows = Math.Min(ChunkRows, shape.Inputs - k);
            float* gathered = scratch + (worker * (nint)GatheredCount(items));
            for (int n = 0; n < items; n++)
            {
                new ReadOnlySpan<float>(input + ((nint)n * shape.Inputs) + k, rows).CopyTo(new Span<float>(gathered + (n * ChunkRows), rows));
            }

            var product = new TileOperands
            {
                A = gathered,
                ARow = 1,
                AInner = ChunkRows,
                B = dOutput,
                BInner = shape.Units,
                Outer = 1,
                Inner = items,
                C = dWeights + ((nint)k * shape.Units),
                CRow = shape.Units,
            };
            MatrixProduct.Run<TSimd, TVec, Plain>(product, rows, shape.Units, default);
        }
    }
}
