using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <content>
/// The gradient of the kernel. Y is linear in U = G g G', so with dY the 4 x 4 gradients of a tile, and sums over all tiles,
/// <code>
/// dg = G' [ sum of (B' d B) * (A dY A') ] G
/// </code>
/// Summed over tiles the products of one of the 36 places are a matrix product too: channels x tiles by tiles x filters. Again what the transform of dY
/// adds was multiplied by powers of two alone.
/// </content>
internal static unsafe partial class Winograd
{
    /// <summary>A dY: four rows of gradients, column by column.</summary>
    /// <param name="rows">The first of four rows.</param>
    /// <param name="count">The floats of a row, a multiple of the vectors' width.</param>
    /// <param name="bands">Receives 6 x count.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientColumns<TSimd, TVec>(float* rows, nint count, float* bands)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (nint i = 0; i < count; i += TSimd.Width)
        {
            GradientInOneDimension<TSimd, TVec>(rows + i, count, bands + i, count);
        }
    }

    /// <summary>(A dY) A': the six bands, row by row, for a row of tiles.</summary>
    /// <param name="bands">6 x 4 tiles x filters, from <see cref="GradientColumns"/>.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="filters">The filters, a multiple of the vectors' width.</param>
    /// <param name="transformed">Receives 36 x tiles x filters.</param>
    /// <param name="place">Floats from one of the 36 places to the next in <paramref name="transformed"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientRows<TSimd, TVec>(float* bands, int tiles, int filters, float* transformed, nint place)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (int u = 0; u < PatchExtent; u++, transformed += PatchExtent * place)
        {
            float* destination = transformed;
            for (int tile = 0; tile < tiles; tile++, bands += TileExtent * filters, destination += filters)
            {
                for (int f = 0; f < filters; f += TSimd.Width)
                {
                    GradientInOneDimension<TSimd, TVec>(bands + f, filters, destination + f, place);
                }
            }
        }
    }

    /// <summary>dg = G' dU G of every channel and filter.</summary>
    /// <param name="transformed">36 x channels x filters.</param>
    /// <param name="place">Floats from one of the 36 places to the next.</param>
    /// <param name="count">Channels times filters, a multiple of the vectors' width.</param>
    /// <param name="dWeights">Receives 3 x 3 x channels x filters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightGradients<TSimd, TVec>(float* transformed, nint place, nint count, float* dWeights)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int w = TSimd.Width;
        float* columns = stackalloc float[3 * PatchExtent * w];
        for (nint i = 0; i < count; i += w)
        {
            for (int v = 0; v < PatchExtent; v++)
            {
                WeightGradientInOneDimension<TSimd, TVec>(
                    transformed + i + (v * place), PatchExtent * place, columns + (v * w), PatchExtent * w);
            }

            for (int u = 0; u < 3; u++)
            {
                WeightGradientInOneDimension<TSimd, TVec>(columns + (u * PatchExtent * w), w, dWeights + i + (3 * u * count), count);
            }
        }
    }

    /// <summary>A times a column of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientInOneDimension<TSimd, TVec>(float* y, nint stride, float* t, nint tStride)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec four = TSimd.Create(4f), two = TSimd.Create(2f), minusTwo = TSimd.Create(-2f);
        TVec y0 = TSimd.Load(y), y1 = TSimd.Load(y + stride), y2 = TSimd.Load(y + (2 * stride)), y3 = TSimd.Load(y + (3 * stride));
        TVec even = TSimd.Add(y0, y2), odd = TSimd.Add(y1, y3);
        TVec evens = TSimd.MultiplyAdd(four, y2, y0), odds = TSimd.MultiplyAdd(four, y3, y1);
        TSimd.Store(t, y0);
        TSimd.Store(t + tStride, TSimd.Add(even, odd));
        TSimd.Store(t + (2 * tStride), TSimd.Subtract(even, odd));
        TSimd.Store(t + (3 * tStride), TSimd.MultiplyAdd(two, odds, evens));
        TSimd.Store(t + (4 * tStride), TSimd.MultiplyAdd(minusTwo, odds, evens));
        TSimd.Store(t + (5 * tStride), y3);
    }

    /// <summary>G' times a column of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WeightGradientInOneDimension<TSimd, TVec>(float* u, nint stride, float* g, nint gStride)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec quarter = TSimd.Create(1f / 4), half = TSimd.Create(1f / 2), sixth = TSimd.Create(1f / 6);
        TVec u1 = TSimd.Load(u + stride), u2 = TSimd.Load(u + (2 * stride)), u3 = TSimd.Load(u + (3 * stride)), u4 = TSimd.Load(u + (4 * stride));
        TVec sum12 = TSimd.Add(u1, u2), sum34 = TSimd.Add(u3, u4);
        TVec difference21 = TSimd.Subtract(u2, u1), difference34 = TSimd.Subtract(u3, u4);
        TVec inner = TSimd.Subtract(TSimd.Multiply(quarter, sum34), sum12);
        TSimd.Store(g, TSimd.MultiplyAdd(sixth, inner, TSimd.Multiply(quarter, TSimd.Load(u))));
        TSimd.Store(g + gStride, TSimd.Multiply(sixth, TSimd.MultiplyAdd(half, difference34, difference21)));
        TSimd.Store(g + (2 * gStride), TSimd.MultiplyAdd(sixth, TSimd.Subtract(sum34, sum12), TSimd.Load(u + (5 * stride))));
    }
}
