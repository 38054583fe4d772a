using System.Runtime.Intrinsics;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// The operands of the weight gradient of a convolution whose images lie in the lanes of vectors (<see cref="LaneOperands"/>). Every lane has
/// sums of its own:
/// <code>
/// Sum[term, filter, image] += sum over rows, columns of  X[row*XRow + column*XPixel + Terms[term] + image] * D[row*DRow + column*DPixel + filter*16 + image]
/// </code>
/// </summary>
internal unsafe struct LaneSumOperands
{
    /// <summary>The patch of the first pixel.</summary>
    public float* X;

    public nint XPixel;

    public nint XRow;

    /// <summary>Where each term lies within a patch: an even number of them, the last one twice if need be.</summary>
    public nint* Terms;

    public int TermCount;

    /// <summary>The gradient at the first pixel.</summary>
    public float* D;

    public nint DPixel;

    public nint DRow;

    public int Rows;

    public int Columns;

    /// <summary>Terms x filters x 16.</summary>
    public float* Sum;

    /// <summary>Floats from the sums of one term to those of the next.</summary>
    public nint SumRow;
}

/// <summary>Cuts such sums into register tiles; each is one chain of multiply-adds in the order of the pixels.</summary>
internal static unsafe partial class LaneSums
{
    private const int Lanes = Blocking.Lanes;

    /// <summary>Adds what some rows of pixels give to the sums of all terms and filters.</summary>
    public static void Add<TSimd, TVec>(in LaneSumOperands operands, int filters)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (int term = 0, width; term < operands.TermCount; term += width)
        {
            width = TSimd.HasManyRegisters && operands.TermCount - term >= 4 ? 4 : 2;
            nint* terms = operands.Terms + term;
            for (int filter = 0, tile; filter < filters; filter += tile)
            {
                tile = LaneProduct.TileOf(filters - filter);
                float* x = operands.X, d = operands.D + (filter * Lanes), sum = operands.Sum + (term * operands.SumRow) + (filter * Lanes);
                for (int lane = 0; lane < Lanes; lane += TSimd.Width, x += TSimd.Width, d += TSimd.Width, sum += TSimd.Width)
                {
                    switch (tile, width)
                    {
                        case (6, 4): Tile6x4<TSimd, TVec>(operands, x, terms, d, sum); break;
                        case (4, 4): Tile4x4<TSimd, TVec>(operands, x, terms, d, sum); break;
                        case (1, 4): Tile1x4<TSimd, TVec>(operands, x, terms, d, sum); break;
                        case (6, 2): Tile6x2<TSimd, TVec>(operands, x, terms, d, sum); break;
                        case (4, 2): Tile4x2<TSimd, TVec>(operands, x, terms, d, sum); break;
                        default: Tile1x2<TSimd, TVec>(operands, x, terms, d, sum); break;
                    }
                }
            }
        }
    }

    /// <summary>Adds up rows of 16 lanes each: halves onto halves, the same at every width.</summary>
    /// <param name="sums">count x 16.</param>
    /// <param name="count">The rows.</param>
    /// <param name="destination">Receives a number a row.</param>
    public static void Fold(float* sums, int count, float* destination)
    {
        for (int i = 0; i < count; i++, sums += Lanes)
        {
            // Lane k and lane k + 8, then + 4, then + 2, then + 1.
            Vector128<float> four =
                (Vector128.Load(sums) + Vector128.Load(sums + 8))
                + (Vector128.Load(sums + 4) + Vector128.Load(sums + 12));
            destination[i] = (four[0] + four[2]) + (four[1] + four[3]);
        }
    }
}
