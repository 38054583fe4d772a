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
internal static unsafe partial class Conv2DMaxPoolCpu
{
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
        WorkerPool pool, in Conv2DMaxPoolShape shape, int images, float* input, in CpuConvWeights weights, Activation activation,
        in CpuPooledResult output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (activation == Activation.Relu)
        {
            Forward<TSimd, TVec, AddBiasRelu>(pool, shape, images, input, weights, new AddBiasRelu(weights.Bias), output, scratch);
        }
        else
        {
            Forward<TSimd, TVec, AddBias>(pool, shape, images, input, weights, new AddBias(weights.Bias), output, scratch);
        }
    }

    private static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in Conv2DMaxPoolShape shape, int images, float* input, in CpuConvWeights weights, TEpilogue epilogue,
        in CpuPooledResult output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (weights.ByWinograd)
        {
            float* transformed = WinogradCpu.Prepared<TSimd, TVec>(shape.Conv, weights.Values, weights.Prepared, scratch);
            float* buffers = scratch + WinogradCpu.WeightCount(shape.Conv);
            if (WinogradCpu.CanPoolAtOnce(shape) && WinogradCpu.ImagesTogether(shape.Conv) is var together and > 1)
            {
                pool.Run(new SmallImagesJob<TSimd, TVec, TEpilogue>(shape, images, input, transformed, epilogue, output, buffers), Blocking.Chunks(images, together));
            }
            else
            {
                pool.Run(new WinogradForwardJob<TSimd, TVec, TEpilogue>(shape, input, transformed, epilogue, output, buffers), images);
            }
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, input, weights.Values, epilogue, output, scratch), images);
        }
    }

    /// <summary>dx from dy, the winners and, behind a ReLU, y.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in Conv2DMaxPoolShape shape, int images, CpuPooledGradient dOutput, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape conv = shape.Conv;
        TransposeWeights(conv, weights, scratch);
        pool.Run(new BackwardInputJob<TSimd, TVec>(shape, dOutput, scratch, dInput, scratch + Blocking.Aligned(conv.WeightCount)), images);
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
        WorkerPool pool, in Conv2DMaxPoolShape shape, int images, float* input, CpuPooledGradient dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape conv = shape.Conv;
        int chunks = Conv2DCpu.Chunks(images);
        float* sum = scratch;
        float* partials = sum + Blocking.Aligned(conv.WeightCount);
        float* buffers = partials + (chunks * Conv2DCpu.PartialCount(shape.Conv));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, images, input, dOutput, partials, buffers), chunks);
        SumPartials<TSimd, TVec>(pool, conv, chunks, partials, sum, dWeights, dBias);
    }

    /// <summary>Adds up the gradients of the chunks, in their order, and brings the weights' into theirs.</summary>
    public static void SumPartials<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape conv, int chunks, float* partials, float* sum, float* dWeights, float* dBias)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
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

    /// <summary>A worker's buffers: forward's padded image and rows, or backward's.</summary>
    public static nint WorkerCount(in Conv2DMaxPoolShape shape)
    {
        nint rows = (nint)shape.Pool.PoolHeight * shape.Pool.Width * shape.Pool.Channels;
        return Math.Max(PaddedImage.Count(shape.Conv) + Blocking.Aligned(rows), BackwardBuffers.Count(shape));
    }

    /// <summary>A worker's buffers for Winograd's forward: its own, and a group of rows of tiles.</summary>
    public static nint WinogradWorkerCount(in Conv2DMaxPoolShape shape) =>
        WinogradCpu.WorkerCount(shape.Conv) + Blocking.Aligned((nint)WinogradCpu.RowsAtOnce(shape.Conv) * shape.Pool.Width * shape.Pool.Channels);

    /// <summary>One image a chunk.</summary>
    public readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DMaxPoolShape shape, float* input, float* weights, TEpilogue epilogue, CpuPooledResult output, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
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

                MaxPool2DCpu.PoolRow<TSimd, TVec>(pool, rows, 0, output.Values + y, MaxPool2DCpu.At(output.Winners, y));
            }

            DropoutCpu.ApplyToPart(output.Dropout, chunk * shape.OutputCount, shape.OutputCount, output.Values);
        }
    }

    /// <summary>A few images a chunk, by Winograd, where one has few tiles.</summary>
    private readonly struct SmallImagesJob<TSimd, TVec, TEpilogue>(
        Conv2DMaxPoolShape shape, int images, float* input, float* transformed, TEpilogue epilogue, CpuPooledResult output, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int together = WinogradCpu.ImagesTogether(shape.Conv), first = chunk * together, end = Math.Min(first + together, images);
            WinogradCpu.PooledOutputs<TSimd, TVec, TEpilogue>(
                shape, input, (first, end), transformed, buffers + (worker * WinogradWorkerCount(shape)), epilogue, output.Values, output.Winners);
            DropoutCpu.ApplyToPart(output.Dropout, first * shape.OutputCount, (end - first) * shape.OutputCount, output.Values);
        }
    }

    /// <summary>One image a chunk, a group of rows of tiles at a time. 2x2 windows are pooled in registers.</summary>
    public readonly struct WinogradForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DMaxPoolShape shape, float* input, float* transformed, TEpilogue epilogue, CpuPooledResult output, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            float* buffers = scratch + (worker * WinogradWorkerCount(shape));
            float* rows = buffers + WinogradCpu.WorkerCount(shape.Conv);
            float* image = WinogradCpu.Image(shape.Conv, input + ((nint)chunk * shape.Conv.InputCount), buffers);
            nint y = (nint)chunk * shape.OutputCount;
            if (WinogradCpu.CanPoolAtOnce(shape))
            {
                for (int i = 0; i < shape.Conv.OutHeight; i += WinogradCpu.RowsAtOnce(shape.Conv))
                {
                    WinogradCpu.PooledRows<TSimd, TVec, TEpilogue>(shape, image, transformed, buffers, epilogue, i, alike: 0, output.Values + y, MaxPool2DCpu.At(output.Winners, y));
                }
            }
            else
            {
                RowByRow(image, buffers, rows, y);
            }

            DropoutCpu.ApplyToPart(output.Dropout, chunk * shape.OutputCount, shape.OutputCount, output.Values);
        }

        /// <summary>Where the windows are others: some rows of the convolution, then the windows in them.</summary>
        private void RowByRow(float* image, float* buffers, float* rows, nint y)
        {
            MaxPool2DShape pool = shape.Pool;
            int group = WinogradCpu.RowsAtOnce(shape.Conv) / pool.StrideY;
            for (int i = 0; i < pool.OutHeight; i++, y += pool.OutWidth * pool.Channels)
            {
                int firstRow = i / group * group * pool.StrideY;
                if (i % group == 0)
                {
                    WinogradCpu.Rows<TSimd, TVec, TEpilogue>(shape.Conv, image, transformed, buffers, epilogue, firstRow, rows);
                }

                MaxPool2DCpu.PoolRow<TSimd, TVec>(pool, rows - ((nint)firstRow * pool.Width * pool.Channels), i, output.Values + y, MaxPool2DCpu.At(output.Winners, y));
            }
        }
    }
}
