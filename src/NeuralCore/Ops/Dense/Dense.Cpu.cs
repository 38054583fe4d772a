using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>The parameters of a dense layer in memory.</summary>
internal readonly unsafe struct CpuDenseWeights(float* values, float* bias)
{
    /// <summary>w.</summary>
    public readonly float* Values = values;

    /// <summary>The bias; zeros for an op without one.</summary>
    public readonly float* Bias = bias;
}

/// <summary>
/// The dense layer as three matrix products, each cut into chunks whose operands fit the second-level cache. Backward, chunks share out
/// outputs, never a sum, so there is nothing to reduce; forward, they share out the parts of long sums, too, which <see cref="DensePartSums"/>
/// adds. Both directions have a sparse form, for inputs and gradients that are mostly zero.
/// </summary>
internal static unsafe partial class DenseCpu
{
    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in DenseShape shape, int items, int threads)
    {
        nint forward = Math.Max(DenseFewItemsCpu.ScratchCount(shape, items), DensePartSums.ScratchCount(shape, items));
        nint backward = GradientCount(shape, items) + (threads * WorkerCount(shape, items));
        return sizeof(float) * Math.Max(forward, backward);
    }

    /// <summary>y = activation(x w + bias).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in DenseShape shape, int items, float* input, in CpuDenseWeights weights, Activation activation, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (activation == Activation.Relu)
        {
            Forward<TSimd, TVec, AddBiasRelu>(pool, shape, items, input, weights.Values, new AddBiasRelu(weights.Bias), output, scratch);
        }
        else
        {
            Forward<TSimd, TVec, AddBias>(pool, shape, items, input, weights.Values, new AddBias(weights.Bias), output, scratch);
        }
    }

    private static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (DenseFewItemsCpu.Suits(shape, items, input))
        {
            DenseFewItemsCpu.Forward<TSimd, TVec, TEpilogue>(pool, shape, items, input, weights, epilogue, output, scratch);
            return;
        }

        var sums = new DensePartSums(shape, items, output, scratch);
        if (DenseSparseInputCpu.Suits(shape, items, input))
        {
            DenseSparseInputCpu.Sum<TSimd, TVec>(pool, shape, items, input, weights, sums);
            sums.Finish<TSimd, TVec, TEpilogue>(pool, epilogue);
            return;
        }

        int parts = new DenseParts(shape.Inputs).Count;
        int chunks = parts * Blocking.Chunks(items, Blocking.DenseItems) * Blocking.Chunks(shape.Units, Blocking.DenseUnits);
        if (parts == 1)
        {
            pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, items, input, weights, epilogue, sums), chunks);
            return;
        }

        pool.Run(new ForwardJob<TSimd, TVec, Plain>(shape, items, input, weights, default, sums), chunks);
        sums.Finish<TSimd, TVec, TEpilogue>(pool, epilogue);
    }

    /// <summary>
    /// A part of the inputs, 48 items, 64 units. A block of 256 inputs at a time: its weights, 64 KiB, stay in the second-level cache while all items
    /// pass. The running sums go through memory between blocks, which rounds nothing, so blocks do not change a bit. With each tile a part
    /// of the next block is asked for: 256-byte pieces of rows are no stream to the hardware's prefetcher (61 to 71 % of the peak).
    /// </summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        DenseShape shape, int items, float* input, float* weights, TEpilogue epilogue, DensePartSums sums) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            (int columnChunk, int itemChunk) = Math.DivRem(chunk, Blocking.Chunks(items, Blocking.DenseItems));
            (int part, int unitChunk) = Math.DivRem(columnChunk, Blocking.Chunks(shape.Units, Blocking.DenseUnits));
            var parts = new DenseParts(shape.Inputs);
            int first = parts.First(part), end = parts.First(part + 1);
            int unit = unitChunk * Blocking.DenseUnits;
            int item = itemChunk * Blocking.DenseItems;
            int rows = Math.Min(Blocking.DenseItems, items - item);
            int columns = Math.Min(Blocking.DenseUnits, shape.Units - unit);
            var product = new TileOperands
            {
                ARow = shape.Inputs,
                AInner = 1,
                BInner = shape.Units,
                Outer = 1,
                C = sums.Of(part) + ((nint)item * shape.Units) + unit,
                CRow = shape.Units,
                FirstColumn = unit,
            };
            for (int k = first; k < end; k += Blocking.DenseInputs)
            {
                product.A = input + ((nint)item * shape.Inputs) + k;
                product.B = weights + ((nint)k * shape.Units) + unit;
                product.Inner = Math.Min(Blocking.DenseInputs, end - k);
                product.Accumulate = k > first;
                if (k + Blocking.DenseInputs < end)
                {
                    int next = Math.Min(Blocking.DenseInputs, end - k - Blocking.DenseInputs);
                    for (int row = 0; row < rows; row += MatrixProduct.TileRows)
                    {
                        int tileRows = Math.Min(MatrixProduct.TileRows, rows - row);
                        int from = next * row / rows, to = next * (row + tileRows) / rows;
                        Prefetch.Rows(product.B + ((nint)(Blocking.DenseInputs + from) * shape.Units), shape.Units, to - from, columns);
                        Prefetch.Rows(product.A + ((nint)row * shape.Inputs) + Blocking.DenseInputs, shape.Inputs, tileRows, next);
                        MatrixProduct.Run<TSimd, TVec, Plain>(product.At(row, 0), tileRows, columns, default);
                    }
                }
                else
                {
                    MatrixProduct.Run<TSimd, TVec, TEpilogue>(product, rows, columns, epilogue);
                }
            }
        }
    }
}
