using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>The jobs of the backward pass.</content>
internal static unsafe partial class Conv2DMaxPoolCpu
{
    /// <summary>Lists, for each pixel of each window of some rows of windows, where in the padded input the patch begins that it sees.</summary>
    private static void PixelOffsets(in Conv2DMaxPoolShape shape, int firstRow, int rows, int* offsets)
    {
        (Conv2DShape conv, MaxPool2DShape pool) = (shape.Conv, shape.Pool);
        int pixel = conv.StrideX * conv.Channels, line = conv.StrideY * conv.PaddedWidth * conv.Channels;
        for (int i = firstRow; i < firstRow + rows; i++)
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
            BackwardBuffers buffers = new(shape, scratch + (worker * WorkerCount(shape)));
            float* image = dInput + ((nint)chunk * conv.InputCount);
            float* sums = conv.IsPadded ? buffers.Padded : image;
            int row = conv.PaddedWidth * conv.Channels;
            int windows = pool.OutHeight * pool.OutWidth;
            int poolCount = pool.PoolHeight * pool.PoolWidth;
            new Span<float>(sums, conv.PaddedHeight * row).Clear();
            nint y = (nint)chunk * shape.OutputCount;
            float* dz = ReluCpu.BeforeActivation<TSimd, TVec>(shape.OutputCount, dOutput + y, Offset(reluOutput, y), scale, buffers.Gradient);
            PooledGradient.FiltersOfPixels(dz, winners + y, windows, conv.Filters, poolCount, buffers.Masks);
            PixelOffsets(shape, 0, pool.OutHeight, buffers.Offsets);
            for (int u = 0; u < conv.KernelHeight; u++)
            {
                Row(dz, windows, poolCount, buffers, transposed + ((nint)u * conv.KernelWidth * conv.Channels * conv.Filters), sums + ((nint)u * row));
            }

            if (conv.IsPadded)
            {
                PaddedImage.Crop(conv, buffers.Padded, image);
            }
        }

        /// <summary>What one row of the kernel gives to the patches of all pixels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row(float* dz, int windows, int poolCount, in BackwardBuffers buffers, float* kernel, float* sums)
        {
            int filters = shape.Conv.Filters;
            int kernelRow = shape.Conv.KernelWidth * shape.Conv.Channels;
            ulong* mask = buffers.Masks;
            int* offset = buffers.Offsets;
            for (int p = 0; p < windows; p++, dz += filters)
            {
                for (int k = 0; k < poolCount; k++, offset++)
                {
                    for (int filter = 0; filter < filters; filter += PooledGradient.BlockFilters, mask++)
                    {
                        SparseRows.Run<TSimd, TVec>(*mask, dz + filter, kernel + ((nint)filter * kernelRow), kernelRow, sums + *offset, kernelRow);
                    }
                }
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
            BackwardBuffers buffers = new(shape, scratch + (worker * WorkerCount(shape)));
            new Span<float>(dWeights, (int)Conv2DCpu.PartialCount(shape.Conv)).Clear();
            int bandRows = BandRows();
            int end = Math.Min((chunk + 1) * Conv2DCpu.ImagesPerChunk, images);
            for (int n = chunk * Conv2DCpu.ImagesPerChunk; n < end; n++)
            {
                float* image = PaddedImage.Of(conv, input + ((nint)n * conv.InputCount), buffers.Padded);
                nint y = (nint)n * shape.OutputCount;
                float* dz = ReluCpu.BeforeActivation<TSimd, TVec>(shape.OutputCount, dOutput + y, Offset(reluOutput, y), scale, buffers.Gradient);
                for (int i = 0; i < pool.OutHeight; i += bandRows)
                {
                    int rows = Math.Min(bandRows, pool.OutHeight - i);
                    nint first = (nint)i * pool.OutWidth * conv.Filters;
                    PixelOffsets(shape, i, rows, buffers.Offsets);
                    Band(image, dz + first, winners + y + first, rows * pool.OutWidth, buffers, dWeights);
                }

                Sums.OfRows<TSimd, TVec>(dz, null, 1, pool.OutHeight * pool.OutWidth, conv.Filters, dBias, accumulate: true);
            }
        }

        /// <summary>Some windows, at most 64 at a time: their bits tell each filter which of them to add.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Band(float* image, float* dz, byte* winner, int windows, in BackwardBuffers buffers, float* dWeights)
        {
            Conv2DShape conv = shape.Conv;
            int kernelRow = conv.KernelWidth * conv.Channels;
            int poolCount = shape.Pool.PoolHeight * shape.Pool.PoolWidth;
            for (int p = 0; p < windows; p += BitMatrix.Size)
            {
                nint first = (nint)p * conv.Filters;
                var patches = new SparsePatches<TSimd, TVec>
                {
                    Gradients = dz + first,
                    Winners = winner + first,
                    Filters = conv.Filters,
                    Offsets = buffers.Offsets + (p * poolCount),
                    PoolCount = poolCount,
                    Image = image,
                    ImageRow = (nint)conv.PaddedWidth * conv.Channels,
                };
                for (int block = 0; block < conv.Filters; block += BitMatrix.Size)
                {
                    int count = Math.Min(BitMatrix.Size, conv.Filters - block);
                    PooledGradient.WindowsOfFilters(dz + first + block, Math.Min(BitMatrix.Size, windows - p), conv.Filters, count, buffers.Masks);
                    for (int o = 0; o < count; o++)
                    {
                        patches.Add(
                            buffers.Masks[o], block + o, dWeights + ((nint)(block + o) * kernelRow), (nint)conv.Filters * kernelRow, conv.KernelHeight, kernelRow);
                    }
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

    /// <summary>A worker's buffers.</summary>
    private readonly struct BackwardBuffers(in Conv2DMaxPoolShape shape, float* buffers)
    {
        /// <summary>The image, if it has to be padded.</summary>
        public readonly float* Padded = buffers;

        /// <summary>dz.</summary>
        public readonly float* Gradient = buffers + PaddedImage.Count(shape.Conv);

        /// <summary>As <see cref="PooledGradient"/> gives them.</summary>
        public readonly ulong* Masks = (ulong*)(buffers + PaddedImage.Count(shape.Conv) + Blocking.Aligned(shape.OutputCount));

        /// <summary>As <see cref="PixelOffsets"/> gives them.</summary>
        public readonly int* Offsets = (int*)(buffers + PaddedImage.Count(shape.Conv) + Blocking.Aligned(shape.OutputCount) + Blocking.Aligned(MaskFloats(shape)));

        /// <summary>The floats of all buffers.</summary>
        public static nint Count(in Conv2DMaxPoolShape shape) =>
            PaddedImage.Count(shape.Conv) + Blocking.Aligned(shape.OutputCount) + Blocking.Aligned(MaskFloats(shape)) + Blocking.Aligned(Pixels(shape));

        private static nint Pixels(in Conv2DMaxPoolShape shape) =>
            (nint)shape.Pool.OutHeight * shape.Pool.OutWidth * shape.Pool.PoolHeight * shape.Pool.PoolWidth;

        /// <summary>A word a pixel and 64 filters, and never less than a square of bits.</summary>
        private static nint MaskFloats(in Conv2DMaxPoolShape shape) =>
            sizeof(ulong) / sizeof(float) * Math.Max(BitMatrix.Size, Pixels(shape) * Blocking.Chunks(shape.Conv.Filters, BitMatrix.Size));
    }
}
