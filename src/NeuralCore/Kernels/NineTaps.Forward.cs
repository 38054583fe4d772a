using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <content>
/// Forward: the nine weights of a vector of filters stay in registers while the pixels pass.
/// <code>
///   x  x  x   three inputs of each of three rows,      w0 .. w8   nine vectors of filters
///   x  x  x   each broadcast to a vector               y = epilogue(x0 w0 + x1 w1 + ... + x8 w8)
///   x  x  x
/// </code>
/// With nine terms a sum a tile would be begun and stored more than it multiplies: it takes twice the time. Where all nine inputs are zero
/// nothing is multiplied: of an MNIST image that is so for 63 pixels in a hundred.
/// </content>
internal static unsafe partial class NineTaps
{
    /// <summary>One row of pixels. Each sum goes in the order of the taps, as a tile's does.</summary>
    /// <param name="x">The patch of the first pixel: three floats of each of three rows.</param>
    /// <param name="xRow">Floats from one row of a patch to the next.</param>
    /// <param name="columns">Pixels.</param>
    /// <param name="xColumn">Floats from one patch to the next.</param>
    /// <param name="weights">9 x filters.</param>
    /// <param name="filters">The filters, a multiple of a vector.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="output">Receives columns x filters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardRow<TSimd, TVec, TEpilogue>(
        float* x, nint xRow, int columns, nint xColumn, float* weights, int filters, TEpilogue epilogue, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        ulong drawn = xColumn == 1 ? Drawn(x, xRow, columns) : ulong.MaxValue;
        for (int f = 0; f < filters; f += TSimd.Width)
        {
            float* w = weights + f;
            TVec blank = epilogue.Apply<TSimd, TVec>(TSimd.Zero, f);
            TVec w0 = TSimd.Load(w), w1 = TSimd.Load(w + filters), w2 = TSimd.Load(w + (2 * filters));
            TVec w3 = TSimd.Load(w + (3 * filters)), w4 = TSimd.Load(w + (4 * filters)), w5 = TSimd.Load(w + (5 * filters));
            TVec w6 = TSimd.Load(w + (6 * filters)), w7 = TSimd.Load(w + (7 * filters)), w8 = TSimd.Load(w + (8 * filters));
            float* first = x, y = output + f;
            for (int j = 0; j < columns; j++, first += xColumn, y += filters)
            {
                if ((drawn & (1ul << j)) == 0)
                {
                    TSimd.Store(y, blank);
                    continue;
                }

                float* second = first + xRow, third = second + xRow;
                TVec sum = TSimd.MultiplyAdd(TSimd.Create(first[0]), w0, TSimd.Zero);
                sum = TSimd.MultiplyAdd(TSimd.Create(first[1]), w1, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(first[2]), w2, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(second[0]), w3, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(second[1]), w4, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(second[2]), w5, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(third[0]), w6, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(third[1]), w7, sum);
                sum = TSimd.MultiplyAdd(TSimd.Create(third[2]), w8, sum);
                TSimd.Store(y, epilogue.Apply<TSimd, TVec>(sum, f));
            }
        }
    }

    /// <summary>
    /// Bit j is set where one of the nine inputs of pixel j of a row is not zero, for pixels whose patches begin a float apart; all are set where
    /// there are more pixels than bits.
    /// </summary>
    private static ulong Drawn(float* x, nint xRow, int columns)
    {
        int inputs = columns + 2;
        if (inputs > 64)
        {
            return ulong.MaxValue;
        }

        ulong inputsDrawn = SparseList.NonZeros(x, inputs) | SparseList.NonZeros(x + xRow, inputs) | SparseList.NonZeros(x + (2 * xRow), inputs);
        return inputsDrawn | (inputsDrawn >> 1) | (inputsDrawn >> 2);
    }
}
