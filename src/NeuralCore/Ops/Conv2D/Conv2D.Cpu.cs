using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Convolution as matrix products in place. In channels-last order a row of output pixels is a matrix whose rows, one a pixel,
/// lie strideX * Channels floats apart in the input, and the KernelWidth * Channels floats under one row of the kernel are
/// contiguous. So forward, the gradient of the input and the gradient of the weights are each a call of
/// <see cref="MatrixProduct"/> with other strides, and nothing is unrolled into columns first. Threads share out images.
/// </summary>
internal static unsafe class Conv2DCpu
{
    /// <summary>
    /// The images whose weight gradients are summed in one buffer. Constant, so that sums are cut at the same places on any
    /// number of threads. Where other programs disturb one of two threads, the other waits at the end of a pass for a part of a chunk: with
    /// eight images for 4 % of the backward pass, with four for less than 2. Fewer would make more buffers to add up.
    /// </summary>
    public const int ImagesPerChunk = 4;

    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in Conv2DShape shape, int images, int threads)
    {
        long padded = threads * PaddedImage.Count(shape);
        long partials = (long)Chunks(images) * PartialCount(shape);
        long gradients = threads * Blocking.Aligned(shape.OutputCount);
        long winograd = WinogradCpu.CanRun(shape) ? WinogradCpu.WeightCount(shape) + (threads * WinogradCpu.WorkerCount(shape)) : 0;
        return sizeof(float) * Math.Max(winograd, padded + gradients + Math.Max(partials, Blocking.Aligned(shape.WeightCount)));
    }

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, bool winograd, int images, float* input, float* weights, float* bias, Activation activation, float* output,
        float* scratch, float* prepared)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (activation == Activation.Relu)
        {
            Forward<TSimd, TVec, AddBiasRelu>(pool, shape, winograd, images, input, weights, new AddBiasRelu(bias), output, scratch, prepared);
        }
        else
        {
            Forward<TSimd, TVec, AddBias>(pool, shape, winograd, images, input, weights, new AddBias(bias), output, scratch, prepared);
        }
    }

    /// <summary>dx from dy and, behind a ReLU, y.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, float* dOutput, float* reluOutput, float scale, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* transposed = scratch;
        int taps = shape.KernelHeight * shape.KernelWidth;
        for (int tap = 0; tap < taps; tap++)
        {
            nint offset = (nint)tap * shape.Channels * shape.Filters;
            Transpose.Run(weights + offset, shape.Filters, transposed + offset, shape.Channels, shape.Channels, shape.Filters);
        }

        pool.Run(new BackwardInputJob<TSimd, TVec>(shape, dOutput, reluOutput, scale, transposed, dInput, scratch + Blocking.Aligned(shape.WeightCount)), images);
    }

    /// <summary>dw and dbias from dy and, behind a ReLU, y.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, float* input, float* dOutput, float* reluOutput, float scale, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int chunks = Chunks(images);
        float* partials = scratch;
        float* buffers = scratch + (chunks * PartialCount(shape));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, images, input, dOutput, reluOutput, scale, partials, buffers), chunks);
        SumPartials<TSimd, TVec>(pool, shape, chunks, partials, dWeights, dBias);
    }

    /// <summary>Adds up the gradients of the chunks, in their order.</summary>
    public static void SumPartials<TSimd, TVec>(WorkerPool pool, in Conv2DShape shape, int chunks, float* partials, float* dWeights, float* dBias)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Sums.OfBuffers<TSimd, TVec>(pool, shape.WeightCount, chunks, partials, PartialCount(shape), dWeights);
        Sums.OfBuffers<TSimd, TVec>(pool, shape.Filters, chunks, partials + Blocking.Aligned(shape.WeightCount), PartialCount(shape), dBias);
    }

    /// <summary>Adds what one image gives to dw and dbias.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">The image's x.</param>
    /// <param name="dOutput">The image's dy.</param>
    /// <param name="reluOutput">The image's y where there is a ReLU, else null.</param>
    /// <param name="scale">What dy is multiplied with where there is a ReLU.</param>
    /// <param name="buffer">The worker's floats.</param>
    /// <param name="partial">The sums: the weights', then the bias's.</param>
    public static void AddWeightsOfImage<TSimd, TVec>(
        in Conv2DShape shape, float* input, float* dOutput, float* reluOutput, float scale, float* buffer, float* partial)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* image = PaddedImage.Of(shape, input, buffer);
        float* dBias = partial + Blocking.Aligned(shape.WeightCount);
        if (shape.TermCount == NineTaps.Taps && shape.Filters % (2 * TSimd.Width) == 0)
        {
            AddNineTaps<TSimd, TVec>(shape, image, dOutput, reluOutput, scale, partial, dBias);
            return;
        }

        float* dz = ReluCpu.BeforeActivation<TSimd, TVec>(shape.OutputCount, dOutput, reluOutput, scale, buffer + PaddedImage.Count(shape));
        AddProducts<TSimd, TVec>(shape, image, dz, partial);
        Sums.OfRows<TSimd, TVec>(dz, null, 1, shape.OutHeight * shape.OutWidth, shape.Filters, dBias, accumulate: true);
    }

    /// <summary>Where a filter has nine weights.</summary>
    private static void AddNineTaps<TSimd, TVec>(
        in Conv2DShape shape, float* image, float* dOutput, float* reluOutput, float scale, float* dWeights, float* dBias)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint row = shape.PaddedWidth * shape.Channels;
        nint* taps = stackalloc nint[NineTaps.Taps];
        for (int tap = 0; tap < NineTaps.Taps; tap++)
        {
            (int u, int inRow) = Math.DivRem(tap, shape.KernelWidth * shape.Channels);
            taps[tap] = (u * row) + inRow;
        }

        NineTaps.Add<TSimd, TVec>(
            image, taps, shape.OutHeight, shape.StrideY * row, shape.OutWidth, shape.StrideX * shape.Channels, dOutput, reluOutput, scale,
            shape.Filters, dWeights, dBias);
    }

    /// <summary>
    /// For each row of the kernel one product: (KernelWidth * Channels) x Filters, summed over all output pixels. Here the rows of the
    /// product are what is contiguous in A.
    /// </summary>
    private static void AddProducts<TSimd, TVec>(in Conv2DShape shape, float* image, float* dz, float* dWeights)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint row = shape.PaddedWidth * shape.Channels;
        nint kernelRow = (nint)shape.KernelWidth * shape.Channels * shape.Filters;
        var product = new TileOperands
        {
            ARow = 1,
            AInner = shape.StrideX * shape.Channels,
            AOuter = shape.StrideY * row,
            B = dz,
            BInner = shape.Filters,
            BOuter = (nint)shape.OutWidth * shape.Filters,
            Outer = shape.OutHeight,
            Inner = shape.OutWidth,
            CRow = shape.Filters,
            Accumulate = true,
        };
        for (int u = 0; u < shape.KernelHeight; u++)
        {
            product.A = image + (u * row);
            product.C = dWeights + (u * kernelRow);
            MatrixProduct.Run<TSimd, TVec, Plain>(product, shape.KernelWidth * shape.Channels, shape.Filters, default);
        }
    }

    /// <summary>The sums of one chunk of images: zeros, to begin with.</summary>
    public static float* ClearedPartial(in Conv2DShape shape, float* partials, int chunk)
    {
        float* partial = partials + (chunk * PartialCount(shape));
        new Span<float>(partial, (int)PartialCount(shape)).Clear();
        return partial;
    }

    private static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in Conv2DShape shape, bool winograd, int images, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch,
        float* prepared)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (winograd)
        {
            float* transformed = WinogradCpu.Prepared<TSimd, TVec>(shape, weights, prepared, scratch);
            pool.Run(new WinogradForwardJob<TSimd, TVec, TEpilogue>(shape, input, transformed, epilogue, output, scratch + WinogradCpu.WeightCount(shape)), images);
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, input, weights, epilogue, output, scratch), images);
        }
    }

    /// <summary>The buffers that so many images are summed in.</summary>
    public static int Chunks(int images) => Blocking.Chunks(images, ImagesPerChunk);

    /// <summary>A worker's buffers in backward: a padded image and an image's gradient.</summary>
    public static nint BufferCount(in Conv2DShape shape) => PaddedImage.Count(shape) + Blocking.Aligned(shape.OutputCount);

    /// <summary>A chunk's sums: the weights', then the bias's.</summary>
    public static nint PartialCount(in Conv2DShape shape) => Blocking.Aligned(shape.WeightCount) + Blocking.Aligned(shape.Filters);

    /// <summary>Part of an array that need not be there.</summary>
    public static float* Offset(float* array, nint offset) => array == null ? null : array + offset;

    /// <summary>One row of output pixels: a product of OutWidth x Filters, summed over KernelHeight x (KernelWidth * Channels).</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="image">The padded image.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="i">The row.</param>
    /// <param name="output">Receives OutWidth x Filters.</param>
    public static void ForwardRow<TSimd, TVec, TEpilogue>(
        in Conv2DShape shape, float* image, float* weights, TEpilogue epilogue, int i, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        nint row = shape.PaddedWidth * shape.Channels;
        float* patch = image + (i * shape.StrideY * row);
        if (shape.KernelHeight == 3 && shape.TermCount == NineTaps.Taps && shape.Filters % TSimd.Width == 0)
        {
            NineTaps.ForwardRow<TSimd, TVec, TEpilogue>(
                patch, row, shape.OutWidth, shape.StrideX * shape.Channels, weights, shape.Filters, epilogue, output);
            return;
        }

        var product = new TileOperands
        {
            A = patch,
            ARow = shape.StrideX * shape.Channels,
            AInner = 1,
            AOuter = row,
            B = weights,
            BInner = shape.Filters,
            BOuter = (nint)shape.KernelWidth * shape.Channels * shape.Filters,
            Outer = shape.KernelHeight,
            Inner = shape.KernelWidth * shape.Channels,
            C = output,
            CRow = shape.Filters,
        };
        MatrixProduct.Run<TSimd, TVec, TEpilogue>(product, shape.OutWidth, shape.Filters, epilogue);
    }

    /// <summary>All rows of one image's output.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">The image's x.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    /// <param name="padded">The worker's floats for a padded image.</param>
    /// <param name="output">Receives the image's y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardOfImage<TSimd, TVec, TEpilogue>(
        in Conv2DShape shape, float* input, float* weights, TEpilogue epilogue, float* padded, float* output)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        float* image = PaddedImage.Of(shape, input, padded);
        for (int i = 0; i < shape.OutHeight; i++, output += shape.OutWidth * shape.Filters)
        {
            ForwardRow<TSimd, TVec, TEpilogue>(shape, image, weights, epilogue, i, output);
        }
    }

    /// <summary>One image a chunk.</summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DShape shape, float* input, float* weights, TEpilogue epilogue, float* output, float* padded) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker) =>
            ForwardOfImage<TSimd, TVec, TEpilogue>(
                shape, input + ((nint)chunk * shape.InputCount), weights, epilogue, padded + (worker * PaddedImage.Count(shape)),
                output + ((nint)chunk * shape.OutputCount));
    }

    /// <summary>One image a chunk.</summary>
    private readonly struct WinogradForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DShape shape, float* input, float* transformed, TEpilogue epilogue, float* output, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            float* buffer = buffers + (worker * WinogradCpu.WorkerCount(shape));
            float* image = WinogradCpu.Image(shape, input + ((nint)chunk * shape.InputCount), buffer);
            float* y = output + ((nint)chunk * shape.OutputCount);
            for (int i = 0; i < shape.OutHeight; i += WinogradCpu.RowsAtOnce(shape))
            {
                WinogradCpu.Rows<TSimd, TVec, TEpilogue>(shape, image, transformed, buffer, epilogue, i, y + ((nint)i * shape.OutWidth * shape.Filters));
            }
        }
    }

    /// <summary>
    /// One image a chunk. Each row of dz is multiplied by each tap's transposed weights, OutWidth x Channels summed over Filters,
    /// and added to the row of dx that the tap had read. Unlike the full convolution of textbooks this multiplies no padding.
    /// </summary>
    private readonly struct BackwardInputJob<TSimd, TVec>(
        Conv2DShape shape, float* dOutput, float* reluOutput, float scale, float* transposed, float* dInput, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int row = shape.PaddedWidth * shape.Channels;
            float* image = dInput + ((nint)chunk * shape.InputCount);
            float* padded = buffers + (worker * BufferCount(shape));
            nint y = (nint)chunk * shape.OutputCount;
            float* dz = ReluCpu.BeforeActivation<TSimd, TVec>(
                shape.OutputCount, dOutput + y, Offset(reluOutput, y), scale, padded + PaddedImage.Count(shape));
            float* sums = shape.IsPadded ? padded : image;
            new Span<float>(sums, shape.PaddedHeight * row).Clear();
            var product = new TileOperands
            {
                ARow = shape.Filters,
                AInner = 1,
                BInner = shape.Channels,
                Outer = 1,
                Inner = shape.Filters,
                CRow = shape.StrideX * shape.Channels,
                Accumulate = true,
            };
            for (int i = 0; i < shape.OutHeight; i++)
            {
                product.A = dz + ((nint)i * shape.OutWidth * shape.Filters);
                for (int u = 0; u < shape.KernelHeight; u++)
                {
                    for (int v = 0; v < shape.KernelWidth; v++)
                    {
                        product.B = transposed + ((nint)((u * shape.KernelWidth) + v) * shape.Filters * shape.Channels);
                        product.C = sums + (((i * shape.StrideY) + u) * (nint)row) + (v * shape.Channels);
                        MatrixProduct.Run<TSimd, TVec, Plain>(product, shape.OutWidth, shape.Channels, default);
                    }
                }
            }

            if (shape.IsPadded)
            {
                PaddedImage.Crop(shape, sums, image);
            }
        }
    }

    /// <summary>A chunk of images, summed into a buffer of its own.</summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(
        Conv2DShape shape, int images, float* input, float* dOutput, float* reluOutput, float scale, float* partials, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            float* partial = ClearedPartial(shape, partials, chunk);
            int end = Math.Min((chunk + 1) * ImagesPerChunk, images);
            for (int n = chunk * ImagesPerChunk; n < end; n++)
            {
                nint y = (nint)n * shape.OutputCount;
                AddWeightsOfImage<TSimd, TVec>(
                    shape, input + ((nint)n * shape.InputCount), dOutput + y, Offset(reluOutput, y), scale, buffers + (worker * BufferCount(shape)), partial);
            }
        }
    }
}
