using System.Numerics;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// Forward of a 3x3 convolution by <see cref="Winograd"/>: a quarter of the multiplications. For a few rows of tiles at a time
/// <code>
/// V[place] = tiles x channels,  of the image      (36 places)
/// M[place] = V[place] U[place]                    U[place] = channels x filters, of the weights, once a batch
/// Y        = 4 rows a row of tiles, of M
/// </code>
/// V and M stay in the second-level cache. The result differs from the definition's by rounding: the transforms multiply by up
/// to 8 and cancel; a test holds the error against double.
/// </summary>
internal static unsafe partial class WinogradCpu
{
    /// <summary>Whether the convolution can be computed this way: 3x3, no strides, no dilation, whole vectors.</summary>
    public static bool CanRun(in Conv2DShape shape) =>
        shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, IsDilated: false } && shape.Channels % Blocking.Lanes == 0 && shape.Filters % Blocking.Lanes == 0;

    /// <summary>Whether the gradient of its input can: a convolution too, if the image has no border that no pixel of it sees.</summary>
    public static bool CanRunBackward(in Conv2DShape shape)
    {
        Border border = shape.Window.Border;
        return CanRun(shape) && Math.Max(Math.Max(border.Top, border.Bottom), Math.Max(border.Left, border.Right)) < shape.KernelHeight;
    }

    /// <summary>That convolution: from the outputs to the inputs, with all of the kernel that reaches over the border.</summary>
    public static Conv2DShape Backward(in Conv2DShape shape)
    {
        Border border = shape.Window.Border;
        int reach = shape.KernelHeight - 1;
        var back = new Border(reach - border.Top, reach - border.Left, reach - border.Bottom, reach - border.Right);
        return new Conv2DShape(new Window2D((shape.OutHeight, shape.OutWidth), shape.Window.Kernel, border: back), shape.Filters, shape.Channels);
    }

    /// <summary>A worker's floats for it: an image of gradients besides.</summary>
    public static nint BackwardWorkerCount(in Conv2DShape back) => Blocking.Aligned(back.InputCount) + WorkerCount(back);

    /// <summary>Whether every window of a pooling lies in one group of rows of tiles.</summary>
    public static bool CanPool(in Conv2DMaxPoolShape shape) => Winograd.TileExtent % shape.Pool.StrideY == 0;

    /// <summary>Whether the pooling can take the sums from their registers.</summary>
    public static bool CanPoolAtOnce(in Conv2DMaxPoolShape shape) =>
        MaxPool2DCpu.IsOfFours(shape.Pool) && shape.Pool is { StrideY: 2, StrideX: 2 };

    /// <summary>Whether a group of rows of tiles can be computed without the rest of its image, from the very values that the layer before gives.</summary>
    public static bool CanSplit(in Conv2DMaxPoolShape shape) => CanPoolAtOnce(shape) && !Tiled(shape.Conv).IsPadded;

    /// <summary>The groups of rows of tiles of an image.</summary>
    public static int Groups(in Conv2DShape shape) => Blocking.Chunks(shape.OutHeight, RowsAtOnce(shape));

    /// <summary>The floats of the transformed weights U.</summary>
    public static nint WeightCount(in Conv2DShape shape) => Winograd.Places * WeightPlace(shape);

    /// <summary>A worker's floats: a padded image, six bands of it, V and M.</summary>
    public static nint WorkerCount(in Conv2DShape shape)
    {
        Conv2DShape tiled = Tiled(shape);
        nint tiles = (nint)RowsTogether(shape) * TilesAcross(shape);
        return PaddedImage.Count(tiled) + Blocking.Aligned(Winograd.PatchExtent * (nint)tiled.PaddedWidth * shape.Channels)
            + (Winograd.Places * tiles * (shape.Channels + shape.Filters));
    }

    /// <summary>U of the weights.</summary>
    public static void TransformWeights<TSimd, TVec>(in Conv2DShape shape, float* weights, float* transformed)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => Winograd.Weights<TSimd, TVec>(weights, (nint)shape.Channels * shape.Filters, transformed, WeightPlace(shape));

    /// <summary>U of the weights: if there is one, the one that was prepared, else a new one in the scratch memory.</summary>
    public static float* Prepared<TSimd, TVec>(in Conv2DShape shape, float* weights, float* prepared, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (prepared != null)
        {
            return prepared;
        }

        TransformWeights<TSimd, TVec>(shape, weights, scratch);
        return scratch;
    }

    /// <summary>The output rows that <see cref="Rows"/> computes at a time.</summary>
    public static int RowsAtOnce(in Conv2DShape shape) => RowsTogether(shape) * Winograd.TileExtent;

    /// <summary>The image with its padding, and enough of it for whole tiles.</summary>
    public static float* Image(in Conv2DShape shape, float* image, float* buffers) => PaddedImage.Of(Tiled(shape), image, buffers);

    /// <summary>Some rows of the output.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="image">From <see cref="Image"/>.</param>
    /// <param name="transformed">From <see cref="TransformWeights"/>.</param>
    /// <param name="buffers">The worker's floats.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="i">The first row, a multiple of <see cref="RowsAtOnce"/>.</param>
    /// <param name="output">Receives rows x OutWidth x Filters, as many rows as there are.</param>
    public static void Rows<TSimd, TVec, TEpilogue>(
        in Conv2DShape shape, float* image, float* transformed, float* buffers, TEpilogue epilogue, int i, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        Group group = Products<TSimd, TVec>(shape, image, transformed, buffers, i, alike: 0);
        for (int tileRow = 0; tileRow < group.TileRows; tileRow++)
        {
            int row = tileRow * Winograd.TileExtent;
            Winograd.Output<TSimd, TVec, TEpilogue>(
                group.Of(tileRow), group.Place, shape.Filters, epilogue,
                output + ((nint)row * shape.OutWidth * shape.Filters), Math.Min(Winograd.TileExtent, group.Rows - row), shape.OutWidth);
        }
    }

    /// <summary>Some rows of the output, pooled by 2x2 windows.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="image">From <see cref="Image"/>.</param>
    /// <param name="transformed">From <see cref="TransformWeights"/>.</param>
    /// <param name="buffers">The worker's floats.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="i">The first row of the convolution's output, a multiple of <see cref="RowsAtOnce"/>.</param>
    /// <param name="alike">Bit t is set where the patch of the t-th tile of these rows, row by row, is the same as that of all others whose bit is set.</param>
    /// <param name="output">The whole image's output; receives half as many rows.</param>
    /// <param name="winners">The whole image's winners; receives half as many rows, unless it is null.</param>
    /// <returns>Which values of the output these are: the first one, and how many.</returns>
    public static (int First, int Count) PooledRows<TSimd, TVec, TEpilogue>(
        in Conv2DMaxPoolShape shape, float* image, float* transformed, float* buffers, TEpilogue epilogue, int i, ulong alike, float* output, byte* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        const int WindowRows = Winograd.TileExtent / 2;
        int outputRow = shape.Pool.OutWidth * shape.Conv.Filters, firstRow = i / 2, row = firstRow;
        int count = Math.Min(RowsAtOnce(shape.Conv) / 2, shape.Pool.OutHeight - firstRow) * outputRow;
        nint first = (nint)firstRow * outputRow;

        // The lines that the end will write are on their way while the products are computed.
        Prefetch.Floats(output + first, count);
        if (winners != null)
        {
            Prefetch.Floats((float*)(winners + first), count / sizeof(float));
        }

        Group group = Products<TSimd, TVec>(shape.Conv, image, transformed, buffers, i, alike);
        int across = TilesAcross(shape.Conv);
        ushort* places = stackalloc ushort[group.TileRows * across];
        Places(group.TileRows * across, alike, places);
        for (int tileRow = 0; tileRow < group.TileRows; tileRow++, row += WindowRows)
        {
            nint at = (nint)row * outputRow;
            Winograd.PooledOutput<TSimd, TVec, TEpilogue>(
                group.Of(0), places + (tileRow * across), group.Place, shape.Conv.Filters, epilogue, output + at, MaxPool2DCpu.At(winners, at),
                Math.Min(WindowRows, shape.Pool.OutHeight - row), shape.Pool.OutWidth);
        }

        return (firstRow * outputRow, count);
    }

    /// <summary>Where each tile's products lie among those that are computed: of the tiles that are alike, at the first one's.</summary>
    private static void Places(int tiles, ulong alike, ushort* places)
    {
        ushort next = 0, shared = 0;
        bool found = false;
        for (int tile = 0; tile < tiles; tile++, alike >>= 1)
        {
            if ((alike & 1) == 0)
            {
                places[tile] = next++;
                continue;
            }

            if (!found)
            {
                (found, shared) = (true, next++);
            }

            places[tile] = shared;
        }
    }

    /// <summary>V of a group of rows of tiles, and M; of the tiles that are alike only the first one's.</summary>
    private static Group Products<TSimd, TVec>(in Conv2DShape shape, float* image, float* transformed, float* buffers, int i, ulong alike)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape tiled = Tiled(shape);
        int across = TilesAcross(shape);
        int rows = Math.Min(RowsAtOnce(shape), shape.OutHeight - i);
        int tileRows = Blocking.Chunks(rows, Winograd.TileExtent);
        ulong skipped = alike & (alike - 1);
        int tiles = (tileRows * across) - BitOperations.PopCount(skipped);
        float* bands = buffers + PaddedImage.Count(tiled);
        float* v = bands + Blocking.Aligned(Winograd.PatchExtent * (nint)tiled.PaddedWidth * shape.Channels);
        float* m = v + ((nint)Winograd.Places * tiles * shape.Channels);
        TransformTiles<TSimd, TVec>(tiled, image + (i * (nint)tiled.PaddedWidth * shape.Channels), bands, tileRows, skipped, v, tiles);
        Multiply<TSimd, TVec>(shape, tiles, v, transformed, m);
        return new Group(m, rows, tileRows, (nint)tiles * shape.Filters, across * shape.Filters);
    }

    /// <summary>V of some rows of tiles of an image.</summary>
    /// <param name="tiled">From <see cref="Tiled"/>.</param>
    /// <param name="image">The padded image, from the first of these rows on.</param>
    /// <param name="bands">Room for six bands of the image.</param>
    /// <param name="tileRows">The rows of tiles.</param>
    /// <param name="skipped">Bit t is set for a tile to leave out, row by row.</param>
    /// <param name="v">Receives V of the first tile.</param>
    /// <param name="tiles">The tiles that each place has room for.</param>
    private static void TransformTiles<TSimd, TVec>(in Conv2DShape tiled, float* image, float* bands, int tileRows, ulong skipped, float* v, int tiles)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int across = TilesAcross(tiled);
        nint imageRow = (nint)tiled.PaddedWidth * tiled.Channels;
        for (int tileRow = 0; tileRow < tileRows; tileRow++, skipped >>= across)
        {
            ulong skippedOfRow = skipped & ((1ul << across) - 1);
            Winograd.InputColumns<TSimd, TVec>(image + (tileRow * Winograd.TileExtent * imageRow), imageRow, bands);
            Winograd.InputRows<TSimd, TVec>(bands, across, tiled.Channels, skippedOfRow, v, (nint)tiles * tiled.Channels);
            v += (across - BitOperations.PopCount(skippedOfRow)) * (nint)tiled.Channels;
        }
    }

    /// <summary>M of some tiles: a product for each place.</summary>
    private static void Multiply<TSimd, TVec>(in Conv2DShape shape, int tiles, float* v, float* transformed, float* m)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        var product = new TileOperands
        {
            A = v,
            ARow = shape.Channels,
            AInner = 1,
            B = transformed,
            BInner = shape.Filters,
            Outer = 1,
            Inner = shape.Channels,
            C = m,
            CRow = shape.Filters,
        };
        for (int place = 0; place < Winograd.Places; place++)
        {
            MatrixProduct.Run<TSimd, TVec, Plain>(product, tiles, shape.Filters, default);
            product.A += (nint)tiles * shape.Channels;
            product.B += WeightPlace(shape);
            product.C += (nint)tiles * shape.Filters;
        }
    }

    /// <summary>The floats from one place of U to the next: a cache line more than it takes.</summary>
    private static nint WeightPlace(in Conv2DShape shape) => ((nint)shape.Channels * shape.Filters) + Blocking.Lanes;

    private static int TilesAcross(in Conv2DShape shape) => Blocking.Chunks(shape.OutWidth, Winograd.TileExtent);

    /// <summary>Rows of tiles computed together.</summary>
    private static int RowsTogether(in Conv2DShape shape) => Blocking.Chunks(Blocking.WinogradTiles, TilesAcross(shape));

    /// <summary>The convolution with enough padding at the bottom and the right that tiles cover its output without a rest.</summary>
    private static Conv2DShape Tiled(in Conv2DShape shape)
    {
        int moreRows = (Blocking.Chunks(shape.OutHeight, Winograd.TileExtent) * Winograd.TileExtent) - shape.OutHeight;
        int moreColumns = (TilesAcross(shape) * Winograd.TileExtent) - shape.OutWidth;
        Border border = shape.Window.Border;
        border = border with { Bottom = border.Bottom + moreRows, Right = border.Right + moreColumns };
        return new Conv2DShape(new Window2D(shape.Window.Image, shape.Window.Kernel, border: border), shape.Channels, shape.Filters);
    }

    /// <summary>The products M of some rows of tiles.</summary>
    /// <param name="m">36 x tiles x filters.</param>
    /// <param name="rows">The rows of the output.</param>
    /// <param name="tileRows">The rows of tiles.</param>
    /// <param name="place">Floats from one of the 36 places to the next.</param>
    /// <param name="tileRow">Floats from one row of tiles to the next.</param>
    private readonly struct Group(float* m, int rows, int tileRows, nint place, int tileRow)
    {
        public int Rows => rows;

        public int TileRows => tileRows;

        public nint Place => place;

        public float* Of(int row) => m + ((nint)row * tileRow);
    }
}
