using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Convolution as matrix products in place. In channels-last order a row of output pixels is a matrix whose rows, one a pixel,
/// lie strideX * Channels floats apart in the input, and the KernelWidth * Channels floats under one row of the kernel are
/// contiguous. So forward, the gradient of the input and the gradient of the weights are each a call of
/// <see cref="MatrixProduct"/> with other strides, and nothing is unrolled into columns first. Where the columns of the kernel
/// are dilated, only the Channels floats under one tap are contiguous, and a product becomes one for each row of the kernel, or
/// for each tap, that adds to what the one before left. Threads share out images.
/// </summary>
internal static unsafe partial class Conv2DCpu
{
    /// <summary>Scratch of the direction that takes the most.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The most images.</param>
    /// <param name="threads">The threads.</param>
    /// <param name="forced">The forms, where they do not follow from the sizes.</param>
    public static long ScratchBytes(in Conv2DShape shape, int images, int threads, ConvWays? forced)
    {
        long padded = threads * PaddedImage.Count(shape);
        long partials = (long)Chunks(images) * PartialCount(shape);
        long gradients = threads * Blocking.Aligned(shape.OutputCount);
        long winograd = WinogradCpu.CanRun(shape) ? WinogradCpu.WeightCount(shape) + (threads * WinogradCpu.WorkerCount(shape)) : 0;
        if (WinogradCpu.CanRunBackward(shape))
        {
            Conv2DShape back = WinogradCpu.Backward(shape);
            winograd = Math.Max(winograd, Blocking.Aligned(shape.WeightCount) + WinogradCpu.WeightCount(back) + (threads * WinogradCpu.BackwardWorkerCount(back)));
        }

        if (WinogradCpu.TakesWeights(shape) || forced?.Weights == ConvWay.Winograd)
        {
            winograd = Math.Max(winograd, WinogradCpu.WeightScratchCount(shape, images, threads));
        }

        long lanes = Conv2DLanes.ScratchCount(shape, images, threads);
        long few = Conv2DFewPixels.Takes(shape) || forced?.Weights == ConvWay.FewPixels ? Conv2DFewPixels.ScratchCount(shape, images, threads) : 0;
        return sizeof(float) * Math.Max(Math.Max(Math.Max(winograd, few), lanes), padded + gradients + Math.Max(partials, Blocking.Aligned(shape.WeightCount)));
    }

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, float* input, in CpuConvWeights weights, Activation activation, float* output, float* scratch)
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
        WorkerPool pool, in Conv2DShape shape, int images, float* input, in CpuConvWeights weights, TEpilogue epilogue, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (weights.ByWinograd)
        {
            float* transformed = WinogradCpu.Prepared<TSimd, TVec>(shape, weights.Values, weights.Prepared, scratch);
            int chunks = Blocking.Chunks(images, WinogradCpu.ImagesTogether(shape));
            pool.Run(new WinogradForwardJob<TSimd, TVec, TEpilogue>(shape, images, input, transformed, epilogue, output, scratch + WinogradCpu.WeightCount(shape)), chunks);
        }
        else if (weights.Way == ConvWay.Lanes)
        {
            Conv2DLanes.Forward<TSimd, TVec, TEpilogue>(pool, shape, images, input, weights.Values, epilogue, output, scratch);
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(InOneRow(shape), input, weights.Values, epilogue, output, scratch), images);
        }
    }

    /// <summary>A convolution of 1x1 as one of images of one row, which is one product and not one for each row of pixels; others as they are.</summary>
    private static Conv2DShape InOneRow(in Conv2DShape shape) => shape is { KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1, IsPadded: false }
        ? new Conv2DShape(new Window2D((1, shape.Height * shape.Width), 1), shape.Channels, shape.Filters)
        : shape;

    /// <summary>The number of buffers that images are summed in.</summary>
    public static int Chunks(int images) => Blocking.Chunks(images, Blocking.ConvImages);

    /// <summary>A worker's buffers in backward: a padded image and an image's gradient.</summary>
    public static nint BufferCount(in Conv2DShape shape) => PaddedImage.Count(shape) + Blocking.Aligned(shape.OutputCount);

    /// <summary>A chunk's sums: the weights', then the bias's.</summary>
    public static nint PartialCount(in Conv2DShape shape) => Blocking.Aligned(shape.WeightCount) + Blocking.Aligned(shape.Filters);

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
        if (shape.KernelHeight == 3 && shape.TermCount == NineTaps.Taps && !shape.IsDilated && shape.Filters % TSimd.Width == 0)
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
            AOuter = shape.DilationY * row,
            B = weights,
            BInner = shape.Filters,
            BOuter = (nint)shape.KernelWidth * shape.Channels * shape.Filters,
            Outer = shape.KernelHeight,
            Inner = shape.KernelWidth * shape.Channels,
            C = output,
            CRow = shape.Filters,
        };
        if (shape.DilationX > 1)
        {
            ForwardDilatedRow<TSimd, TVec, TEpilogue>(shape, product, epilogue);
            return;
        }

        MatrixProduct.Run<TSimd, TVec, TEpilogue>(product, shape.OutWidth, shape.Filters, epilogue);
    }

    /// <summary>
    /// The same for a kernel whose columns are dilated: a product for each of its rows, summed over KernelWidth x Channels. Each adds to what the
    /// one before left, so the order of the terms, and with it every bit, is that of one product; the last finishes the sums.
    /// </summary>
    private static void ForwardDilatedRow<TSimd, TVec, TEpilogue>(in Conv2DShape shape, TileOperands product, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        nint imageRow = product.AOuter, kernelRow = product.BOuter;
        (product.Outer, product.AOuter, product.BOuter) = (shape.KernelWidth, shape.DilationX * shape.Channels, (nint)shape.Channels * shape.Filters);
        product.Inner = shape.Channels;
        for (int u = 1; u < shape.KernelHeight; u++, product.A += imageRow, product.B += kernelRow, product.Accumulate = true)
        {
            MatrixProduct.Run<TSimd, TVec, Plain>(product, shape.OutWidth, shape.Filters, default);
        }

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

    /// <summary>One image a chunk, or a few small ones.</summary>
    private readonly struct WinogradForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DShape shape, int images, float* input, float* transformed, TEpilogue epilogue, float* output, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int together = WinogradCpu.ImagesTogether(shape), first = chunk * together;
            WinogradCpu.Outputs<TSimd, TVec, TEpilogue, ImagesInMemory>(
                shape, new ImagesInMemory(input, shape.InputCount), first, Math.Min(first + together, images), transformed,
                buffers + (worker * WinogradCpu.WorkerCount(shape)), epilogue, output);
        }
    }
}
