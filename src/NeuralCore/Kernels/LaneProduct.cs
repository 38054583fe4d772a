using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// The operands of a convolution whose images lie in the lanes of vectors: <see cref="Blocking.Lanes"/> images side by side, the same
/// element of all of them in one cache line. So no lane is wasted whatever the number of channels and filters, and weights are single numbers
/// that are broadcast. Summation runs over three nested indices; strides count floats, and may be negative.
/// <code>
/// Y[pixel, filter, image] = sum over outer, middle, inner of
///     X[outer*XOuter + middle*XMiddle + inner*16 + pixel*XPixel + image] * W[outer*WOuter + middle*WMiddle + inner*WInner + filter]
/// </code>
/// </summary>
internal unsafe struct LaneOperands
{
    /// <summary>The element of X for pixel 0.</summary>
    public float* X;

    public nint XPixel;

    public nint XMiddle;

    public nint XOuter;

    /// <summary>The element of W for filter 0.</summary>
    public float* W;

    public nint WInner;

    public nint WMiddle;

    public nint WOuter;

    /// <summary>How many values the three summation indices take.</summary>
    public int Outer;

    public int Middle;

    public int Inner;

    /// <summary>The element of Y for pixel 0 and filter 0; filters lie 16 floats apart.</summary>
    public float* Y;

    public nint YPixel;
}

/// <summary>
/// Cuts such a product into register tiles. Each sum is one chain of multiply-adds in the order of the three indices, which is the order of
/// <see cref="MatrixProduct"/>: both give the same bits.
/// </summary>
internal static unsafe partial class LaneProduct
{
    /// <summary>The images side by side.</summary>
    private const int Lanes = Blocking.Lanes;

    /// <summary>Computes a row of pixels of all filters.</summary>
    public static void Run<TSimd, TVec, TEpilogue>(in LaneOperands operands, int pixels, int filters, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int atOnce = TSimd.HasManyRegisters ? 4 : 2;
        for (int filter = 0, tile; filter < filters; filter += tile)
        {
            tile = TileOf(filters - filter);
            for (int pixel = 0; pixel < pixels;)
            {
                int left = pixels - pixel, step = left >= (tile == 1 ? 4 : atOnce) ? (tile == 1 ? 4 : atOnce) : 2;
                if (left == 1 && pixels > 1)
                {
                    // The last pixel alone: once more with the one before it.
                    pixel--;
                }

                // A row of one pixel computes it twice.
                nint xPixel = pixels == 1 ? 0 : operands.XPixel, yPixel = pixels == 1 ? 0 : operands.YPixel;
                float* x = operands.X + (pixel * operands.XPixel), w = operands.W + filter, y = operands.Y + (pixel * operands.YPixel) + (filter * Lanes);
                for (int lane = 0; lane < Lanes; lane += TSimd.Width, x += TSimd.Width, y += TSimd.Width)
                {
                    switch (tile, step)
                    {
                        case (6, 4): Tile6x4<TSimd, TVec, TEpilogue>(operands, x, xPixel, w, y, yPixel, filter, epilogue); break;
                        case (4, 4): Tile4x4<TSimd, TVec, TEpilogue>(operands, x, xPixel, w, y, yPixel, filter, epilogue); break;
                        case (1, 4): Tile1x4<TSimd, TVec, TEpilogue>(operands, x, xPixel, w, y, yPixel, filter, epilogue); break;
                        case (6, 2): Tile6x2<TSimd, TVec, TEpilogue>(operands, x, xPixel, w, y, yPixel, filter, epilogue); break;
                        case (4, 2): Tile4x2<TSimd, TVec, TEpilogue>(operands, x, xPixel, w, y, yPixel, filter, epilogue); break;
                        default: Tile1x2<TSimd, TVec, TEpilogue>(operands, x, xPixel, w, y, yPixel, filter, epilogue); break;
                    }
                }

                pixel += step;
            }
        }
    }

    /// <summary>The filters that the next tile takes of those that are left: sixes and fours, and as few ones as possible.</summary>
    public static int TileOf(int filters) => filters is 4 or 5 or 8 or 9 ? 4 : filters >= 6 ? 6 : 1;
}
