using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>The backward pass: dx, dw and the step of the weights, chunk by chunk of inputs.</content>
internal static unsafe partial class DenseCpu
{
    /// <summary>The inputs of one chunk, a whole number of tiles of six.</summary>
    private const int ChunkRows = 96;

    /// <summary>The units that are summed while the weights of 64 inputs are in the first-level cache.</summary>
    private const int BlockUnits = 128;

    /// <summary>The items, or units, of one chunk of lists.</summary>
    private const int ListItems = 32;
    private const int ListUnits = 64;

    /// <summary>
    /// Backward visits only the gradients that are not zero where at most this part is: behind a ReLU and a dropout of 0.5 it is
    /// about a quarter. For 9216 x 256 and 128 items a sparse product takes 4 ms on one thread at a quarter, where the dense one
    /// takes 7.4, and as long at 0.4: it reads a vector for each multiply-add, and the dense one reads 5 for 12. Both give the
    /// same bits, since a zero times a finite number changes no sum.
    /// </summary>
    private const double SparseDensity = 0.35;

    /// <summary>dx from dy and, behind a ReLU, y.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* dOutput, float* reluOutput, float scale, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        Gradient dz = List<TSimd, TVec>(pool, shape, items, dOutput, reluOutput, scale, byItem: true, byUnit: false, scratch);
        pool.Run(new BackwardJob<TSimd, TVec>(shape, items, dz, null, weights, dInput, null, null, Buffers(shape, items, scratch), pool.Threads), InputChunks(shape));
    }

    /// <summary>dw and dbias from dy and, behind a ReLU, y.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* dOutput, float* reluOutput, float scale, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        Gradient dz = List<TSimd, TVec>(pool, shape, items, dOutput, reluOutput, scale, byItem: false, byUnit: true, scratch);
        pool.Run(new BackwardJob<TSimd, TVec>(shape, items, dz, input, null, null, dWeights, null, Buffers(shape, items, scratch), pool.Threads), InputChunks(shape));
        Sums.OfRows<TSimd, TVec>(dz.Values, null, 1, items, shape.Units, dBias, accumulate: false);
    }

    /// <summary>dx, unless dInput is null, and dbias from dy and, behind a ReLU, y; and the Adam step of the weights.</summary>
    public static void BackwardUpdate<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* dOutput, float* reluOutput, float scale, float* dInput, float* dBias,
        in AdamStep step, float* weights, float* m, float* v, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        Gradient dz = List<TSimd, TVec>(pool, shape, items, dOutput, reluOutput, scale, byItem: dInput != null, byUnit: true, scratch);
        var update = new WeightUpdate(step, weights, m, v);
        pool.Run(new BackwardJob<TSimd, TVec>(shape, items, dz, input, weights, dInput, null, update, Buffers(shape, items, scratch), pool.Threads), InputChunks(shape));
        Sums.OfRows<TSimd, TVec>(dz.Values, null, 1, items, shape.Units, dBias, accumulate: false);
    }

    private static int InputChunks(in DenseShape shape) => Blocking.Chunks(shape.Inputs, ChunkRows);

    /// <summary>The workers' buffers, behind the lists.</summary>
    private static float* Buffers(in DenseShape shape, int items, float* scratch) =>
        scratch + (2 * ListCount(shape, items)) + GradientCount(shape, items);

    /// <summary>dz of all items, and the lists of what of it is not zero where that is little.</summary>
    private static Gradient List<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* dOutput, float* reluOutput, float scale, bool byItem, bool byUnit, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        var gradient = new Gradient
        {
            Values = ReluCpu.BeforeActivation<TSimd, TVec>(items * shape.Units, dOutput, reluOutput, scale, scratch + (2 * ListCount(shape, items))),
            ByItem = (SparseEntry*)scratch,
            ByUnit = (SparseEntry*)(scratch + ListCount(shape, items)),
        };
        gradient.IsSparse = SparseList.Density(gradient.Values, items * shape.Units) <= SparseDensity;
        gradient.ItemCounts = (int*)(gradient.ByItem + ((nint)items * shape.Units));
        gradient.UnitCounts = (int*)(gradient.ByUnit + ((nint)items * shape.Units));
        if (gradient.IsSparse)
        {
            int itemChunks = byItem ? Blocking.Chunks(items, ListItems) : 0;
            int unitChunks = byUnit ? Blocking.Chunks(shape.Units, ListUnits) : 0;
            pool.Run(new ListJob(shape, items, gradient, itemChunks), itemChunks + unitChunks);
        }

        return gradient;
    }

    /// <summary>Room for the list of all gradients, by item or by unit: an entry is two floats long.</summary>
    private static nint ListCount(in DenseShape shape, int items) =>
        Blocking.Aligned((2 * (nint)items * shape.Units) + Math.Max(items, shape.Units));

    /// <summary>Room for the gradient before the activation.</summary>
    private static nint GradientCount(in DenseShape shape, int items) => Blocking.Aligned((nint)items * shape.Units);

    /// <summary>A worker's buffers: a chunk's inputs of all items, and its weights or their gradient, in both orders.</summary>
    private static nint WorkerCount(in DenseShape shape, int items) => ((nint)items + (2 * shape.Units)) * ChunkRows;

    /// <summary>Copies a chunk's inputs of all items next to one another: items x 96.</summary>
    private static void Gather(in DenseShape shape, int items, float* input, int k, int rows, float* gathered)
    {
        for (int n = 0; n < items; n++)
        {
            new ReadOnlySpan<float>(input + ((nint)n * shape.Inputs) + k, rows).CopyTo(new Span<float>(gathered + (n * ChunkRows), rows));
        }
    }

    /// <summary>The gradient before the activation.</summary>
    private struct Gradient
    {
        /// <summary>items x units.</summary>
        public float* Values;

        /// <summary>Whether the lists are there and take less time than all values.</summary>
        public bool IsSparse;

        /// <summary>What is not zero, as <see cref="SparseList.ByRow"/> lists it: an entry is a unit.</summary>
        public SparseEntry* ByItem;
        public int* ItemCounts;

        /// <summary>What is not zero, as <see cref="SparseList.ByColumn"/> lists it: an entry is an item.</summary>
        public SparseEntry* ByUnit;
        public int* UnitCounts;
    }

    /// <summary>The lists of some items each, then those of some units each.</summary>
    private readonly struct ListJob(DenseShape shape, int items, Gradient gradient, int itemChunks) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            if (chunk < itemChunks)
            {
                int item = chunk * ListItems;
                nint first = (nint)item * shape.Units;
                SparseList.ByRow(
                    gradient.Values + first, Math.Min(ListItems, items - item), shape.Units, ChunkRows, gradient.ItemCounts + item, gradient.ByItem + first);
            }
            else
            {
                int unit = (chunk - itemChunks) * ListUnits;
                SparseList.ByColumn(
                    gradient.Values + unit, items, shape.Units, Math.Min(ListUnits, shape.Units - unit), ChunkRows, gradient.UnitCounts + unit,
                    gradient.ByUnit + ((nint)unit * items));
            }
        }
    }

    /// <summary>What Adam needs to update the weights.</summary>
    private readonly struct WeightUpdate(AdamStep step, float* weights, float* m, float* v)
    {
        public void Apply<TSimd, TVec>(nint first, int count, float* gradient)
            where TSimd : ISimd<TVec>
            where TVec : struct => AdamCpu.Update<TSimd, TVec>(step, count, weights + first, gradient, m + first, v + first);

        /// <summary>Asks for the moments of some weights, so that they are on their way while the gradient is still summed.</summary>
        public void Expect(nint first, int count)
        {
            Prefetch.Floats(m + first, count);
            Prefetch.Floats(v + first, count);
        }
    }

    /// <summary>
    /// 96 inputs: their dx of all items, then their dw of all units, then the Adam step of those weights, each if it is asked for. The
    /// chunk's weights come from memory once, and with an update dw stays in the second-level cache: for 9216 x 256 that is
    /// 38 MB less to move than three passes take.
    /// </summary>
    private readonly struct BackwardJob<TSimd, TVec>(
        DenseShape shape, int items, Gradient dz, float* input, float* weights, float* dInput, float* dWeights, WeightUpdate? update, float* buffers, int ahead) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int k = chunk * ChunkRows;
            int rows = Math.Min(ChunkRows, shape.Inputs - k);
            nint first = (nint)k * shape.Units;
            float* values = buffers + (worker * WorkerCount(shape, items));
            float* byUnit = values + ((nint)items * ChunkRows);
            float* byInput = byUnit + ((nint)shape.Units * ChunkRows);
            if (dInput != null)
            {
                // Vectors hold inputs, but the weights of one input lie in a row: they are transposed once for all items.
                Transpose.Run(weights + first, shape.Units, byUnit, ChunkRows, rows, shape.Units);
                Input(k, rows, byUnit);
            }

            if (dWeights != null || update is not null)
            {
                float* gradient = dWeights != null ? dWeights + first : byInput;
                Gather(shape, items, input, k, rows, values);
                Weights(rows, first, values, byUnit, gradient);
                update?.Apply<TSimd, TVec>(first, rows * shape.Units, gradient);
            }
        }

        /// <summary>
        /// With each item, asks for a part of the weights, and for the item's inputs, of the chunk that this thread is likely to take next:
        /// pieces of rows are no stream to the hardware's prefetcher.
        /// </summary>
        private void Ahead(int k, int n)
        {
            int next = k + (ahead * ChunkRows);
            int rows = Math.Min(ChunkRows, shape.Inputs - next);
            if (rows > 0)
            {
                int from = rows * n / items, to = rows * (n + 1) / items;
                Prefetch.Floats(weights + ((nint)(next + from) * shape.Units), (to - from) * shape.Units);
                if (input != null)
                {
                    Prefetch.Floats(input + ((nint)n * shape.Inputs) + next, rows);
                }
            }
        }

        /// <summary>dx of the chunk's inputs. The sparse form sums what the dense product would, in the same order, without its zeros.</summary>
        private void Input(int k, int columns, float* transposed)
        {
            if (dz.IsSparse)
            {
                for (int n = 0; n < items; n++)
                {
                    float* sum = dInput + ((nint)n * shape.Inputs) + k;
                    new Span<float>(sum, columns).Clear();
                    Ahead(k, n);
                    SparseEntry* entries = dz.ByItem + ((nint)n * shape.Units);
                    SparseSum.Run<TSimd, TVec>(entries, entries + dz.ItemCounts[n], transposed, sum, columns);
                }

                return;
            }

            var product = new TileOperands
            {
                ARow = shape.Units,
                AInner = 1,
                BInner = ChunkRows,
                Outer = 1,
                C = dInput + k,
                CRow = shape.Inputs,
            };
            for (int n = 0; n < items; n++)
            {
                Ahead(k, n);
            }

            for (int j = 0; j < shape.Units; j += BlockUnits)
            {
                product.A = dz.Values + j;
                product.B = transposed + ((nint)j * ChunkRows);
                product.Inner = Math.Min(BlockUnits, shape.Units - j);
                product.Accumulate = j > 0;
                MatrixProduct.Run<TSimd, TVec, Plain>(product, items, columns, default);
            }
        }

        /// <summary>
        /// dw of the chunk's inputs, rows x units. Their values of one item lie far from the next item's, often a multiple of the page
        /// size, which would crowd them into one set of the first-level cache: so they were gathered first. The sparse form
        /// sums unit by unit into a buffer and transposes that.
        /// </summary>
        private void Weights(int rows, nint first, float* gathered, float* sums, float* gradient)
        {
            if (dz.IsSparse)
            {
                new Span<float>(sums, shape.Units * ChunkRows).Clear();
                for (int j = 0; j < shape.Units; j++)
                {
                    update?.Expect(first + (j * rows), rows);
                    SparseEntry* entries = dz.ByUnit + ((nint)j * items);
                    SparseSum.Run<TSimd, TVec>(entries, entries + dz.UnitCounts[j], gathered, sums + ((nint)j * ChunkRows), rows);
                }

                Transpose.Run(sums, ChunkRows, gradient, shape.Units, shape.Units, rows);
                return;
            }

            var product = new TileOperands
            {
                A = gathered,
                ARow = 1,
                AInner = ChunkRows,
                B = dz.Values,
                BInner = shape.Units,
                Outer = 1,
                Inner = items,
                C = gradient,
                CRow = shape.Units,
            };
            MatrixProduct.Run<TSimd, TVec, Plain>(product, rows, shape.Units, default);
        }
    }
}
