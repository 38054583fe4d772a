using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// The forward pass of a dense layer for few items. It is bound by reading the weights, not by multiplying: so the inputs that
/// are not zero (behind a ReLU many are) are listed first, and only the rows that they multiply are read. The sums go in
/// the order of the dense product, and a zero times a finite number changes no sum, so both give the same bits.
/// </summary>
internal static unsafe class DenseFewItemsCpu
{
    /// <summary>The units of one chunk: enough to read 256 bytes of each row on end, and few enough to share out 256 units to four threads.</summary>
    private const int ChunkUnits = 64;

    /// <summary>
    /// From six items on the dense product has full tiles and reads the weights once for all six, while this one reads them for
    /// each: 9216 x 256 for 6 items takes 130 us on one thread, and 300 us here with 0.4 of the inputs not zero.
    /// </summary>
    private const int MaxItems = MatrixProduct.TileRows - 1;

    /// <summary>
    /// The part of the inputs that may be not zero. With all of them this way takes a third more than the dense product, which
    /// needs no list.
    /// </summary>
    private const double MaxDensity = 0.8;

    /// <summary>Whether this way is the faster one.</summary>
    public static bool Suits(in DenseShape shape, int items, float* input) =>
        items <= MaxItems && SparseList.Density(input, items * shape.Inputs) <= MaxDensity;

    /// <summary>Room, in floats, for the list of all inputs of as many items as are computed this way: an entry is two floats long.</summary>
    public static nint ScratchCount(in DenseShape shape, int items)
    {
        int few = Math.Min(items, MaxItems);
        return Blocking.Aligned((2 * (nint)few * shape.Inputs) + few);
    }

    /// <summary>y = activation(x w + bias).</summary>
    public static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        var entries = (SparseEntry*)scratch;
        var counts = (int*)(entries + ((nint)items * shape.Inputs));
        SparseList.ByRow(input, items, shape.Inputs, shape.Units, counts, entries);
        pool.Run(new Job<TSimd, TVec, TEpilogue>(shape, items, entries, counts, weights, epilogue, output), Blocking.Chunks(shape.Units, ChunkUnits));
    }

    /// <summary>64 units of all items.</summary>
    private readonly struct Job<TSimd, TVec, TEpilogue>(
        DenseShape shape, int items, SparseEntry* entries, int* counts, float* weights, TEpilogue epilogue, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            int first = chunk * ChunkUnits;
            int end = Math.Min(first + ChunkUnits, shape.Units);
            for (int n = 0; n < items; n++)
            {
                SparseEntry* list = entries + ((nint)n * shape.Inputs);
                Item(list, list + counts[n], first, end, output + ((nint)n * shape.Units));
            }
        }

        /// <summary>Units <paramref name="first"/> up to <paramref name="end"/> of one item, the last ones through a buffer if they fill no vector.</summary>
        private void Item(SparseEntry* list, SparseEntry* listEnd, int first, int end, float* sums)
        {
            int w = TSimd.Width;
            int unit = first;
            for (; end - unit >= 4 * w; unit += 4 * w)
            {
                FourVectors(list, listEnd, unit, sums + unit);
            }

            for (; end - unit >= w; unit += w)
            {
                OneVector(list, listEnd, unit, sums + unit);
            }

            if (unit < end)
            {
                float* buffer = stackalloc float[w];
                OneVector(list, listEnd, unit, buffer);
                new ReadOnlySpan<float>(buffer, end - unit).CopyTo(new Span<float>(sums + unit, end - unit));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void FourVectors(SparseEntry* list, SparseEntry* end, int unit, float* sums)
        {
            int w = TSimd.Width;
            float* rows = weights + unit;
            TVec c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero;
            for (SparseEntry* entry = list; entry < end; entry++)
            {
                float* row = rows + entry->Row;
                TVec x = TSimd.Create(entry->Value);
                c0 = TSimd.MultiplyAdd(x, TSimd.Load(row), c0);
                c1 = TSimd.MultiplyAdd(x, TSimd.Load(row + w), c1);
                c2 = TSimd.MultiplyAdd(x, TSimd.Load(row + (2 * w)), c2);
                c3 = TSimd.MultiplyAdd(x, TSimd.Load(row + (3 * w)), c3);
            }

            Store(sums, c0, unit);
            Store(sums + w, c1, unit + w);
            Store(sums + (2 * w), c2, unit + (2 * w));
            Store(sums + (3 * w), c3, unit + (3 * w));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void OneVector(SparseEntry* list, SparseEntry* end, int unit, float* sums)
        {
            TVec c = TSimd.Zero;
            for (SparseEntry* entry = list; entry < end; entry++)
            {
                c = TSimd.MultiplyAdd(TSimd.Create(entry->Value), TSimd.Load(weights + entry->Row + unit), c);
            }

            Store(sums, c, unit);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Store(float* destination, TVec sum, int unit) => TSimd.Store(destination, epilogue.Apply<TSimd, TVec>(sum, unit));
    }
}
