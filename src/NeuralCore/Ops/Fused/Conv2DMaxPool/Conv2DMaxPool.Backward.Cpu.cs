using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>The backward pass, an image at a time.</content>
internal static unsafe partial class Conv2DMaxPoolCpu
{
    /// <summary>Lists, for each pixel of each window, where in the padded input the patch begins that it sees.</summary>
    private static void PixelOffsets(in Conv2DMaxPoolShape shape, int* offsets)
    {
        (Conv2DShape conv, MaxPool2DShape pool) = (shape.Conv, shape.Pool);
        int pixel = conv.StrideX * conv.Channels, line = conv.StrideY * conv.PaddedWidth * conv.Channels;
        for (int i = 0; i < pool.OutHeight; i++)
        {
            for (int j = 0; j < pool.OutWidth; j++)
            {
                int window = (i * pool.StrideY * line) + (j * pool.StrideX * pixel);
                for (int u = 0; u < pool.PoolHeight; u++)
                {
                    for (int v = 0; v < pool.PoolWidth; v++)
                    {
                        *offsets++ = window + (u * line) + (v * pixel);
                    }
                }
            }
        }
    }

    /// <summary>
    /// dx of one image. Kernel rows go outermost, so that one row's weights (24 KiB for 3 x 32 x 64) stay in the first-level
    /// cache for all pixels.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="dz">From <see cref="BackwardBuffers.BeforeActivation"/>.</param>
    /// <param name="winners">The image's.</param>
    /// <param name="transposed">From <see cref="TransposeWeights"/>.</param>
    /// <param name="buffers">The worker's.</param>
    /// <param name="dInput">Receives the image's dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackwardInputOfImage<TSimd, TVec>(
        in Conv2DMaxPoolShape shape, float* dz, byte* winners, float* transposed, in BackwardBuffers buffers, float* dInput)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape conv = shape.Conv;
        float* sums = conv.IsPadded ? buffers.Padded : dInput;
        int row = conv.PaddedWidth * conv.Channels, kernelRow = conv.KernelWidth * conv.Channels;
        int windows = shape.Pool.OutHeight * shape.Pool.OutWidth;
        int poolCount = shape.Pool.PoolHeight * shape.Pool.PoolWidth;
        new Span<float>(sums, conv.PaddedHeight * row).Clear();
        for (int block = 0; block < conv.Filters; block += PooledGradient.BlockFilters)
        {
            int pixels = PooledGradient.Pixels(
                dz + block, winners + block, windows, conv.Filters, conv.Filters - block, poolCount, buffers.Offsets, buffers.Pixels);
            for (int u = 0; u < conv.KernelHeight; u++)
            {
                float* kernel = transposed + ((((nint)u * conv.Filters) + block) * kernelRow);
                BackwardInputOfRow<TSimd, TVec>(dz + block, buffers.Pixels, pixels, kernel, kernelRow, sums + ((nint)u * row));
            }
        }

        if (conv.IsPadded)
        {
            PaddedImage.Crop(conv, buffers.Padded, dInput);
        }
    }

    /// <summary>
    /// Adds what one image gives to dw, in the order kernel row, filter, kernel column, channel, and to dbias. The image is
    /// taken in bands of windows whose part of x fits the first-level cache.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">The image's x.</param>
    /// <param name="dz">From <see cref="BackwardBuffers.BeforeActivation"/>.</param>
    /// <param name="winners">The image's.</param>
    /// <param name="buffers">The worker's.</param>
    /// <param name="partial">The sums: the weights', then the bias's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddWeightsOfImage<TSimd, TVec>(
        in Conv2DMaxPoolShape shape, float* input, float* dz, byte* winners, in BackwardBuffers buffers, float* partial)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape conv = shape.Conv;
        MaxPool2DShape pool = shape.Pool;
        float* image = PaddedImage.Of(conv, input, buffers.Padded);
        int bandRows = BandRows(shape);
        for (int i = 0; i < pool.OutHeight; i += bandRows)
        {
            int rows = Math.Min(bandRows, pool.OutHeight - i);
            AddWeightsOfBand<TSimd, TVec>(shape, image, dz, winners, i * pool.OutWidth, (i + rows) * pool.OutWidth, buffers, partial);
        }

        Sums.OfRows<TSimd, TVec>(dz, null, 1, pool.OutHeight * pool.OutWidth, conv.Filters, partial + Blocking.Aligned(conv.WeightCount), accumulate: true);
    }

    /// <summary>What one row of the kernel gives to the patches of the pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardInputOfRow<TSimd, TVec>(float* dz, PixelGradient* pixels, int count, float* kernel, int kernelRow, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            SparseRows.Run<TSimd, TVec>(pixels[i].Filters, dz + pixels[i].First, kernel, kernelRow, sums + pixels[i].Patch, kernelRow, accumulate: true);
        }
    }

    /// <summary>Some windows, at most 64 at a time: their bits tell each filter which of them to add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeightsOfBand<TSimd, TVec>(
        in Conv2DMaxPoolShape shape, float* image, float* dz, byte* winners, int window, int end, in BackwardBuffers buffers, float* dWeights)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape conv = shape.Conv;
        int kernelRow = conv.KernelWidth * conv.Channels;
        int poolCount = shape.Pool.PoolHeight * shape.Pool.PoolWidth;
        for (int p = window; p < end; p += BitMatrix.Size)
        {
            nint first = (nint)p * conv.Filters;
            var patches = new SparsePatches<TSimd, TVec>
            {
                Gradients = dz + first,
                Winners = winners + first,
                Filters = conv.Filters,
                Offsets = buffers.Offsets + (p * poolCount),
                PoolCount = poolCount,
                Image = image,
                ImageRow = (nint)conv.PaddedWidth * conv.Channels,
            };
            for (int block = 0; block < conv.Filters; block += BitMatrix.Size)
            {
                int count = Math.Min(BitMatrix.Size, conv.Filters - block);
                PooledGradient.WindowsOfFilters(dz + first + block, Math.Min(BitMatrix.Size, end - p), conv.Filters, count, buffers.Masks);
                for (int o = 0; o < count; o++)
                {
                    patches.Add(
                        buffers.Masks[o], block + o, dWeights + ((nint)(block + o) * kernelRow), (nint)conv.Filters * kernelRow, conv.KernelHeight, kernelRow);
                }
            }
        }
    }

    /// <summary>The rows of windows whose input rows fit a band.</summary>
    private static int BandRows(in Conv2DMaxPoolShape shape)
    {
        Conv2DShape conv = shape.Conv;
        int inputRows = Blocking.PooledBandBytes / (conv.PaddedWidth * conv.Channels * sizeof(float));
        return Math.Clamp((inputRows - conv.KernelHeight + 1) / (shape.Pool.StrideY * conv.StrideY), 1, shape.Pool.OutHeight);
    }

    /// <summary>One image a chunk.</summary>
    private readonly struct BackwardInputJob<TSimd, TVec>(
        Conv2DMaxPoolShape shape, CpuPooledGradient dOutput, float* transposed, float* dInput, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            BackwardBuffers buffers = new(shape, scratch, worker);
            float* dz = buffers.BeforeActivation<TSimd, TVec>(shape, chunk, dOutput.DOutput);
            BackwardInputOfImage<TSimd, TVec>(
                shape, dz, dOutput.Winners + ((nint)chunk * shape.OutputCount), transposed, buffers, dInput + ((nint)chunk * shape.Conv.InputCount));
        }
    }

    /// <summary>A chunk of images, summed into a buffer of its own.</summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(
        Conv2DMaxPoolShape shape, int images, float* input, CpuPooledGradient dOutput, float* partials, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            BackwardBuffers buffers = new(shape, scratch, worker);
            float* partial = Conv2DCpu.ClearedPartial(shape.Conv, partials, chunk);
            int end = Math.Min((chunk + 1) * Blocking.ConvImages, images);
            for (int n = chunk * Blocking.ConvImages; n < end; n++)
            {
                float* dz = buffers.BeforeActivation<TSimd, TVec>(shape, n, dOutput.DOutput);
                AddWeightsOfImage<TSimd, TVec>(
                    shape, input + ((nint)n * shape.Conv.InputCount), dz, dOutput.Winners + ((nint)n * shape.OutputCount), buffers, partial);
            }
        }
    }

    /// <summary>A worker's buffers.</summary>
    public readonly struct BackwardBuffers
    {
        /// <summary>Takes a worker's part of the scratch memory, and lists the offsets.</summary>
        public BackwardBuffers(in Conv2DMaxPoolShape shape, float* scratch, int worker)
        {
            Padded = scratch + (worker * WorkerCount(shape));
            Gradient = Padded + PaddedImage.Count(shape.Conv);
            Pixels = (PixelGradient*)(Gradient + Blocking.Aligned(shape.OutputCount));
            Masks = (ulong*)Pixels;
            Offsets = (int*)((float*)Pixels + Blocking.Aligned(SparseFloats(shape)));
            PixelOffsets(shape, Offsets);
        }

        /// <summary>The image, if it has to be padded.</summary>
        public readonly float* Padded;

        /// <summary>dz.</summary>
        public readonly float* Gradient;

        /// <summary>As <see cref="PooledGradient.Pixels"/> gives them.</summary>
        public readonly PixelGradient* Pixels;

        /// <summary>As <see cref="PooledGradient.WindowsOfFilters"/> gives them, in the same place, since no pass needs both.</summary>
        public readonly ulong* Masks;

        /// <summary>As <see cref="PixelOffsets"/> gives them.</summary>
        public readonly int* Offsets;

        /// <summary>The floats of all buffers.</summary>
        public static nint Count(in Conv2DMaxPoolShape shape) =>
            PaddedImage.Count(shape.Conv) + Blocking.Aligned(shape.OutputCount) + Blocking.Aligned(SparseFloats(shape)) + Blocking.Aligned(PixelCount(shape));

        /// <summary>dz of one image: dy itself without a ReLU, else a copy, which stays in the worker's cache.</summary>
        public float* BeforeActivation<TSimd, TVec>(in Conv2DMaxPoolShape shape, int image, CpuGradient dOutput)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged =>
            dOutput.BeforeActivation<TSimd, TVec>((nint)image * shape.OutputCount, shape.OutputCount, Gradient);

        private static nint PixelCount(in Conv2DMaxPoolShape shape) =>
            (nint)shape.Pool.OutHeight * shape.Pool.OutWidth * shape.Pool.PoolHeight * shape.Pool.PoolWidth;

        /// <summary>Room for all pixels, and never less than for a square of bits.</summary>
        private static nint SparseFloats(in Conv2DMaxPoolShape shape) =>
            Math.Max(BitMatrix.Size * sizeof(ulong), PixelCount(shape) * sizeof(PixelGradient)) / sizeof(float);
    }
}
