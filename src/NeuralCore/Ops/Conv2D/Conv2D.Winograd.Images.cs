using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>Images, one after the other, that a convolution reads.</summary>
internal unsafe interface IImages
{
    /// <summary>An image, valid until the next is asked for.</summary>
    float* At(int n);
}

/// <summary>Images as they lie in memory.</summary>
/// <param name="first">The first of them.</param>
/// <param name="count">The floats of each.</param>
internal readonly unsafe struct ImagesInMemory(float* first, int count) : IImages
{
    /// <inheritdoc/>
    public float* At(int n) => first + ((nint)n * count);
}

/// <content>Whole images.</content>
internal static unsafe partial class WinogradCpu
{
    /// <summary>
    /// The images whose tiles pass through the products together: several where one has few tiles. One image of 3x3 is a single tile, and for it alone all
    /// of U would be read from memory; a deep layer's U is larger than a second-level cache. Each tile is computed as it is alone, to the bit.
    /// </summary>
    public static int ImagesTogether(in Conv2DShape shape) => Math.Max(1, Blocking.WinogradTiles / (TilesAcross(shape) * TilesDown(shape)));

    /// <summary>The outputs of a few images.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The images.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="end">What follows the last; at most <see cref="ImagesTogether"/>.</param>
    /// <param name="transformed">From <see cref="TransformWeights"/>.</param>
    /// <param name="buffers">The worker's floats.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="output">Receives the outputs of the whole batch, of which these are some.</param>
    public static void Outputs<TSimd, TVec, TEpilogue, TImages>(
        in Conv2DShape shape, TImages images, int first, int end, float* transformed, float* buffers, TEpilogue epilogue, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
        where TImages : struct, IImages
    {
        float* y = output + ((nint)first * shape.OutputCount);
        if (ImagesTogether(shape) > 1)
        {
            Together<TSimd, TVec, TEpilogue, TImages>(shape, images, first, end, transformed, buffers, epilogue, y);
            return;
        }

        float* image = Image(shape, images.At(first), buffers);
        for (int i = 0; i < shape.OutHeight; i += RowsAtOnce(shape))
        {
            Rows<TSimd, TVec, TEpilogue>(shape, image, transformed, buffers, epilogue, i, y + ((nint)i * shape.OutWidth * shape.Filters));
        }
    }

    /// <summary>The outputs of a few images, pooled by 2x2 windows.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">The batch's images.</param>
    /// <param name="range">The first image, and what follows the last; at most <see cref="ImagesTogether"/>.</param>
    /// <param name="transformed">From <see cref="TransformWeights"/>.</param>
    /// <param name="buffers">The worker's floats.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="output">The whole batch's output; receives these images'.</param>
    /// <param name="winners">The whole batch's winners; receives these images', unless it is null.</param>
    public static void PooledOutputs<TSimd, TVec, TEpilogue>(
        in Conv2DMaxPoolShape shape, float* input, (int First, int End) range, float* transformed, float* buffers, TEpilogue epilogue, float* output, byte* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        Conv2DShape conv = shape.Conv;
        float* m = Products<TSimd, TVec, ImagesInMemory>(conv, new ImagesInMemory(input, conv.InputCount), range.First, range.End, transformed, buffers);
        int tiles = (range.End - range.First) * TilesAcross(conv) * TilesDown(conv), across = TilesAcross(conv), outputRow = shape.Pool.OutWidth * conv.Filters;
        ushort* places = stackalloc ushort[across];
        Places(across, alike: 0, places);
        for (int n = range.First; n < range.End; n++)
        {
            nint at = (nint)n * shape.OutputCount;
            for (int i = 0; i < conv.OutHeight; i += Winograd.TileExtent, m += across * conv.Filters)
            {
                // Rows behind the last window, if the height is odd, are in no window.
                int rows = Math.Min(Winograd.TileExtent / 2, shape.Pool.OutHeight - (i / 2));
                Winograd.PooledOutput<TSimd, TVec, TEpilogue>(
                    m, places, (nint)tiles * conv.Filters, conv.Filters, epilogue, output + at, MaxPool2DCpu.At(winners, at), rows, shape.Pool.OutWidth);
                at += (nint)rows * outputRow;
            }
        }
    }

    private static void Together<TSimd, TVec, TEpilogue, TImages>(
        in Conv2DShape shape, TImages images, int first, int end, float* transformed, float* buffers, TEpilogue epilogue, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
        where TImages : struct, IImages
    {
        float* m = Products<TSimd, TVec, TImages>(shape, images, first, end, transformed, buffers);
        int across = TilesAcross(shape), tiles = (end - first) * across * TilesDown(shape);
        for (int n = first; n < end; n++)
        {
            for (int i = 0; i < shape.OutHeight; i += Winograd.TileExtent, m += across * shape.Filters)
            {
                int rows = Math.Min(Winograd.TileExtent, shape.OutHeight - i);
                Winograd.Output<TSimd, TVec, TEpilogue>(m, (nint)tiles * shape.Filters, shape.Filters, epilogue, output, rows, shape.OutWidth);
                output += (nint)rows * shape.OutWidth * shape.Filters;
            }
        }
    }

    /// <summary>V of some images, and M.</summary>
    /// <returns>M, 36 x tiles x filters.</returns>
    private static float* Products<TSimd, TVec, TImages>(in Conv2DShape shape, TImages images, int first, int end, float* transformed, float* buffers)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TImages : struct, IImages
    {
        Conv2DShape tiled = Tiled(shape);
        int down = TilesDown(shape), tilesOfImage = TilesAcross(shape) * down, tiles = (end - first) * tilesOfImage;
        float* bands = buffers + PaddedImage.Count(tiled);
        float* v = bands + Blocking.Aligned(Winograd.PatchExtent * (nint)tiled.PaddedWidth * shape.Channels);
        float* m = v + ((nint)Winograd.Places * tiles * shape.Channels);
        for (int n = first; n < end; n++)
        {
            float* image = PaddedImage.Of(tiled, images.At(n), buffers);
            TransformTiles<TSimd, TVec>(tiled, image, bands, down, skipped: 0, v + ((nint)(n - first) * tilesOfImage * shape.Channels), tiles);
        }

        Multiply<TSimd, TVec>(shape, tiles, v, transformed, m);
        return m;
    }

    private static int TilesDown(in Conv2DShape shape) => Blocking.Chunks(shape.OutHeight, Winograd.TileExtent);
}
