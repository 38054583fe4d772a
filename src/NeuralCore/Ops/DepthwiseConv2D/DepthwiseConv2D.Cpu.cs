using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Depthwise convolution in place, vectors along the channels, threads along the images. Where a channel has several filters its image is first
/// repeated for each of them, so that filters and channels are the same thing to the kernels. Forward and the gradient of the input are one
/// walk: each pixel is the sum over the taps that meet a pixel of the source. Pixels at the border, which miss some taps, go one by one; those
/// between them, in runs that have all taps in common.
/// </summary>
internal static unsafe class DepthwiseConv2DCpu
{
    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in DepthwiseConv2DShape shape, int images, int threads) =>
        sizeof(float) * ((threads * WorkerCount(shape)) + (Conv2DCpu.Chunks(images) * PartialCount(shape)));

    /// <summary>y = activation(depthwise(x, w) + bias), where the epilogue adds the bias and is the activation.</summary>
    public static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in DepthwiseConv2DShape shape, int images, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue =>
        pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, input, weights, epilogue, output, scratch), images);

    /// <summary>dx from dy.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in DepthwiseConv2DShape shape, int images, CpuGradient dOutput, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged =>
        pool.Run(new BackwardInputJob<TSimd, TVec>(shape, dOutput, weights, dInput, scratch), images);

    /// <summary>dw and dbias from dy.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in DepthwiseConv2DShape shape, int images, float* input, CpuGradient dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int chunks = Conv2DCpu.Chunks(images);
        float* partials = scratch + (pool.Threads * WorkerCount(shape));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, images, input, dOutput, partials, scratch), chunks);
        Sums.OfBuffers<TSimd, TVec>(pool, shape.WeightCount, chunks, partials, PartialCount(shape), dWeights);
        Sums.OfBuffers<TSimd, TVec>(pool, shape.Filters, chunks, partials + Blocking.Aligned(shape.WeightCount), PartialCount(shape), dBias);
    }

    /// <summary>A worker's floats: an image with its channels repeated, where they are, and an image's gradient.</summary>
    private static nint WorkerCount(in DepthwiseConv2DShape shape) => RepeatedCount(shape) + Blocking.Aligned(shape.OutputCount);

    /// <summary>A chunk's sums: the weights', then the bias's.</summary>
    private static nint PartialCount(in DepthwiseConv2DShape shape) => Blocking.Aligned(shape.WeightCount) + Blocking.Aligned(shape.Filters);

    private static nint RepeatedCount(in DepthwiseConv2DShape shape) =>
        shape.Multiplier == 1 ? 0 : Blocking.Aligned((nint)shape.Height * shape.Width * shape.Filters);

    /// <summary>The image itself, or a copy in which each channel stands once for each of its filters.</summary>
    private static float* Repeated(in DepthwiseConv2DShape shape, float* image, float* buffer)
    {
        if (shape.Multiplier == 1)
        {
            return image;
        }

        float* next = buffer;
        for (int i = 0; i < shape.InputCount; i++, next += shape.Multiplier)
        {
            new Span<float>(next, shape.Multiplier).Fill(image[i]);
        }

        return buffer;
    }

    /// <summary>Adds up what each channel got from its filters, in their order.</summary>
    private static void AddUp(in DepthwiseConv2DShape shape, float* repeated, float* image)
    {
        for (int i = 0; i < shape.InputCount; i++)
        {
            float sum = *repeated++;
            for (int m = 1; m < shape.Multiplier; m++)
            {
                sum += *repeated++;
            }

            image[i] = sum;
        }
    }

    /// <summary>All pixels of an image: forward or backward, whichever way the axes go.</summary>
    /// <param name="down">The rows.</param>
    /// <param name="across">The columns.</param>
    /// <param name="plane">What is read and written, at its beginning.</param>
    /// <param name="channels">The channels of a pixel.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixels<TSimd, TVec, TEpilogue>(in TapAxis down, in TapAxis across, in Plane plane, int channels, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        for (int i = 0; i < down.Pixels; i++)
        {
            TapRange rows = down.At(i);
            for (int j = 0; j < across.Pixels; j++)
            {
                // Where the pixels begin that no tap misses, those of each phase go at once.
                int end = Math.Min(across.WholeFirst + across.Step, across.WholeEnd);
                bool isWhole = j >= across.WholeFirst && j < end;
                int pixels = isWhole ? Blocking.Chunks(across.WholeEnd - j, across.Step) : 1;
                DepthwiseTaps.Sum<TSimd, TVec, TEpilogue>(plane.At(i, rows, j, across.At(j), across), pixels, channels, epilogue);
                if (isWhole && j == end - 1)
                {
                    j = across.WholeEnd - 1;
                }
            }
        }
    }

    /// <summary>Where source, weights and result of an image begin, and the floats of their rows.</summary>
    private readonly struct Plane(float* source, nint sourceRow, float* weights, int kernelWidth, float* result, nint resultRow, int channels)
    {
        /// <summary>The operands of some pixels of a row, from one on, that have their taps in common.</summary>
        public TapOperands At(int i, in TapRange rows, int j, in TapRange columns, in TapAxis across) => new()
        {
            X = source + (rows.Source * sourceRow) + ((nint)columns.Source * channels),
            XPixel = (nint)across.SourceStep * channels,
            XRow = rows.SourceStep * sourceRow,
            XColumn = (nint)columns.SourceStep * channels,
            W = weights + ((((nint)rows.First * kernelWidth) + columns.First) * channels),
            WRow = (nint)rows.Step * kernelWidth * channels,
            WColumn = (nint)columns.Step * channels,
            Y = result + (i * resultRow) + ((nint)j * channels),
            YPixel = (nint)across.Step * channels,
            Rows = columns.Count == 0 ? 0 : rows.Count,
            Columns = columns.Count,
        };
    }

    /// <summary>One image a chunk.</summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        DepthwiseConv2DShape shape, float* input, float* weights, TEpilogue epilogue, float* output, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            int filters = shape.Filters;
            float* image = Repeated(shape, input + ((nint)chunk * shape.InputCount), buffers + (worker * WorkerCount(shape)));
            var plane = new Plane(
                image, (nint)shape.Width * filters, weights, shape.KernelWidth, output + ((nint)chunk * shape.OutputCount), (nint)shape.OutWidth * filters, filters);
            Pixels<TSimd, TVec, TEpilogue>(
                TapAxis.Down(shape.Window, isBackward: false), TapAxis.Across(shape.Window, isBackward: false), plane, filters, epilogue);
        }
    }

    /// <summary>One image a chunk.</summary>
    private readonly struct BackwardInputJob<TSimd, TVec>(
        DepthwiseConv2DShape shape, CpuGradient dOutput, float* weights, float* dInput, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            int filters = shape.Filters;
            float* repeated = buffers + (worker * WorkerCount(shape)), image = dInput + ((nint)chunk * shape.InputCount);
            float* dz = dOutput.BeforeActivation<TSimd, TVec>((nint)chunk * shape.OutputCount, shape.OutputCount, repeated + RepeatedCount(shape));
            float* result = shape.Multiplier == 1 ? image : repeated;
            var plane = new Plane(dz, (nint)shape.OutWidth * filters, weights, shape.KernelWidth, result, (nint)shape.Width * filters, filters);
            Pixels<TSimd, TVec, Plain>(
                TapAxis.Down(shape.Window, isBackward: true), TapAxis.Across(shape.Window, isBackward: true), plane, filters, default);
            if (shape.Multiplier > 1)
            {
                AddUp(shape, repeated, image);
            }
        }
    }

    /// <summary>A chunk of images, summed into a buffer of its own.</summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(
        DepthwiseConv2DShape shape, int images, float* input, CpuGradient dOutput, float* partials, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            float* partial = partials + (chunk * PartialCount(shape));
            new Span<float>(partial, (int)PartialCount(shape)).Clear();
            float* repeated = buffers + (worker * WorkerCount(shape));
            int end = Math.Min((chunk + 1) * Blocking.ConvImages, images);
            for (int n = chunk * Blocking.ConvImages; n < end; n++)
            {
                float* image = Repeated(shape, input + ((nint)n * shape.InputCount), repeated);
                float* dz = dOutput.BeforeActivation<TSimd, TVec>((nint)n * shape.OutputCount, shape.OutputCount, repeated + RepeatedCount(shape));
                AddImage(image, dz, partial);
                Sums.OfRows<TSimd, TVec>(
                    dz, null, 1, shape.OutHeight * shape.OutWidth, shape.Filters, partial + Blocking.Aligned(shape.WeightCount), accumulate: true);
            }
        }

        /// <summary>Adds what one image gives, window by window, to the gradients of the taps that meet the image.</summary>
        private void AddImage(float* image, float* dz, float* dWeights)
        {
            int filters = shape.Filters;
            TapAxis down = TapAxis.Down(shape.Window, isBackward: false), across = TapAxis.Across(shape.Window, isBackward: false);
            var plane = new Plane(image, (nint)shape.Width * filters, dWeights, shape.KernelWidth, dz, (nint)shape.OutWidth * filters, filters);
            for (int i = 0; i < down.Pixels; i++)
            {
                TapRange rows = down.At(i);
                for (int j = 0; j < across.Pixels;)
                {
                    int pixels = j == across.WholeFirst && j < across.WholeEnd ? across.WholeEnd - j : 1;
                    DepthwiseTaps.AddProducts<TSimd, TVec>(plane.At(i, rows, j, across.At(j), across), pixels, filters);
                    j += pixels;
                }
            }
        }
    }
}
