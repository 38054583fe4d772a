using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>The sums of a dense layer's parts, items x units each: those of the first where the output will be, the others in scratch memory.</summary>
internal readonly unsafe struct DensePartSums(DenseShape shape, int items, float* output, float* scratch)
{
    /// <summary>Room, in floats, for the parts that do not lie in the output.</summary>
    public static nint ScratchCount(in DenseShape shape, int items) => (new DenseParts(shape.Inputs).Count - 1) * PartCount(shape, items);

    /// <summary>The sums of a part.</summary>
    public float* Of(int part) => part == 0 ? output : scratch + ((part - 1) * PartCount(shape, items));

    /// <summary>Adds the parts in their order, and applies bias and activation.</summary>
    public void Finish<TSimd, TVec, TEpilogue>(WorkerPool pool, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue =>
        pool.Run(new Job<TSimd, TVec, TEpilogue>(shape, items, this, epilogue), Blocking.Chunks(items, Blocking.DensePartItems));

    private static nint PartCount(in DenseShape shape, int items) => Blocking.Aligned((nint)items * shape.Units);

    private readonly struct Job<TSimd, TVec, TEpilogue>(DenseShape shape, int items, DensePartSums sums, TEpilogue epilogue) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int first = chunk * Blocking.DensePartItems;
            int end = Math.Min(first + Blocking.DensePartItems, items);
            int parts = new DenseParts(shape.Inputs).Count;
            nint stride = PartCount(shape, items);
            float* rest = stackalloc float[TSimd.Width];
            for (int n = first; n < end; n++)
            {
                float* row = sums.Of(0) + ((nint)n * shape.Units);
                float* others = sums.Of(1) + ((nint)n * shape.Units);
                int unit = 0;
                for (; shape.Units - unit >= TSimd.Width; unit += TSimd.Width)
                {
                    TSimd.Store(row + unit, Vector(row + unit, others + unit, stride, parts, unit));
                }

                if (unit < shape.Units)
                {
                    TSimd.Store(rest, Vector(row + unit, others + unit, stride, parts, unit));
                    new ReadOnlySpan<float>(rest, shape.Units - unit).CopyTo(new Span<float>(row + unit, shape.Units - unit));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVec Vector(float* first, float* others, nint stride, int parts, int unit)
        {
            TVec sum = TSimd.Load(first);
            for (int part = 1; part < parts; part++, others += stride)
            {
                sum = TSimd.Add(sum, TSimd.Load(others));
            }

            return epilogue.Apply<TSimd, TVec>(sum, unit);
        }
    }
}
