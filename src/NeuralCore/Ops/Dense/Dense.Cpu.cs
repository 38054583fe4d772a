using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// The dense layer as three matrix products, each cut into chunks whose operands fit the second-level cache. Chunks share out
/// outputs, never a sum, so there is nothing to reduce. Backward has a sparse form for gradients that are mostly zero.
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

    /// <summary>
    /// Backward visits only the gradients that are not zero where at most this part is: behind a ReLU and a dropout of 0.5 it is
    /// about a quarter. For 9216 x 256 and 128 items a sparse product takes 4 ms on one thread at a quarter, where the dense one
    /// takes 7.4, and as long at 0.4: it reads a vector for each multiply-add, and the dense one reads 5 for 12. Both give the
    /// same bits, since a zero times a finite number changes no sum.
    /// </summary>
    private const double SparseDensity = 0.35;

    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in DenseShape shape, int items, int threads) =>
        sizeof(float) * (ListCount(shape, items) + GradientCount(shape, items) + (threads * WorkerCount(shape, items)));

    /// <summary>y = activation(x w + bias).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* weights, float* bias, Activation activation, float* output)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int chunks = Blocking.Chunks(items, ChunkItems) * Blocking.Chunks(shape.Units, ChunkUnits);
        if (activation == Activation.Relu)
        {
            pool.Run(new ForwardJob<TSimd, TVec, AddBiasRelu>(shape, items, input, weights, new AddBiasRelu(bias), output), chunks);
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, AddBias>(shape, items, input, weights, new AddBias(bias), output), chunks);
        }
    }

    /// <summary>dx from dy and, behind a ReLU, y.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* dOutput, float* reluOutput, float scale, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        float* buffers = scratch + ListCount(shape, items) + GradientCount(shape, items);
        dOutput = BeforeActivation<TSimd, TVec>(shape, items, dOutput, reluOutput, scale, scratch + ListCount(shape, items));
        if (SparseList.Density(dOutput, items * shape.Units) > SparseDensity)
        {
            pool.Run(new BackwardInputJob<TSimd, TVec>(shape, items, dOutput, weights, dInput, buffers), Blocking.Chunks(shape.Inputs, ChunkInputs));
            return;
        }

        var entries = (SparseEntry*)scratch;
        var starts = (int*)(entries + ((nint)items * shape.Units));
        SparseList.ByRow(dOutput, items, shape.Units, ChunkRows, starts, entries);
        pool.Run(new SparseBackwardInputJob<TSimd, TVec>(shape, items, entries, starts, weights, dInput, buffers), Blocking.Chunks(shape.Inputs, ChunkRows));
    }

    /// <summary>dw and dbias from dy and, behind a ReLU, y.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* dOutput, float* reluOutput, float scale, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        float* buffers = scratch + ListCount(shape, items) + GradientCount(shape, items);
        dOutput = BeforeActivation<TSimd, TVec>(shape, items, dOutput, reluOutput, scale, scratch + ListCount(shape, items));
        if (SparseList.Density(dOutput, items * shape.Units) > SparseDensity)
        {
            pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, items, input, dOutput, dWeights, buffers), Blocking.Chunks(shape.Inputs, ChunkRows));
        }
        else
        {
            var entries = (SparseEntry*)scratch;
            var counts = (int*)(entries + ((nint)items * shape.Units));
            SparseList.ByColumn(dOutput, items, shape.Units, ChunkRows, counts, entries);
            pool.Run(new SparseBackwardWeightsJob<TSimd, TVec>(shape, items, input, entries, counts, dWeights, buffers), Blocking.Chunks(shape.Inputs, ChunkRows));
        }

        Sums.OfRows<TSimd, TVec>(dOutput, null, 1, items, shape.Units, dBias, accumulate: false);
    }

    /// <summary>Room for the list of all gradients, by item or by unit: an entry is two floats long.</summary>
    private static nint ListCount(in DenseShape shape, int items) =>
        Blocking.Aligned((2 * (nint)items * shape.Units) + Math.Max(items + 1, shape.Units));

    /// <summary>Room for the gradient before the activation.</summary>
    private static nint GradientCount(in DenseShape shape, int items) => Blocking.Aligned((nint)items * shape.Units);

    /// <summary>dz of all items: dy itself where there is no ReLU, else a copy.</summary>
    private static float* BeforeActivation<TSimd, TVec>(in DenseShape shape, int items, float* dOutput, float* reluOutput, float scale, float* buffer)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (reluOutput == null)
        {
            return dOutput;
        }

        ReluCpu.Run<TSimd, TVec>(items * shape.Units, reluOutput, dOutput, scale, buffer);
        return buffer;
    }

    /// <summary>A worker's buffers: a chunk's inputs of all items, and its weights.</summary>
    private static nint WorkerCount(in DenseShape shape, int items) => ((nint)items + shape.Units) * ChunkRows;

    /// <summary>Copies a chunk's inputs of all items next to one another: items x 96.</summary>
    private static void Gather(in DenseShape shape, int items, float* input, int k, int rows, float* gathered)
    {
        for (int n = 0; n < items; n++)
        {
            new ReadOnlySpan<float>(input + ((nint)n * shape.Inputs) + k, rows).CopyTo(new Span<float>(gathered + (n * ChunkRows), rows));
        }
    }

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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            (int unitChunk, int itemChunk) = Math.DivRem(chunk, Blocking.Chunks(items, ChunkItems));
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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkInputs;
            int columns = Math.Min(ChunkInputs, shape.Inputs - k);
            float* transposed = scratch + (worker * WorkerCount(shape, items));
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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkRows;
            int rows = Math.Min(ChunkRows, shape.Inputs - k);
            float* gathered = scratch + (worker * WorkerCount(shape, items));
            Gather(shape, items, input, k, rows, gathered);
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

    /// <summary>All items x 96 inputs. Each element sums what the dense product would, in the same order, without its zeros.</summary>
    private readonly struct SparseBackwardInputJob<TSimd, TVec>(
        DenseShape shape, int items, SparseEntry* entries, int* starts, float* weights, float* dInput, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkRows;
            int columns = Math.Min(ChunkRows, shape.Inputs - k);
            float* transposed = scratch + (worker * WorkerCount(shape, items));
            Transpose.Run(weights + ((nint)k * shape.Units), shape.Units, transposed, ChunkRows, columns, shape.Units);
            for (int n = 0; n < items; n++)
            {
                float* sum = dInput + ((nint)n * shape.Inputs) + k;
                new Span<float>(sum, columns).Clear();
                SparseSum.Run<TSimd, TVec>(entries + starts[n], entries + starts[n + 1], transposed, sum, columns);
            }
        }
    }

    /// <summary>96 inputs x all units, unit by unit into a buffer that is then transposed into place.</summary>
    private readonly struct SparseBackwardWeightsJob<TSimd, TVec>(
        DenseShape shape, int items, float* input, SparseEntry* entries, int* counts, float* dWeights, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkRows;
            int rows = Math.Min(ChunkRows, shape.Inputs - k);
            float* gathered = scratch + (worker * WorkerCount(shape, items));
            float* sums = gathered + ((nint)items * ChunkRows);
            Gather(shape, items, input, k, rows, gathered);
            new Span<float>(sums, shape.Units * ChunkRows).Clear();
            for (int j = 0; j < shape.Units; j++)
            {
                SparseEntry* first = entries + ((nint)j * items);
                SparseSum.Run<TSimd, TVec>(first, first + counts[j], gathered, sums + ((nint)j * ChunkRows), rows);
            }

            Transpose.Run(sums, ChunkRows, dWeights + ((nint)k * shape.Units), shape.Units, shape.Units, rows);
        }
    }
}
