using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// The forward pass of a dense layer for few items. It is bound by reading the weights, not by multiplying: so the inputs that
/// are not zero (behind a ReLU many are) are listed first, and only the rows that they multiply are read. The sums go part by part, in
/// the order of the dense product, and a zero times a finite number changes no sum, so both give the same bits.
/// </summary>
internal static unsafe class DenseFewItemsCpu
{
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
        return Blocking.Aligned((2 * (nint)few * shape.Inputs) + (few * new DenseParts(shape.Inputs).Count));
    }

    /// <summary>y = activation(x w + bias).</summary>
    public static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in DenseShape shape, int items, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        var entries = (SparseEntry*)scratch;
        var counts = (int*)(entries + ((nint)items * shape.Inputs));
        var parts = new DenseParts(shape.Inputs);
        for (int n = 0; n < items; n++)
        {
            for (int part = 0; part < parts.Count; part++)
            {
                int first = parts.First(part);
                nint at = ((nint)n * shape.Inputs) + first;
                counts[(n * parts.Count) + part] = SparseList.OfRow(input + at, first, parts.First(part + 1) - first, shape.Units, entries + at);
            }
        }

        pool.Run(new Job<TSimd, TVec, TEpilogue>(shape, items, entries, counts, weights, epilogue, output), Blocking.Chunks(shape.Units, Blocking.DenseFewItemsUnits));
    }

    /// <summary>64 units of all items.</summary>
    private readonly struct Job<TSimd, TVec, TEpilogue>(
        DenseShape shape, int items, SparseEntry* entries, int* counts, float* weights, TEpilogue epilogue, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            int first = chunk * Blocking.DenseFewItemsUnits;
            int end = Math.Min(first + Blocking.DenseFewItemsUnits, shape.Units);
            for (int n = 0; n < items; n++)
            {
                Item(n, first, end, output + ((nint)n * shape.Units));
            }
        }

        /// <summary>Units <paramref name="first"/> up to <paramref name="end"/> of one item, the last ones through a buffer if they fill no vector.</summary>
        private void Item(int n, int first, int end, float* sums)
        {
            int w = TSimd.Width;
            int unit = first;
            for (; end - unit >= 4 * w; unit += 4 * w)
            {
                FourVectors(n, unit, sums + unit);
            }

            for (; end - unit >= w; unit += w)
            {
                OneVector(n, unit, sums + unit);
            }

            if (unit < end)
            {
                float* buffer = stackalloc float[w];
                OneVector(n, unit, buffer);
                new ReadOnlySpan<float>(buffer, end - unit).CopyTo(new Span<float>(sums + unit, end - unit));
            }
        }

        /// <summary>What of an item's part is not zero: the first entry, and the end.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Part(int n, int part, out SparseEntry* entry, out SparseEntry* end)
        {
            var parts = new DenseParts(shape.Inputs);
            entry = entries + ((nint)n * shape.Inputs) + parts.First(part);
            end = entry + counts[(n * parts.Count) + part];
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void FourVectors(int n, int unit, float* sums)
        {
            int w = TSimd.Width;
            int parts = new DenseParts(shape.Inputs).Count;
            float* rows = weights + unit;
            TVec s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            for (int part = 0; part < parts; part++)
            {
                TVec c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero;
                Part(n, part, out SparseEntry* entry, out SparseEntry* end);
                for (; entry < end; entry++)
                {
                    float* row = rows + entry->Row;
                    TVec x = TSimd.Create(entry->Value);
                    c0 = TSimd.MultiplyAdd(x, TSimd.Load(row), c0);
                    c1 = TSimd.MultiplyAdd(x, TSimd.Load(row + w), c1);
                    c2 = TSimd.MultiplyAdd(x, TSimd.Load(row + (2 * w)), c2);
                    c3 = TSimd.MultiplyAdd(x, TSimd.Load(row + (3 * w)), c3);
                }

                s0 = TSimd.Add(s0, c0);
                s1 = TSimd.Add(s1, c1);
                s2 = TSimd.Add(s2, c2);
                s3 = TSimd.Add(s3, c3);
            }

            Store(sums, s0, unit);
            Store(sums + w, s1, unit + w);
            Store(sums + (2 * w), s2, unit + (2 * w));
            Store(sums + (3 * w), s3, unit + (3 * w));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void OneVector(int n, int unit, float* sums)
        {
            int parts = new DenseParts(shape.Inputs).Count;
            TVec sum = TSimd.Zero;
            for (int part = 0; part < parts; part++)
            {
                TVec c = TSimd.Zero;
                Part(n, part, out SparseEntry* entry, out SparseEntry* end);
                for (; entry < end; entry++)
                {
                    c = TSimd.MultiplyAdd(TSimd.Create(entry->Value), TSimd.Load(weights + entry->Row + unit), c);
                }

                sum = TSimd.Add(sum, c);
            }

            Store(sums, sum, unit);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Store(float* destination, TVec sum, int unit) => TSimd.Store(destination, epilogue.Apply<TSimd, TVec>(sum, unit));
    }
}
