using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// Winograd's minimal filtering F(4x4, 3x3): a tile of 4 x 4 outputs of a 3x3 convolution takes 36 products of transformed values
/// where the definition takes 144 (Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks", section 4.3).
/// With d the 6 x 6 inputs under a tile, g the kernel, and * element by element:
/// <code>
/// Y = A' [ (G g G') * (B' d B) ] A
///
///        4  0 -5  0  1  0           1/4                      1    0   0
///        0 -4 -4  1  1  0              -1/6                  1    1   1           1  1  1  1  1  0
/// B' =   0  4 -4 -1  1  0    G =          -1/6               1   -1   1     A' =  0  1 -1  2 -2  0
///        0 -2 -1  2  1  0                     1/6           1/4  1/2  1           0  1  1  4  4  0
///        0  2 -1 -2  1  0                         1/6       1/4 -1/2  1           0  1 -1  8 -8  1
///        0  4  0 -5  0  1                             1      0    0   1
/// </code>
/// What the transforms add was multiplied by powers of two alone, which is exact: -5 is -4 - 1, and the left factors of G come last, in
/// one product. So whoever adds in the same order gets the same bits, with fused multiply-adds or without.
/// Summed over channels the products of one of the 36 places are a matrix product, tiles x channels by channels x filters, so
/// between the transforms here stand 36 calls of <see cref="MatrixProduct"/>. Vectors hold channels, and then filters.
/// </summary>
internal static unsafe partial class Winograd
{
    /// <summary>The outputs along one side of a tile.</summary>
    public const int TileExtent = 4;

    /// <summary>The inputs along one side of a tile.</summary>
    public const int PatchExtent = 6;

    /// <summary>The products of a tile, for one channel and filter.</summary>
    public const int Places = PatchExtent * PatchExtent;

    /// <summary>U = G g G' of every channel and filter.</summary>
    /// <param name="weights">3 x 3 x channels x filters.</param>
    /// <param name="count">Channels times filters, a multiple of the vectors' width.</param>
    /// <param name="transformed">Receives 36 x channels x filters.</param>
    /// <param name="place">Floats from one of the 36 places to the next. A power of two would have all 36 share a few lines of the cache.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights<TSimd, TVec>(float* weights, nint count, float* transformed, nint place)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int w = TSimd.Width;
        float* columns = stackalloc float[PatchExtent * 3 * w];
        for (nint i = 0; i < count; i += w)
        {
            for (int v = 0; v < 3; v++)
            {
                float* column = columns + (v * w);
                WeightsInOneDimension<TSimd, TVec>(
                    weights + i + (v * count), 3 * count, out TVec u0, out TVec u1, out TVec u2, out TVec u3, out TVec u4, out TVec u5);
                TSimd.Store(column, u0);
                TSimd.Store(column + (3 * w), u1);
                TSimd.Store(column + (6 * w), u2);
                TSimd.Store(column + (9 * w), u3);
                TSimd.Store(column + (12 * w), u4);
                TSimd.Store(column + (15 * w), u5);
            }

            for (int u = 0; u < PatchExtent; u++)
            {
                float* row = transformed + (u * PatchExtent * place) + i;
                float quarter = WeightScale(u) * WeightScale(0), sixth = WeightScale(u) * WeightScale(3);
                TVec positive = TSimd.Create(sixth), negative = TSimd.Create(-sixth);
                WeightsInOneDimension<TSimd, TVec>(
                    columns + (u * 3 * w), w, out TVec v0, out TVec v1, out TVec v2, out TVec v3, out TVec v4, out TVec v5);
                TSimd.Store(row, TSimd.Multiply(TSimd.Create(quarter), v0));
                TSimd.Store(row + place, TSimd.Multiply(negative, v1));
                TSimd.Store(row + (2 * place), TSimd.Multiply(negative, v2));
                TSimd.Store(row + (3 * place), TSimd.Multiply(positive, v3));
                TSimd.Store(row + (4 * place), TSimd.Multiply(positive, v4));
                TSimd.Store(row + (5 * place), TSimd.Multiply(TSimd.Create(WeightScale(u)), v5));
            }
        }
    }

    /// <summary>B' d: six rows of an image, column by column, where neighbouring tiles share their columns.</summary>
    /// <param name="image">The first of six rows.</param>
    /// <param name="count">The floats of a row, a multiple of the vectors' width.</param>
    /// <param name="bands">Receives 6 x count.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputColumns<TSimd, TVec>(float* image, nint count, float* bands)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (nint i = 0; i < count; i += TSimd.Width)
        {
            InputInOneDimension<TSimd, TVec>(image + i, count, bands + i, count);
        }
    }

    /// <summary>(B' d) B: the six bands, row by row, for a row of tiles.</summary>
    /// <param name="bands">6 x (4 tiles + 2) x channels, from <see cref="InputColumns"/>.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="channels">The channels, a multiple of the vectors' width.</param>
    /// <param name="skipped">Bit t is set where the t-th tile is not needed.</param>
    /// <param name="transformed">Receives 36 x tiles that are not skipped x channels.</param>
    /// <param name="place">Floats from one of the 36 places to the next in <paramref name="transformed"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputRows<TSimd, TVec>(float* bands, int tiles, int channels, ulong skipped, float* transformed, nint place)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint band = ((TileExtent * tiles) + PatchExtent - TileExtent) * (nint)channels;
        for (int u = 0; u < PatchExtent; u++, bands += band, transformed += PatchExtent * place)
        {
            float* destination = transformed;
            for (int tile = 0; tile < tiles; tile++)
            {
                if ((skipped & (1ul << tile)) != 0)
                {
                    continue;
                }

                float* source = bands + ((nint)tile * TileExtent * channels);
                for (int c = 0; c < channels; c += TSimd.Width)
                {
                    InputInOneDimension<TSimd, TVec>(source + c, channels, destination + c, place);
                }

                destination += channels;
            }
        }
    }

    /// <summary>Y = A' M A of a row of tiles, with its epilogue; of the last tile only the columns that there are.</summary>
    /// <param name="products">36 x tiles x filters.</param>
    /// <param name="place">Floats from one of the 36 places to the next.</param>
    /// <param name="filters">The filters, a multiple of the vectors' width.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="output">Receives rows x columns x filters.</param>
    /// <param name="rows">The rows of the output, at most 4.</param>
    /// <param name="columns">The columns of the output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output<TSimd, TVec, TEpilogue>(float* products, nint place, int filters, TEpilogue epilogue, float* output, int rows, int columns)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        float* bands = stackalloc float[TileExtent * PatchExtent * w];
        for (int column = 0; column < columns; column += TileExtent, products += filters)
        {
            for (int f = 0; f < filters; f += w)
            {
                OutputColumns<TSimd, TVec>(products + f, place, bands);
                for (int u = 0; u < rows; u++)
                {
                    OutputInOneDimension<TSimd, TVec>(bands + (u * PatchExtent * w), w, out TVec y0, out TVec y1, out TVec y2, out TVec y3);
                    float* y = output + ((((nint)u * columns) + column) * filters) + f;
                    TSimd.Store(y, epilogue.Apply<TSimd, TVec>(y0, f));
                    if (columns - column >= TileExtent)
                    {
                        TSimd.Store(y + filters, epilogue.Apply<TSimd, TVec>(y1, f));
                        TSimd.Store(y + (2 * filters), epilogue.Apply<TSimd, TVec>(y2, f));
                        TSimd.Store(y + (3 * filters), epilogue.Apply<TSimd, TVec>(y3, f));
                    }
                    else
                    {
                        if (columns - column > 1)
                        {
                            TSimd.Store(y + filters, epilogue.Apply<TSimd, TVec>(y1, f));
                        }

                        if (columns - column > 2)
                        {
                            TSimd.Store(y + (2 * filters), epilogue.Apply<TSimd, TVec>(y2, f));
                        }
                    }
                }
            }
        }
    }

    /// <summary>The same, and a pooling by 2x2 windows on its way to memory: Y is never written.</summary>
    /// <param name="products">36 x tiles x filters.</param>
    /// <param name="tiles">Which of those tiles comes next, for each tile of the row.</param>
    /// <param name="place">Floats from one of the 36 places to the next.</param>
    /// <param name="filters">The filters, a multiple of the vectors' width.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="output">Receives rows x columns x filters.</param>
    /// <param name="winners">Receives rows x columns x filters, unless it is null.</param>
    /// <param name="rows">The rows of windows, at most 2.</param>
    /// <param name="columns">The windows of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PooledOutput<TSimd, TVec, TEpilogue>(
        float* products, ushort* tiles, nint place, int filters, TEpilogue epilogue, float* output, byte* winners, int rows, int columns)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        float* bands = stackalloc float[TileExtent * PatchExtent * w];
        for (int column = 0; column < columns; column += TileExtent / 2, tiles++)
        {
            for (int f = 0; f < filters; f += w)
            {
                OutputColumns<TSimd, TVec>(products + ((nint)(*tiles) * filters) + f, place, bands);
                for (int u = 0; u < rows; u++)
                {
                    float* upper = bands + (2 * u * PatchExtent * w);
                    OutputInOneDimension<TSimd, TVec>(upper, w, out TVec a0, out TVec a1, out TVec a2, out TVec a3);
                    OutputInOneDimension<TSimd, TVec>(upper + (PatchExtent * w), w, out TVec b0, out TVec b1, out TVec b2, out TVec b3);
                    nint at = ((((nint)u * columns) + column) * filters) + f;
                    StoreLargest<TSimd, TVec, TEpilogue>(a0, a1, b0, b1, epilogue, f, output, winners, at);
                    if (columns - column > 1)
                    {
                        StoreLargest<TSimd, TVec, TEpilogue>(a2, a3, b2, b3, epilogue, f, output, winners, at + filters);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Pools one window. Where winners are not asked for, the epilogue comes last and once: no greater sum gives a smaller value, so the
    /// largest stays the largest.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLargest<TSimd, TVec, TEpilogue>(
        TVec a, TVec b, TVec c, TVec d, TEpilogue epilogue, nint filter, float* output, byte* winners, nint at)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        if (winners == null)
        {
            TSimd.Store(output + at, epilogue.Apply<TSimd, TVec>(LargestOfFour.Of<TSimd, TVec>(a, b, c, d), filter));
            return;
        }

        LargestOfFour.Store<TSimd, TVec>(
            epilogue.Apply<TSimd, TVec>(a, filter), epilogue.Apply<TSimd, TVec>(b, filter), epilogue.Apply<TSimd, TVec>(c, filter),
            epilogue.Apply<TSimd, TVec>(d, filter), output + at, winners + at);
    }

    /// <summary>A' M of one tile and a vector of filters: 4 x 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputColumns<TSimd, TVec>(float* products, nint place, float* bands)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int w = TSimd.Width;
        for (int v = 0; v < PatchExtent; v++)
        {
            OutputInOneDimension<TSimd, TVec>(products + (v * place), PatchExtent * place, out TVec y0, out TVec y1, out TVec y2, out TVec y3);
            TSimd.Store(bands + (v * w), y0);
            TSimd.Store(bands + ((PatchExtent + v) * w), y1);
            TSimd.Store(bands + (((2 * PatchExtent) + v) * w), y2);
            TSimd.Store(bands + (((3 * PatchExtent) + v) * w), y3);
        }
    }

    /// <summary>G's left factor.</summary>
    private static float WeightScale(int row) => row switch
    {
        0 => 1f / 4,
        1 or 2 => -1f / 6,
        3 or 4 => 1f / 6,
        _ => 1f,
    };

    /// <summary>G's right factor times a column of three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WeightsInOneDimension<TSimd, TVec>(
        float* g, nint stride, out TVec u0, out TVec u1, out TVec u2, out TVec u3, out TVec u4, out TVec u5)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec g1 = TSimd.Load(g + stride);
        u0 = TSimd.Load(g);
        u5 = TSimd.Load(g + (2 * stride));
        TVec ends = TSimd.Add(u0, u5), weighted = TSimd.MultiplyAdd(TSimd.Create(0.25f), u0, u5);
        u1 = TSimd.Add(ends, g1);
        u2 = TSimd.Subtract(ends, g1);
        u3 = TSimd.MultiplyAdd(TSimd.Create(0.5f), g1, weighted);
        u4 = TSimd.MultiplyAdd(TSimd.Create(-0.5f), g1, weighted);
    }

    /// <summary>B' times a column of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputInOneDimension<TSimd, TVec>(float* d, nint stride, float* t, nint tStride)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec four = TSimd.Create(4f), minusFour = TSimd.Create(-4f), two = TSimd.Create(2f), minusTwo = TSimd.Create(-2f);
        TVec d0 = TSimd.Load(d), d1 = TSimd.Load(d + stride), d2 = TSimd.Load(d + (2 * stride));
        TVec d3 = TSimd.Load(d + (3 * stride)), d4 = TSimd.Load(d + (4 * stride)), d5 = TSimd.Load(d + (5 * stride));
        TVec even = TSimd.MultiplyAdd(minusFour, d2, d4), odd = TSimd.MultiplyAdd(minusFour, d1, d3);
        TVec evens = TSimd.Subtract(d4, d2), odds = TSimd.Subtract(d3, d1);
        TSimd.Store(t, TSimd.MultiplyAdd(four, TSimd.Subtract(d0, d2), evens));
        TSimd.Store(t + tStride, TSimd.Add(even, odd));
        TSimd.Store(t + (2 * tStride), TSimd.Subtract(even, odd));
        TSimd.Store(t + (3 * tStride), TSimd.MultiplyAdd(two, odds, evens));
        TSimd.Store(t + (4 * tStride), TSimd.MultiplyAdd(minusTwo, odds, evens));
        TSimd.Store(t + (5 * tStride), TSimd.MultiplyAdd(minusFour, odds, TSimd.Subtract(d5, d3)));
    }

    /// <summary>A' times a column of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputInOneDimension<TSimd, TVec>(float* m, nint stride, out TVec y0, out TVec y1, out TVec y2, out TVec y3)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec m1 = TSimd.Load(m + stride), m2 = TSimd.Load(m + (2 * stride));
        TVec m3 = TSimd.Load(m + (3 * stride)), m4 = TSimd.Load(m + (4 * stride));
        TVec sum12 = TSimd.Add(m1, m2), sum34 = TSimd.Add(m3, m4);
        TVec difference12 = TSimd.Subtract(m1, m2), difference34 = TSimd.Subtract(m3, m4);
        y0 = TSimd.Add(TSimd.Add(TSimd.Load(m), sum12), sum34);
        y1 = TSimd.MultiplyAdd(TSimd.Create(2f), difference34, difference12);
        y2 = TSimd.MultiplyAdd(TSimd.Create(4f), sum34, sum12);
        y3 = TSimd.Add(TSimd.MultiplyAdd(TSimd.Create(8f), difference34, difference12), TSimd.Load(m + (5 * stride)));
    }
}
