using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Convolution and max-pooling in one. Forward computes the rows of one row of windows into a buffer that stays in the
/// first-level cache, and pools from there. Backward lists the gradients that are not zero and computes with those alone:
/// <code>
/// dx, by pixel:   dx[patch of pixel]  += sum over the pixel's filters o  of  dz[o] * w[.., o]
/// dw, by filter:  dw[.., o]           += sum over the filter's pixels    of  dz[o] * x[patch of pixel]
/// </code>
/// each a kernel row at a time: the KernelWidth * Channels floats of a patch's row are contiguous in x, and, transposed, in w.
/// </summary>
internal static unsafe class Conv2DMaxPoolCpu
{
    /// <summary>What backward reads of x at a time: it should stay in a first-level cache of 32 KiB.</summary>
    private const int BandBytes = 28 * 1024;

    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in Conv2DMaxPoolShape shape, int images, int threads)
    {
        long weights = Blocking.Aligned(shape.Conv.WeightCount);
        long partials = Conv2DCpu.Chunks(images) * Conv2DCpu.PartialCount(shape.Conv);
        long winograd = WinogradCpu.CanRun(shape.Conv) ? WinogradCpu.WeightCount(shape.Conv) + (threads * WinogradWorkerCount(shape)) : 0;
        return sizeof(float) * Math.Max(winograd, weights + partials + (threads * WorkerCount(shape)));
    }

    /// <summary>y = max-pool(activation(conv(x, w) + bias)).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in Conv2DMaxPoolShape shape, bool winograd, int images, float* input, float* weights, float* bias, Activation activation,
        float* output, byte* winners, float* scratch, DropoutMask? dropout)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (activation == Activation.Relu)
        {
            Forward<TSimd, TVec, AddBiasRelu>(pool, shape, winograd, images, input, weights, new AddBiasRelu(bias), output, winners, scratch, dropout);
        }
        else
        {
            Forward<TSimd, TVec, AddBias>(pool, shape, winograd, images, input, weights, new AddBias(bias), output, winners, scratch, dropout);
        }
    }

    private static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in Conv2DMaxPoolShape shape, bool winograd, int images, float* input, float* weights, TEpilogue epilogue,
        float* output, byte* winners, float* scratch, DropoutMask? dropout)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        if (winograd)
        {
            WinogradCpu.TransformWeights<TSimd, TVec>(shape.Conv, weights, scratch);
            pool.Run(
                new WinogradForwardJob<TSimd, TVec, TEpilogue>(shape, input, scratch, epilogue, output, winners, scratch + WinogradCpu.WeightCount(shape.Conv), dropout),
                images);
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, input, weights, epilogue, output, winners, scratch, dropout), images);
        }
    }

    /// <summary>dx from dy, the winners and, behind a ReLU, y.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in Conv2DMaxPoolShape shape, int images, float* dOutput, float* reluOutput, float scale, byte* winners, float* weights,
        float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        Conv2DShape conv = shape.Conv;
        TransposeWeights(conv, weights, scratch);
        pool.Run(new BackwardInputJob<TSimd, TVec>(shape, dOutput, reluOutput, scale, winners, scratch, dInput, scratch + Blocking.Aligned(conv.WeightCount)), images);
    }

    /// <summary>The weights with the filters outermost within each row of the kernel.</summary>
    public static void TransposeWeights(in Conv2DShape conv, float* weights, float* transposed)
    {
        int row = conv.KernelWidth * conv.Channels;
        for (int u = 0; u < conv.KernelHeight; u++)
        {
            nint offset = (nint)u * row * conv.Filters;
            Transpose.Run(weights + offset, conv.Filters, transposed + offset, row, row, conv.Filters);
        }
    }

    /// <summary>dw and dbias from dy, the winners and, behind a ReLU, y.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in Conv2DMaxPoolShape shape, int images, float* input, float* dOutput, float* reluOutput, float scale, byte* winners,
        float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        Conv2DShape conv = shape.Conv;
        int chunks = Conv2DCpu.Chunks(images);
        float* sum = scratch;
        float* partials = sum + Blocking.Aligned(conv.WeightCount);
        float* buffers = partials + (chunks * Conv2DCpu.PartialCount(shape.Conv));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, images, input, dOutput, reluOutput, scale, winners, partials, buffers), chunks);
        SumPartials<TSimd, TVec>(pool, conv, chunks, partials, sum, dWeights, dBias);
    }

    /// <summary>Adds up the gradients of the chunks, in their order, and brings the weights' into theirs.</summary>
    public static void SumPartials<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape conv, int chunks, float* partials, float* sum, float* dWeights, float* dBias)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        Sums.OfBuffers<TSimd, TVec>(pool, conv.WeightCount, chunks, partials, Conv2DCpu.PartialCount(conv), sum);
        Sums.OfBuffers<TSimd, TVec>(pool, conv.Filters, chunks, partials + Blocking.Aligned(conv.WeightCount), Conv2DCpu.PartialCount(conv), dBias);
        int row = conv.KernelWidth * conv.Channels;
        for (int u = 0; u < conv.KernelHeight; u++)
        {
            nint offset = (nint)u * row * conv.Filters;
            Transpose.Run(sum + offset, row, dWeights + offset, conv.Filters, conv.Filters, row);
        }
    }

    /// <summary>A worker's buffers: a padded image, and one of forward's rows, backward's lists by pixel, or those by filter.</summary>
    public static nint WorkerCount(in Conv2DMaxPoolShape shape)
    {
        long rows = (long)shape.Pool.PoolHeight * shape.Pool.Width * shape.Pool.Channels;
        long windows = (long)shape.Pool.OutHeight * shape.Pool.OutWidth;
        long byPixel = (2 * (long)shape.OutputCount) + (windows * shape.Pool.PoolHeight * shape.Pool.PoolWidth) + 1;
        long byFilter = (2 * (long)shape.OutputCount) + (windows * shape.Pool.PoolHeight * shape.Pool.PoolWidth) + shape.Conv.Filters;
        return PaddedImage.Count(shape.Conv) + Blocking.Aligned((nint)Math.Max(rows, Math.Max(byPixel, byFilter)));
    }

    /// <summary>A worker's buffers for Winograd's forward: its own, and a group of rows of tiles.</summary>
    private static nint WinogradWorkerCount(in Conv2DMaxPoolShape shape) =>
        WinogradCpu.WorkerCount(shape.Conv) + Blocking.Aligned((nint)WinogradCpu.RowsAtOnce(shape.Conv) * shape.Pool.Width * shape.Pool.Channels);

    /// <summary>Part of an array that need not be there.</summary>
    private static float* Offset(float* array, nint offset) => array == null ? null : array + offset;

    /// <summary>One image a chunk.</summary>
    public readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DMaxPoolShape shape, float* input, float* weights, TEpilogue epilogue, float* output, byte* winners, float* scratch,
        DropoutMask? dropout) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            MaxPool2DShape pool = shape.Pool;
            float* padded = scratch + (worker * WorkerCount(shape));
            float* rows = padded + PaddedImage.Count(shape.Conv);
            float* image = PaddedImage.Of(shape.Conv, input + ((nint)chunk * shape.Conv.InputCount), padded);
            nint y = (nint)chunk * shape.OutputCount;
            for (int i = 0; i < pool.OutHeight; i++, y += pool.OutWidth * pool.Channels)
            {
                for (int u = 0; u < pool.PoolHeight; u++)
                {
                    Conv2DCpu.ForwardRow<TSimd, TVec, TEpilogue>(
                        shape.Conv, image, weights, epilogue, (i * pool.StrideY) + u, rows + ((nint)u * pool.Width * pool.Channels));
                }

                MaxPool2DCpu.PoolRow<TSimd, TVec>(pool, rows, 0, output + y, winners + y);
            }

            DropoutCpu.ApplyToPart(dropout, chunk * shape.OutputCount, shape.OutputCount, output);
        }
    }

    /// <summary>One image a chunk, a group of rows of tiles at a time.</summary>
    public readonly struct WinogradForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DMaxPoolShape shape, float* input, float* transformed, TEpilogue epilogue, float* output, byte* winners, float* scratch,
        DropoutMask? dropout) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            MaxPool2DShape pool = shape.Pool;
            float* buffers = scratch + (worker * WinogradWorkerCount(shape));
            float* rows = buffers + WinogradCpu.WorkerCount(shape.Conv);
            float* image = WinogradCpu.Image(shape.Conv, input + ((nint)chunk * shape.Conv.InputCount), buffers);
            nint y = (nint)chunk * shape.OutputCount;
            int group = WinogradCpu.RowsAtOnce(shape.Conv) / pool.StrideY;
            for (int i = 0; i < pool.OutHeight; i++, y += pool.OutWidth * pool.Channels)
            {
                int firstRow = i / group * group * pool.StrideY;
                if (i % group == 0)
                {
                    WinogradCpu.Rows<TSimd, TVec, TEpilogue>(shape.Conv, image, transformed, buffers, epilogue, firstRow, rows);
                }

                MaxPool2DCpu.PoolRow<TSimd, TVec>(pool, rows - ((nint)firstRow * pool.Width * pool.Channels), i, output + y, winners + y);
            }

            DropoutCpu.ApplyToPart(dropout, chunk * shape.OutputCount, shape.OutputCount, output);
        }
    }

    /// <summary>
    /// One image a chunk. Kernel rows go outermost, so that one row's weights (24 KiB for 3 x 32 x 64) stay in the first-level
    /// cache for all pixels.
    /// </summary>
    public readonly struct BackwardInputJob<TSimd, TVec>(
        Conv2DMaxPoolShape shape, float* dOutput, float* reluOutput, float scale, byte* winners, float* transposed, float* dInput, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            Conv2DShape conv = shape.Conv;
            MaxPool2DShape pool = shape.Pool;
            float* padded = scratch + (worker * WorkerCount(shape));
            var entries = (SparseEntry*)(padded + PaddedImage.Count(conv));
            var starts = (int*)(entries + shape.OutputCount);
            float* image = dInput + ((nint)chunk * conv.InputCount);
            float* sums = conv.IsPadded ? padded : image;
            int row = conv.PaddedWidth * conv.Channels;
            int kernelRow = conv.KernelWidth * conv.Channels;
            int poolCount = pool.PoolHeight * pool.PoolWidth;
            new Span<float>(sums, conv.PaddedHeight * row).Clear();
            nint y = (nint)chunk * shape.OutputCount;
            PooledGradient.ByPixel(
                dOutput + y, Offset(reluOutput, y), scale, winners + y, pool.OutHeight * pool.OutWidth, conv.Filters, poolCount, kernelRow, starts, entries);
            for (int u = 0; u < conv.KernelHeight; u++)
            {
                float* kernel = transposed + ((nint)u * kernelRow * conv.Filters);
                int* start = starts;
                for (int i = 0; i < pool.OutHeight; i++)
                {
                    for (int j = 0; j < pool.OutWidth; j++)
                    {
                        for (int k = 0; k < poolCount; k++, start++)
                        {
                            float* patch = sums + ((nint)u * row) + PixelOffset(shape, i, j, k);
                            SparseSum.Run<TSimd, TVec>(entries + start[0], entries + start[1], kernel, patch, kernelRow);
                        }
                    }
                }
            }

            if (conv.IsPadded)
            {
                PaddedImage.Crop(conv, padded, image);
            }
        }
    }

    /// <summary>
    /// A chunk of images, summed into a buffer of its own in the order kernel row, filter, kernel column, channel. An image is
    /// taken in bands of windows whose part of x fits the first-level cache.
    /// </summary>
    public readonly struct BackwardWeightsJob<TSimd, TVec>(
        Conv2DMaxPoolShape shape, int images, float* input, float* dOutput, float* reluOutput, float scale, byte* winners, float* partials,
        float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            Conv2DShape conv = shape.Conv;
            MaxPool2DShape pool = shape.Pool;
            float* dWeights = partials + (chunk * Conv2DCpu.PartialCount(shape.Conv));
            float* dBias = dWeights + Blocking.Aligned(conv.WeightCount);
            float* padded = scratch + (worker * WorkerCount(shape));
            float* lists = padded + PaddedImage.Count(conv);
            new Span<float>(dWeights, (int)Conv2DCpu.PartialCount(shape.Conv)).Clear();
            int bandRows = BandRows();
            int end = Math.Min((chunk + 1) * Conv2DCpu.ImagesPerChunk, images);
            for (int n = chunk * Conv2DCpu.ImagesPerChunk; n < end; n++)
            {
                float* image = PaddedImage.Of(conv, input + ((nint)n * conv.InputCount), padded);
                nint y = (nint)n * shape.OutputCount;
                for (int i = 0; i < pool.OutHeight; i += bandRows)
                {
                    Band(image, y, i, Math.Min(bandRows, pool.OutHeight - i), lists, dWeights);
                }

                Sums.OfRows<TSimd, TVec>(
                    dOutput + y, Offset(reluOutput, y), scale, pool.OutHeight * pool.OutWidth, conv.Filters, dBias, accumulate: true);
            }
        }

        private void Band(float* image, nint y, int firstRow, int rows, float* lists, float* dWeights)
        {
            Conv2DShape conv = shape.Conv;
            int poolCount = shape.Pool.PoolHeight * shape.Pool.PoolWidth;
            int windows = rows * shape.Pool.OutWidth;
            var entries = (SparseEntry*)lists;
            var counts = (int*)(entries + shape.OutputCount);
            int* offsets = counts + conv.Filters;
            int offset = 0;
            for (int i = firstRow; i < firstRow + rows; i++)
            {
                for (int j = 0; j < shape.Pool.OutWidth; j++)
                {
                    for (int k = 0; k < poolCount; k++)
                    {
                        offsets[offset++] = PixelOffset(shape, i, j, k);
                    }
                }
            }

            y += (nint)firstRow * shape.Pool.OutWidth * conv.Filters;
            PooledGradient.ByFilter(dOutput + y, Offset(reluOutput, y), scale, winners + y, windows, conv.Filters, poolCount, offsets, counts, entries);
            int kernelRow = conv.KernelWidth * conv.Channels;
            for (int o = 0; o < conv.Filters; o++, entries += windows)
            {
                for (int u = 0; u < conv.KernelHeight; u++)
                {
                    SparseSum.Run<TSimd, TVec>(
                        entries, entries + counts[o], image + ((nint)u * conv.PaddedWidth * conv.Channels),
                        dWeights + ((((nint)u * conv.Filters) + o) * kernelRow), kernelRow);
                }
            }
        }

        /// <summary>The rows of windows whose input rows fit a band.</summary>
        private int BandRows()
        {
            Conv2DShape conv = shape.Conv;
            int inputRows = BandBytes / (conv.PaddedWidth * conv.Channels * sizeof(float));
            return Math.Clamp((inputRows - conv.KernelHeight + 1) / (shape.Pool.StrideY * conv.StrideY), 1, shape.Pool.OutHeight);
        }
    }

    /// <summary>Where in the padded input the patch begins that pixel k of window (i, j) sees.</summary>
    private static int PixelOffset(in Conv2DMaxPoolShape shape, int i, int j, int k)
    {
        int row = (i * shape.Pool.StrideY) + (k / shape.Pool.PoolWidth);
        int column = (j * shape.Pool.StrideX) + (k % shape.Pool.PoolWidth);
        return ((row * shape.Conv.StrideY * shape.Conv.PaddedWidth) + (column * shape.Conv.StrideX)) * shape.Conv.Channels;
    }
}
