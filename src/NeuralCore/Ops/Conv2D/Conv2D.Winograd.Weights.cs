using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>
/// The gradient of the weights. For some tiles at a time, of a few images whose sums go into one buffer,
/// <code>
/// V[place]   = tiles x channels, of the image      D[place] = tiles x filters, of dz      (36 places)
/// dU[place] += V[place]' D[place]                  channels x filters
/// </code>
/// and once for these images dw from dU. The sums over tiles go on from one group to the next, so only the images of a buffer cut them.
/// </content>
internal static unsafe partial class WinogradCpu
{
    /// <summary>Whether the gradient of the weights takes this form: by the shape alone, since it rounds other intermediate values.</summary>
    public static bool TakesWeights(in Conv2DShape shape) =>
        CanRun(shape) && shape.OutHeight * shape.OutWidth >= Blocking.WinogradGradientPixels;

    /// <summary>Scratch for it, in floats.</summary>
    public static long WeightScratchCount(in Conv2DShape shape, int images, int threads) =>
        (Blocking.Chunks(images, ImagesOfBuffer(shape)) * Conv2DCpu.PartialCount(shape)) + (threads * new GradientBuffers(shape).Count);

    /// <summary>dw and dbias.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int chunks = Blocking.Chunks(images, ImagesOfBuffer(shape));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, images, input, dOutput, scratch, scratch + (chunks * Conv2DCpu.PartialCount(shape))), chunks);
        Conv2DCpu.SumPartials<TSimd, TVec>(pool, shape, chunks, scratch, dWeights, dBias);
    }

    /// <summary>The images that are summed in one buffer: what it takes to clear, transform and add one up is little beside their products.</summary>
    private static int ImagesOfBuffer(in Conv2DShape shape) =>
        Math.Max(Blocking.ConvImages, Blocking.Chunks(Blocking.WinogradBufferTiles, TilesAcross(shape) * TilesDown(shape)));

    /// <summary>dz with enough zeros at the bottom and the right that it consists of whole tiles, as a convolution's image.</summary>
    private static Conv2DShape TiledGradient(in Conv2DShape shape)
    {
        var border = new Border(0, 0, (TilesDown(shape) * Winograd.TileExtent) - shape.OutHeight, (TilesAcross(shape) * Winograd.TileExtent) - shape.OutWidth);
        return new Conv2DShape(new Window2D((shape.OutHeight, shape.OutWidth), 1, border: border), shape.Filters, 1);
    }

    /// <summary>How a worker's memory is cut.</summary>
    private readonly struct GradientBuffers(Conv2DShape shape)
    {
        /// <summary>The tiles that pass through the products together, at most: whole rows of tiles.</summary>
        public int Tiles => TileRows * TilesAcross(shape);

        /// <summary>The rows of tiles, of one image or more.</summary>
        public int TileRows => Math.Min(Blocking.Chunks(Blocking.WinogradGradientTiles, TilesAcross(shape)), ImagesOfBuffer(shape) * TilesDown(shape));

        public nint Image => PaddedImage.Count(Tiled(shape));

        public nint Gradient => Blocking.Aligned(shape.OutputCount) + PaddedImage.Count(TiledGradient(shape));

        public nint Bands => Winograd.PatchExtent * (nint)Math.Max(Tiled(shape).PaddedWidth * shape.Channels, TiledGradient(shape).PaddedWidth * shape.Filters);

        /// <summary>The floats from one place of V to the next: a cache line more than it takes, as of U.</summary>
        public nint VPlace => ((nint)Tiles * shape.Channels) + Blocking.Lanes;

        public nint DPlace => ((nint)Tiles * shape.Filters) + Blocking.Lanes;

        public nint V => Winograd.Places * VPlace;

        public nint D => Winograd.Places * DPlace;

        public nint Count => Image + Gradient + Bands + V + D + WeightCount(shape);
    }

    /// <summary>A few images, summed into a buffer of their own.</summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* partials, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            var cut = new GradientBuffers(shape);
            float* image = buffers + (worker * cut.Count), gradient = image + cut.Image, bands = gradient + cut.Gradient;
            float* v = bands + cut.Bands, d = v + cut.V, dU = d + cut.D;
            Conv2DShape tiled = Tiled(shape), tiledGradient = TiledGradient(shape);
            int across = TilesAcross(shape), rowsOfImage = TilesDown(shape), most = ImagesOfBuffer(shape), first = chunk * most;
            float* partial = partials + (chunk * Conv2DCpu.PartialCount(shape)), dBias = partial + Blocking.Aligned(shape.WeightCount);
            int rows = 0;
            bool isFirst = true;
            for (int n = first; n < Math.Min(first + most, images); n++)
            {
                float* x = PaddedImage.Of(tiled, input + ((nint)n * shape.InputCount), image);
                float* dz = dOutput.BeforeActivation<TSimd, TVec>((nint)n * shape.OutputCount, shape.OutputCount, gradient);
                Sums.OfRows<TSimd, TVec>(dz, null, 1, shape.OutHeight * shape.OutWidth, shape.Filters, dBias, accumulate: n > first);
                float* dy = PaddedImage.Of(tiledGradient, dz, gradient + Blocking.Aligned(shape.OutputCount));
                for (int row = 0; row < rowsOfImage; row++, rows++)
                {
                    if (rows == cut.TileRows)
                    {
                        AddProducts(cut, v, d, dU, rows * across, isFirst);
                        (rows, isFirst) = (0, false);
                    }

                    nint tile = rows * across, imageRow = (nint)tiled.PaddedWidth * shape.Channels, gradientRow = (nint)tiledGradient.PaddedWidth * shape.Filters;
                    Winograd.InputColumns<TSimd, TVec>(x + (row * Winograd.TileExtent * imageRow), imageRow, bands);
                    Winograd.InputRows<TSimd, TVec>(bands, across, shape.Channels, 0, v + (tile * shape.Channels), cut.VPlace);
                    Winograd.GradientColumns<TSimd, TVec>(dy + (row * Winograd.TileExtent * gradientRow), gradientRow, bands);
                    Winograd.GradientRows<TSimd, TVec>(bands, across, shape.Filters, d + (tile * shape.Filters), cut.DPlace);
                }
            }

            AddProducts(cut, v, d, dU, rows * across, isFirst);
            Winograd.WeightGradients<TSimd, TVec>(dU, WeightPlace(shape), (nint)shape.Channels * shape.Filters, partial);
        }

        /// <summary>Adds to dU what some tiles give, a product for each place.</summary>
        /// <param name="cut">Where the places are.</param>
        /// <param name="v">V.</param>
        /// <param name="d">D.</param>
        /// <param name="dU">The sums.</param>
        /// <param name="tiles">The tiles that there are.</param>
        /// <param name="isFirst">Whether the sums begin with them.</param>
        private void AddProducts(in GradientBuffers cut, float* v, float* d, float* dU, int tiles, bool isFirst)
        {
            var product = new TileOperands
            {
                A = v,
                ARow = 1,
                AInner = shape.Channels,
                B = d,
                BInner = shape.Filters,
                Outer = 1,
                Inner = tiles,
                C = dU,
                CRow = shape.Filters,
                Accumulate = !isFirst,
            };
            for (int place = 0; place < Winograd.Places; place++)
            {
                MatrixProduct.Run<TSimd, TVec, Plain>(product, shape.Channels, shape.Filters, default);
                product.A += cut.VPlace;
                product.B += cut.DPlace;
                product.C += WeightPlace(shape);
            }
        }
    }
}
