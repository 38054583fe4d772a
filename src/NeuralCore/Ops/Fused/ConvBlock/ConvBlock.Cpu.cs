using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>The parameters of both convolutions in memory, or their gradients.</summary>
internal readonly unsafe struct ConvBlockPointers(float* firstWeights, float* firstBias, float* secondWeights, float* secondBias)
{
    public readonly float* FirstWeights = firstWeights;
    public readonly float* FirstBias = firstBias;
    public readonly float* SecondWeights = secondWeights;
    public readonly float* SecondBias = secondBias;
}

/// <summary>
/// Two convolutions and a pooling, image by image, so that what lies between the convolutions stays in cache: for 28x28 images and 32
/// filters it is 11 MB a batch of 128, and as much again for its gradient, that would go to memory and come back. Backward
/// computes the first convolution once more instead of reading what it gave. The work on an image is that of
/// <see cref="Conv2DCpu"/> and <see cref="Conv2DMaxPoolCpu"/>, in their order: the bits are theirs.
/// </summary>
internal static unsafe class ConvBlockCpu
{
    /// <summary>Scratch of the direction that takes the most.</summary>
    public static long ScratchBytes(in ConvBlockShape shape, int images, int threads)
    {
        long chunks = Conv2DCpu.Chunks(images);
        long forward = FirstBufferCount(shape) + Blocking.Aligned(shape.First.OutputCount);
        long backward = FirstBufferCount(shape) + (2 * Blocking.Aligned(shape.First.OutputCount));
        return Conv2DMaxPoolCpu.ScratchBytes(shape.Second, images, threads)
            + (sizeof(float) * (Blocking.Aligned(shape.Second.Conv.WeightCount) + (chunks * Conv2DCpu.PartialCount(shape.First)) + (threads * Math.Max(forward, backward))));
    }

    /// <summary>y = dropout(max-pool(activation(conv(relu(conv(x)))))).</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in ConvBlockShape shape, bool winograd, int images, float* input, ConvBlockPointers parameters, Activation activation,
        float* output, byte* winners, float* scratch, DropoutMask? dropout, float* prepared)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (activation == Activation.Relu)
        {
            Forward<TSimd, TVec, AddBiasRelu>(pool, shape, winograd, images, input, parameters, new AddBiasRelu(parameters.SecondBias), output, winners, scratch, dropout, prepared);
        }
        else
        {
            Forward<TSimd, TVec, AddBias>(pool, shape, winograd, images, input, parameters, new AddBias(parameters.SecondBias), output, winners, scratch, dropout, prepared);
        }
    }

    /// <summary>The gradients of all parameters from dy, the winners and, behind a ReLU, y.</summary>
    public static void Backward<TSimd, TVec>(
        WorkerPool pool, in ConvBlockShape shape, int images, float* input, CpuGradient dOutput, byte* winners,
        ConvBlockPointers parameters, ConvBlockPointers gradients, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape conv = shape.Second.Conv;
        int chunks = Conv2DCpu.Chunks(images);
        float* transposed = scratch;
        float* sum = transposed + Blocking.Aligned(conv.WeightCount);
        float* secondPartials = sum + Blocking.Aligned(conv.WeightCount);
        float* firstPartials = secondPartials + (chunks * Conv2DCpu.PartialCount(conv));
        float* secondBuffers = firstPartials + (chunks * Conv2DCpu.PartialCount(shape.First));
        float* ownBuffers = secondBuffers + (pool.Threads * Conv2DMaxPoolCpu.WorkerCount(shape.Second));
        Conv2DMaxPoolCpu.TransposeWeights(conv, parameters.SecondWeights, transposed);
        pool.Run(
            new BackwardJob<TSimd, TVec>(
                shape, images, input, dOutput, winners, parameters, transposed, firstPartials, secondPartials, secondBuffers, ownBuffers),
            chunks);
        Conv2DMaxPoolCpu.SumPartials<TSimd, TVec>(pool, conv, chunks, secondPartials, sum, gradients.SecondWeights, gradients.SecondBias);
        Conv2DCpu.SumPartials<TSimd, TVec>(pool, shape.First, chunks, firstPartials, gradients.FirstWeights, gradients.FirstBias);
    }

    private static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in ConvBlockShape shape, bool winograd, int images, float* input, ConvBlockPointers parameters, TEpilogue epilogue,
        float* output, byte* winners, float* scratch, DropoutMask? dropout, float* prepared)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        float* secondScratch = scratch + (pool.Threads * (FirstBufferCount(shape) + Blocking.Aligned(shape.First.OutputCount)));
        float* transformed = winograd ? WinogradCpu.Prepared<TSimd, TVec>(shape.Second.Conv, parameters.SecondWeights, prepared, secondScratch) : null;
        float* secondBuffers = winograd ? secondScratch + WinogradCpu.WeightCount(shape.Second.Conv) : secondScratch;
        if (winograd && WinogradCpu.CanSplit(shape.Second))
        {
            pool.Run(
                new GroupForwardJob<TSimd, TVec, TEpilogue>(shape, input, parameters, epilogue, output, winners, scratch, pool.Threads, transformed, secondBuffers, dropout),
                images * WinogradCpu.Groups(shape.Second.Conv));
            return;
        }

        pool.Run(
            new ForwardJob<TSimd, TVec, TEpilogue>(shape, input, parameters, epilogue, output, winners, scratch, pool.Threads, transformed, secondBuffers, dropout),
            images);
    }

    /// <summary>A worker's buffers for the first convolution.</summary>
    private static nint FirstBufferCount(in ConvBlockShape shape) => Conv2DCpu.BufferCount(shape.First);

    /// <summary>One image a chunk.</summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        ConvBlockShape shape, float* input, ConvBlockPointers parameters, TEpilogue epilogue, float* output, byte* winners,
        float* scratch, int threads, float* transformed, float* secondBuffers, DropoutMask? dropout) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            float* between = scratch + (threads * FirstBufferCount(shape)) + (worker * Blocking.Aligned(shape.First.OutputCount));
            Conv2DCpu.ForwardOfImage<TSimd, TVec, AddBiasRelu>(
                shape.First, input + ((nint)chunk * shape.First.InputCount), parameters.FirstWeights, new AddBiasRelu(parameters.FirstBias),
                scratch + (worker * FirstBufferCount(shape)), between);

            // Where an array of images would begin of which this one lies in the buffer.
            float* images = between - ((nint)chunk * shape.First.OutputCount);
            if (transformed != null)
            {
                new Conv2DMaxPoolCpu.WinogradForwardJob<TSimd, TVec, TEpilogue>(
                    shape.Second, images, transformed, epilogue, output, winners, secondBuffers, dropout).Execute(chunk, worker);
            }
            else
            {
                new Conv2DMaxPoolCpu.ForwardJob<TSimd, TVec, TEpilogue>(
                    shape.Second, images, parameters.SecondWeights, epilogue, output, winners, secondBuffers, dropout).Execute(chunk, worker);
            }
        }
    }

    /// <summary>
    /// A group of rows of tiles of one image a chunk, so that a single image is work for more than one thread. The rows of the first
    /// convolution that two groups read are computed twice: 2 in 26.
    /// </summary>
    private readonly struct GroupForwardJob<TSimd, TVec, TEpilogue>(
        ConvBlockShape shape, float* input, ConvBlockPointers parameters, TEpilogue epilogue, float* output, byte* winners,
        float* scratch, int threads, float* transformed, float* secondBuffers, DropoutMask? dropout) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            Conv2DShape first = shape.First;
            Conv2DMaxPoolShape second = shape.Second;
            (int n, int group) = Math.DivRem(chunk, WinogradCpu.Groups(second.Conv));
            int row = group * WinogradCpu.RowsAtOnce(second.Conv);
            int end = Math.Min(row + WinogradCpu.RowsAtOnce(second.Conv), second.Conv.OutHeight) + second.Conv.KernelHeight - 1;
            float* image = PaddedImage.Of(first, input + ((nint)n * first.InputCount), scratch + (worker * FirstBufferCount(shape)));
            float* between = scratch + (threads * FirstBufferCount(shape)) + (worker * Blocking.Aligned(first.OutputCount));
            for (int i = row; i < end; i++)
            {
                Conv2DCpu.ForwardRow<TSimd, TVec, AddBiasRelu>(
                    first, image, parameters.FirstWeights, new AddBiasRelu(parameters.FirstBias), i, between + ((nint)i * first.OutWidth * first.Filters));
            }

            float* buffers = secondBuffers + (worker * Conv2DMaxPoolCpu.WinogradWorkerCount(second));
            nint y = (nint)n * second.OutputCount;
            (int firstValue, int values) = WinogradCpu.PooledRows<TSimd, TVec, TEpilogue>(
                second, between, transformed, buffers, epilogue, row, BlankTiles(image, row), output + y, MaxPool2DCpu.At(winners, y));
            DropoutCpu.ApplyToPart(dropout, (n * second.OutputCount) + firstValue, values, output);
        }

        /// <summary>
        /// The tiles that see nothing but zeros of the image, from an output row on. What the first convolution makes of zeros is the same
        /// everywhere, so these tiles are alike.
        /// </summary>
        private ulong BlankTiles(float* image, int row)
        {
            (Conv2DShape first, Conv2DShape second) = (shape.First, shape.Second.Conv);
            int rowFloats = first.PaddedWidth * first.Channels;
            if (rowFloats > 64)
            {
                return 0;
            }

            int patchRows = ((Winograd.PatchExtent - 1) * first.StrideY) + first.Window.Reach.Height;
            int patchFloats = (((Winograd.PatchExtent - 1) * first.StrideX) + first.Window.Reach.Width) * first.Channels;
            ulong patch = patchFloats == 64 ? ulong.MaxValue : (1ul << patchFloats) - 1, blank = 0, tile = 1;
            int end = Math.Min(row + WinogradCpu.RowsAtOnce(second), second.OutHeight);
            for (; row < end; row += Winograd.TileExtent)
            {
                ulong drawn = 0;
                for (int i = 0; i < patchRows; i++)
                {
                    drawn |= SparseList.NonZeros(image + (((nint)(row * first.StrideY) + i) * rowFloats), rowFloats);
                }

                for (int column = 0; column < second.OutWidth; column += Winograd.TileExtent, tile <<= 1)
                {
                    blank |= ((drawn >> (column * first.StrideX * first.Channels)) & patch) == 0 ? tile : 0;
                }
            }

            return blank;
        }
    }

    /// <summary>Image by image of a chunk: the first convolution again, then the second one's gradients, then the first one's.</summary>
    private readonly struct BackwardJob<TSimd, TVec>(
        ConvBlockShape shape, int images, float* input, CpuGradient dOutput, byte* winners, ConvBlockPointers parameters,
        float* transposed, float* firstPartials, float* secondPartials, float* secondBuffers, float* ownBuffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            (Conv2DShape first, Conv2DMaxPoolShape second) = (shape.First, shape.Second);
            nint between = Blocking.Aligned(first.OutputCount);
            float* buffer = ownBuffers + (worker * (FirstBufferCount(shape) + (2 * between)));
            float* y = buffer + FirstBufferCount(shape);
            float* dy = y + between;
            var buffers = new Conv2DMaxPoolCpu.BackwardBuffers(second, secondBuffers, worker);
            float* firstPartial = Conv2DCpu.ClearedPartial(first, firstPartials, chunk);
            float* secondPartial = Conv2DCpu.ClearedPartial(second.Conv, secondPartials, chunk);
            int end = Math.Min((chunk + 1) * Blocking.ConvImages, images);
            for (int n = chunk * Blocking.ConvImages; n < end; n++)
            {
                float* image = input + ((nint)n * first.InputCount);
                byte* winner = winners + ((nint)n * second.OutputCount);
                Conv2DCpu.ForwardOfImage<TSimd, TVec, AddBiasRelu>(first, image, parameters.FirstWeights, new AddBiasRelu(parameters.FirstBias), buffer, y);
                float* dz = buffers.BeforeActivation<TSimd, TVec>(second, n, dOutput);
                Conv2DMaxPoolCpu.AddWeightsOfImage<TSimd, TVec>(second, y, dz, winner, buffers, secondPartial);
                Conv2DMaxPoolCpu.BackwardInputOfImage<TSimd, TVec>(second, dz, winner, transposed, buffers, dy);
                Conv2DCpu.AddWeightsOfImage<TSimd, TVec>(first, image, new CpuGradient(dy, y, 1), buffer, firstPartial);
            }
        }
    }
}
