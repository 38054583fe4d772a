using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>The backward pass: dx, dw and the step of the weights, chunk by chunk of inputs.</content>
internal static unsafe partial class DenseCpu
{
    /// <summary>The units, or items, that a word of bits says something about. The rows of 96 that belong to them take 24 KiB.</summary>
    private const int MaskBits = 64;

    /// <summary>
    /// Backward visits only the gradients that are not zero where at most this part is: behind a ReLU and a dropout of 0.5 it is
    /// about a quarter. For 9216 x 256 and 128 items both products and Adam then take 4.2 ms on one thread, where the dense products and
    /// Adam take 8.0, and as long at three quarters (five eighths in 128 bits). Both give the same bits, since a zero times a finite
    /// number changes no sum.
    /// </summary>
    private const double SparseDensity = 0.65;

    /// <summary>dx from dy and, behind a ReLU, y. With a number in <paramref name="replaced"/> as <see cref="InputGradient"/> says.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, CpuGradient dOutput, float* weights, float* dInput, float? replaced,
        float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Gradient dz = BeforeActivation<TSimd, TVec>(pool, shape, items, dOutput, scratch);
        pool.Run(
            new BackwardJob<TSimd, TVec, NoUpdate<TVec>>(
                shape, items, dz, null, new UpdatePointers(weights, null, null), new Wanted(dInput, replaced, null), default, Buffers(shape, items, scratch)),
            InputChunks(shape));
    }

    /// <summary>dw and dbias from dy and, behind a ReLU, y.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, CpuGradient dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Gradient dz = BeforeActivation<TSimd, TVec>(pool, shape, items, dOutput, scratch);
        pool.Run(
            new BackwardJob<TSimd, TVec, NoUpdate<TVec>>(shape, items, dz, input, default, new Wanted(null, null, dWeights), default, Buffers(shape, items, scratch)),
            InputChunks(shape));
        DBias<TSimd, TVec>(shape, items, dz, dBias);
    }

    /// <summary>dx, unless it is not asked for, and dbias from dy and, behind a ReLU, y; and the optimiser's step of the weights. dx may replace x.</summary>
    public static void BackwardUpdate<TSimd, TVec, TFormula>(
        WorkerPool pool, in DenseShape shape, int items, float* input, in DenseGradients gradients, UpdatePointers weights, TFormula formula, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TFormula : unmanaged, IUpdateFormula<TVec>
    {
        Gradient dz = BeforeActivation<TSimd, TVec>(pool, shape, items, gradients.DOutput, scratch);
        pool.Run(
            new BackwardJob<TSimd, TVec, TFormula>(
                shape, items, dz, input, weights, new Wanted(gradients.DInput, gradients.Replaced, null), formula, Buffers(shape, items, scratch)),
            InputChunks(shape));
        DBias<TSimd, TVec>(shape, items, dz, gradients.DBias);
    }

    private static void DBias<TSimd, TVec>(in DenseShape shape, int items, Gradient dz, float* dBias)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (dBias != null)
        {
            Sums.OfRows<TSimd, TVec>(dz.Values, null, 1, items, shape.Units, dBias, accumulate: false);
        }
    }

    private static int InputChunks(in DenseShape shape) => Blocking.Chunks(shape.Inputs, Blocking.DenseBackwardInputs);

    /// <summary>The workers' buffers, behind the gradient.</summary>
    private static float* Buffers(in DenseShape shape, int items, float* scratch) => scratch + GradientCount(shape, items);

    /// <summary>dz of all items, and bits that say what of it is not zero where that is little.</summary>
    private static Gradient BeforeActivation<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, CpuGradient dOutput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        var gradient = new Gradient(shape, items, scratch);
        gradient.Values = dOutput.BeforeActivation<TSimd, TVec>(0, items * shape.Units, gradient.Values);
        gradient.IsSparse = SparseList.Density(gradient.Values, items * shape.Units) <= SparseDensity;
        if (gradient.IsSparse)
        {
            pool.Run(new MaskJob(shape, items, gradient), Blocking.Chunks(shape.Units, MaskBits));
        }

        return gradient;
    }

    /// <summary>Room for the gradient before the activation in both orders, and for the bits of both.</summary>
    private static nint GradientCount(in DenseShape shape, int items) => new Gradient(shape, items, null).Count;

    /// <summary>A worker's buffers: a chunk's inputs of all items, their gradients, and its weights or their gradient, in both orders.</summary>
    private static nint WorkerCount(in DenseShape shape, int items) => 2 * ((nint)items + shape.Units) * Blocking.DenseBackwardInputs;

    /// <summary>Copies a chunk's inputs of all items next to one another: items x 96.</summary>
    private static void Gather(in DenseShape shape, int items, float* input, int k, int rows, float* gathered)
    {
        for (int n = 0; n < items; n++)
        {
            new ReadOnlySpan<float>(input + ((nint)n * shape.Inputs) + k, rows).CopyTo(new Span<float>(gathered + (n * Blocking.DenseBackwardInputs), rows));
        }
    }

    /// <summary>The gradient before the activation, and where it lies.</summary>
    private struct Gradient
    {
        public Gradient(in DenseShape shape, int items, float* scratch)
        {
            ItemStride = Blocking.Aligned(items);
            nint itemWords = (nint)Blocking.Chunks(shape.Units, MaskBits) * items;
            nint unitWords = (nint)Blocking.Chunks(items, MaskBits) * shape.Units;
            Values = scratch;
            ByUnit = Values + Blocking.Aligned((nint)items * shape.Units);
            UnitsOfItem = (ulong*)(ByUnit + (shape.Units * ItemStride));
            ItemsOfUnit = UnitsOfItem + itemWords;
            Count = Blocking.Aligned((nint)((float*)(ItemsOfUnit + unitWords) - scratch));
        }

        /// <summary>items x units.</summary>
        public float* Values;

        /// <summary>Whether the rest is there and takes less time than all values.</summary>
        public bool IsSparse;

        /// <summary>units x items, a row every <see cref="ItemStride"/> floats.</summary>
        public readonly float* ByUnit;
        public readonly nint ItemStride;

        /// <summary>Bit j of word <c>b * items + n</c> is set where the gradient of item n and unit 64 b + j is not zero.</summary>
        public readonly ulong* UnitsOfItem;

        /// <summary>Bit n of word <c>b * units + j</c> is set where the gradient of item 64 b + n and unit j is not zero.</summary>
        public readonly ulong* ItemsOfUnit;

        /// <summary>The floats that all of it takes.</summary>
        public readonly nint Count;
    }

    /// <summary>The other order and the bits of 64 units.</summary>
    private readonly struct MaskJob(DenseShape shape, int items, Gradient gradient) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            int first = chunk * MaskBits;
            int units = Math.Min(MaskBits, shape.Units - first);
            float* values = gradient.Values + first;
            float* byUnit = gradient.ByUnit + (first * gradient.ItemStride);
            Transpose.Run(values, shape.Units, byUnit, gradient.ItemStride, items, units);
            for (int n = 0; n < items; n++)
            {
                gradient.UnitsOfItem[((nint)chunk * items) + n] = SparseList.NonZeros(values + ((nint)n * shape.Units), units);
            }

            for (int j = 0; j < units; j++)
            {
                for (int n = 0; n < items; n += MaskBits)
                {
                    gradient.ItemsOfUnit[((nint)(n / MaskBits) * shape.Units) + first + j] =
                        SparseList.NonZeros(byUnit + (j * gradient.ItemStride) + n, items - n);
                }
            }
        }
    }

    /// <summary>In the place of a formula where no weight is updated.</summary>
    private readonly struct NoUpdate<TVec> : IUpdateFormula<TVec>
        where TVec : unmanaged
    {
        public static int StateCount => 0;

        public void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third)
        {
        }
    }

    /// <summary>The gradients that a pass is asked for.</summary>
    private readonly struct Wanted(float* dInput, float? replaced, float* dWeights)
    {
        /// <summary>dx; null if it is not asked for.</summary>
        public readonly float* DInput = dInput;

        /// <summary>As <see cref="InputGradient.ReplacedScale"/>.</summary>
        public readonly float? Replaced = replaced;

        /// <summary>dw; null if it is not asked for, or only for an update.</summary>
        public readonly float* DWeights = dWeights;
    }

    /// <summary>
    /// 96 inputs: their dx of all items, then their dw of all units, then the optimiser's step of those weights, each if it is asked for. The
    /// chunk's weights come from memory once, and with an update dw stays in the second-level cache: for 9216 x 256 that is
    /// 38 MB less to move than three passes take.
    /// </summary>
    private readonly struct BackwardJob<TSimd, TVec, TFormula>(
        DenseShape shape, int items, Gradient dz, float* input, UpdatePointers at, Wanted wanted, TFormula formula, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TFormula : unmanaged, IUpdateFormula<TVec>
    {
        private static bool Updates => typeof(TFormula) != typeof(NoUpdate<TVec>);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int k = chunk * Blocking.DenseBackwardInputs;
            int rows = Math.Min(Blocking.DenseBackwardInputs, shape.Inputs - k);
            nint first = (nint)k * shape.Units;
            float* values = buffers + (worker * WorkerCount(shape, items));
            float* sums = values + ((nint)items * Blocking.DenseBackwardInputs);
            float* byUnit = sums + ((nint)items * Blocking.DenseBackwardInputs);
            float* byInput = byUnit + ((nint)shape.Units * Blocking.DenseBackwardInputs);
            bool withWeights = wanted.DWeights != null || Updates;
            if (withWeights)
            {
                // First of all, since dx may take their place.
                Gather(shape, items, input, k, rows, values);
            }

            if (wanted.DInput != null)
            {
                // Vectors hold inputs, but the weights of one input lie in a row: they are transposed once for all items.
                Transpose.Run(at.Values + first, shape.Units, byUnit, Blocking.DenseBackwardInputs, rows, shape.Units);
                Input(k, rows, byUnit, sums);
            }

            if (withWeights)
            {
                float* gradient = wanted.DWeights != null ? wanted.DWeights + first : byInput;
                Weights(rows, first, values, byUnit, gradient);
                if (Updates)
                {
                    FlatUpdate.Run<TSimd, TVec, TFormula>(formula, rows * shape.Units, at.From(first), gradient);
                }
            }
        }

        /// <summary>
        /// dx of the chunk's inputs, summed in a buffer: the rows of dx lie as far apart as those of x. The sparse form sums what the dense
        /// product would, in the same order, without its zeros.
        /// </summary>
        private void Input(int k, int columns, float* transposed, float* sums)
        {
            // The chunk that this thread is likely to take next: pieces of rows are no stream to the hardware's prefetcher, so its weights, and
            // its inputs of all items, are asked for in shares.
            int next = k + Blocking.DenseBackwardInputs;
            int nextRows = Math.Max(0, Math.Min(Blocking.DenseBackwardInputs, shape.Inputs - next));
            int nextCount = nextRows * shape.Units;
            float* nextWeights = at.Values + ((nint)next * shape.Units);
            float* nextInput = input == null ? null : input + next;
            if (dz.IsSparse)
            {
                int blocks = Blocking.Chunks(shape.Units, MaskBits);
                int weightShare = Share(nextCount, blocks * items), inputShare = Share(nextRows, blocks);
                for (int b = 0; b < blocks; b++)
                {
                    int j = b * MaskBits;
                    for (int n = 0; n < items; n++)
                    {
                        int asked = ((b * items) + n) * weightShare;
                        Prefetch.Floats(nextWeights + asked, Math.Min(weightShare, nextCount - asked));
                        if (nextInput != null)
                        {
                            Prefetch.Floats(nextInput + ((nint)n * shape.Inputs) + (b * inputShare), Math.Min(inputShare, nextRows - (b * inputShare)));
                        }

                        if (b == blocks - 1 && wanted.Replaced is null)
                        {
                            Prefetch.Floats(wanted.DInput + ((nint)n * shape.Inputs) + k, columns);
                        }

                        SparseRows.Run<TSimd, TVec>(
                            dz.UnitsOfItem[(b * items) + n], dz.Values + ((nint)n * shape.Units) + j, transposed + ((nint)j * Blocking.DenseBackwardInputs), Blocking.DenseBackwardInputs,
                            sums + ((nint)n * Blocking.DenseBackwardInputs), columns, accumulate: b > 0);
                    }
                }

                Put(k, columns, sums);
                return;
            }

            Prefetch.Floats(nextWeights, nextCount);
            if (nextInput != null)
            {
                Prefetch.Rows(nextInput, shape.Inputs, items, nextRows);
            }

            var product = new TileOperands
            {
                ARow = shape.Units,
                AInner = 1,
                BInner = Blocking.DenseBackwardInputs,
                Outer = 1,
                C = sums,
                CRow = Blocking.DenseBackwardInputs,
            };
            for (int j = 0; j < shape.Units; j += Blocking.DenseBackwardUnits)
            {
                product.A = dz.Values + j;
                product.B = transposed + ((nint)j * Blocking.DenseBackwardInputs);
                product.Inner = Math.Min(Blocking.DenseBackwardUnits, shape.Units - j);
                product.Accumulate = j > 0;
                MatrixProduct.Run<TSimd, TVec, Plain>(product, items, columns, default);
            }

            Put(k, columns, sums);
        }

        /// <summary>Asks for what the optimiser keeps, so that it is on its way while the gradient is still summed.</summary>
        private static void Expect(float* kept, nint first, int count)
        {
            if (Updates && kept != null)
            {
                Prefetch.Floats(kept + first, count);
            }
        }

        /// <summary>What each of <paramref name="sharers"/> takes of some floats: whole cache lines, and nothing of the last ones is left.</summary>
        private static int Share(int count, int sharers) => Blocking.Chunks(count, sharers * Blocking.Lanes) * Blocking.Lanes;

        /// <summary>Copies the sums to where dx is to go, or to where x lies, whose zeros say where its ReLU lets nothing through.</summary>
        private void Put(int k, int columns, float* sums)
        {
            float* destination = wanted.DInput + k;
            for (int n = 0; n < items; n++, sums += Blocking.DenseBackwardInputs, destination += shape.Inputs)
            {
                if (wanted.Replaced is { } scale)
                {
                    ReluCpu.Run<TSimd, TVec>(columns, destination, sums, scale, destination);
                }
                else
                {
                    new ReadOnlySpan<float>(sums, columns).CopyTo(new Span<float>(destination, columns));
                }
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
                for (int n = 0; n < items; n += MaskBits)
                {
                    ulong* masks = dz.ItemsOfUnit + ((nint)(n / MaskBits) * shape.Units);
                    for (int j = 0; j < shape.Units; j++)
                    {
                        // Each with items of its own where there are more than 64: both at once would be more than a core can wait for.
                        if (n == 0)
                        {
                            Expect(at.First, first + (j * rows), rows);
                        }

                        if (n + MaskBits >= items)
                        {
                            Expect(at.Second, first + (j * rows), rows);
                        }

                        SparseRows.Run<TSimd, TVec>(
                            masks[j], dz.ByUnit + (j * dz.ItemStride) + n, gathered + ((nint)n * Blocking.DenseBackwardInputs), Blocking.DenseBackwardInputs, sums + ((nint)j * Blocking.DenseBackwardInputs), rows,
                            accumulate: n > 0);
                    }
                }

                Transpose.Run(sums, Blocking.DenseBackwardInputs, gradient, shape.Units, shape.Units, rows);
                return;
            }

            var product = new TileOperands
            {
                A = gathered,
                ARow = 1,
                AInner = Blocking.DenseBackwardInputs,
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
