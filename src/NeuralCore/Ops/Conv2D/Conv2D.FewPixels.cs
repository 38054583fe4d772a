using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// The gradient of the weights where an image has few pixels and the kernel many weights. Image by image, as <see cref="Conv2DCpu"/> does it, all
/// of dw would be read and written for a few multiply-adds of each number. Here the pixels of several images are one sum: for each tap
/// <code>
/// dw[tap] = X' dZ     X = pixels x channels: what the tap reads, where that lies in the image;   dZ = the same pixels x filters
/// </code>
/// copied so that pixels lie side by side, which costs one copied number for some hundred multiply-adds. What lies in the border is left out.
/// </summary>
internal static unsafe class Conv2DFewPixels
{
    /// <summary>The pixels of an output image from which on each image is a sum long enough by itself.</summary>
    private const int ManyPixels = 64;

    /// <summary>The weights that fit a second-level cache with what is multiplied; fewer may be read and written for each image.</summary>
    private const int ManyWeights = 64 * 1024;

    /// <summary>The same limit for kernels of 1x1: each pixel is copied once, not once for each tap.</summary>
    private const int ManyOfOneTap = 32 * 1024;

    /// <summary>Whether the gradient takes this form: by the shape alone, since it cuts its sums in another way and so gives other bits.</summary>
    public static bool Takes(in Conv2DShape shape) =>
        shape.OutHeight * shape.OutWidth < ManyPixels && shape.WeightCount >= (shape.KernelHeight * shape.KernelWidth == 1 ? ManyOfOneTap : ManyWeights) && shape.Channels % Blocking.Lanes == 0 && shape.Filters % Blocking.Lanes == 0;

    /// <summary>Scratch, in floats.</summary>
    public static long ScratchCount(in Conv2DShape shape, int images, int threads) =>
        (Chunks(shape, images) * Conv2DCpu.PartialCount(shape)) + (threads * WorkerCount(shape));

    /// <summary>dw and dbias.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int chunks = Chunks(shape, images);
        float* buffers = scratch + (chunks * Conv2DCpu.PartialCount(shape));
        pool.Run(new Job<TSimd, TVec>(shape, images, input, dOutput, scratch, buffers), chunks);
        Conv2DCpu.SumPartials<TSimd, TVec>(pool, shape, chunks, scratch, dWeights, dBias);
    }

    /// <summary>The images that are summed in one buffer.</summary>
    private static int ImagesOfChunk(in Conv2DShape shape) => Blocking.Chunks(Blocking.ConvPixels, shape.OutHeight * shape.OutWidth);

    private static int Chunks(in Conv2DShape shape, int images) => Blocking.Chunks(images, ImagesOfChunk(shape));

    /// <summary>A worker's floats: dz, X and dZ of a chunk.</summary>
    private static nint WorkerCount(in Conv2DShape shape)
    {
        int images = ImagesOfChunk(shape), pixels = images * shape.OutHeight * shape.OutWidth;
        return Blocking.Aligned((nint)images * shape.OutputCount) + ((nint)pixels * (shape.Channels + shape.Filters));
    }

    /// <summary>A chunk of images, summed into a buffer of its own.</summary>
    private readonly struct Job<TSimd, TVec>(Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* partials, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            int most = ImagesOfChunk(shape), first = chunk * most, count = Math.Min(most, images - first), pixels = shape.OutHeight * shape.OutWidth;
            float* partial = partials + (chunk * Conv2DCpu.PartialCount(shape));
            float* buffer = buffers + (worker * WorkerCount(shape));
            float* dz = dOutput.BeforeActivation<TSimd, TVec>((nint)first * shape.OutputCount, count * shape.OutputCount, buffer);
            float* x = buffer + Blocking.Aligned((nint)most * shape.OutputCount), dzOfTap = x + ((nint)most * pixels * shape.Channels);
            var product = new TileOperands { A = x, ARow = 1, AInner = shape.Channels, B = dzOfTap, BInner = shape.Filters, Outer = 1, C = partial, CRow = shape.Filters };
            for (int u = 0; u < shape.KernelHeight; u++)
            {
                for (int v = 0; v < shape.KernelWidth; v++, product.C += (nint)shape.Channels * shape.Filters)
                {
                    product.Inner = Gather(input + ((nint)first * shape.InputCount), dz, count, (u, v), x, dzOfTap);
                    MatrixProduct.Run<TSimd, TVec, Plain>(product, shape.Channels, shape.Filters, default);
                }
            }

            Sums.OfRows<TSimd, TVec>(dz, null, 1, count * pixels, shape.Filters, partial + Blocking.Aligned(shape.WeightCount), accumulate: false);
        }

        /// <summary>Copies what a tap reads, and dz of the pixels that read it.</summary>
        /// <returns>How many these are.</returns>
        private int Gather(float* source, float* dz, int count, (int U, int V) tap, float* x, float* dzOfTap)
        {
            int found = 0;
            for (int n = 0; n < count; n++, source += shape.InputCount)
            {
                for (int i = 0; i < shape.OutHeight; i++)
                {
                    int h = (i * shape.StrideY) + (tap.U * shape.DilationY) - shape.PadTop;
                    for (int j = 0; j < shape.OutWidth; j++, dz += shape.Filters)
                    {
                        int w = (j * shape.StrideX) + (tap.V * shape.DilationX) - shape.PadLeft;
                        if ((uint)h < (uint)shape.Height && (uint)w < (uint)shape.Width)
                        {
                            Copy(source + ((((nint)h * shape.Width) + w) * shape.Channels), x + ((nint)found * shape.Channels), shape.Channels);
                            Copy(dz, dzOfTap + ((nint)found * shape.Filters), shape.Filters);
                            found++;
                        }
                    }
                }
            }

            return found;
        }

        private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
    }
}
