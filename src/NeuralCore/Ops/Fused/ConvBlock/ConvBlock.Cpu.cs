using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>The parameters of both convolutions in memory, or their gradients.</summary>
internal readonly struct ConvBlockPointers(CpuConvWeights first, CpuConvWeights second)
{
    public readonly CpuConvWeights First = first;
    public readonly CpuConvWeights Second = second;
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
        WorkerPool pool, in ConvBlockShape shape, int images, float* input, in ConvBlockPointers parameters, Activation activation,
        in CpuPooledResult output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (activation == Activation.Relu)
        {
            Forward<TSimd, TVec, AddBiasRelu>(pool, shape, images, input, parameters, new AddBiasRelu(parameters.Second.Bias), output, scratch);
        }
        else
        {
            Forward<TSimd, TVec, AddBias>(pool, shape, images, input, parameters, new AddBias(parameters.Second.Bias), output, scratch);
        }
    }

    /// <summary>The gradients of all parameters from dy, the winners and, behind a ReLU, y.</summary>
    public static void Backward<TSimd, TVec>(
        WorkerPool pool, in ConvBlockShape shape, int images, float* input, CpuPooledGradient dOutput, in ConvBlockPointers parameters,
        in ConvBlockPointers gradients, float* scratch)
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
        var buffers = new BackwardBuffers
        {
            FirstPartials = firstPartials,
            SecondPartials = secondPartials,
            OfSecond = secondBuffers,
            OfFirst = secondBuffers + (pool.Threads * Conv2DMaxPoolCpu.WorkerCount(shape.Second)),
        };
        Conv2DMaxPoolCpu.TransposeWeights(conv, parameters.Second.Values, transposed);
        pool.Run(new BackwardJob<TSimd, TVec>(shape, images, input, dOutput, parameters.First, transposed, buffers), chunks);
        Conv2DMaxPoolCpu.SumPartials<TSimd, TVec>(pool, conv, chunks, secondPartials, sum, gradients.Second.Values, gradients.Second.Bias);
        Conv2DCpu.SumPartials<TSimd, TVec>(pool, shape.First, chunks, firstPartials, gradients.First.Values, gradients.First.Bias);
    }

    private static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in ConvBlockShape shape, int images, float* input, in ConvBlockPointers parameters, TEpilogue epilogue,
        in CpuPooledResult output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        CpuConvWeights second = parameters.Second;
        float* between = scratch + (pool.Threads * FirstBufferCount(shape));
        float* secondScratch = between + (pool.Threads * Blocking.Aligned(shape.First.OutputCount));
        float* transformed = second.ByWinograd ? WinogradCpu.Prepared<TSimd, TVec>(shape.Second.Conv, second.Values, second.Prepared, secondScratch) : null;
        float* secondBuffers = second.ByWinograd ? secondScratch + WinogradCpu.WeightCount(shape.Second.Conv) : secondScratch;
        var buffers = new ForwardBuffers { OfFirst = scratch, Between = between, Transformed = transformed, OfSecond = secondBuffers };
        if (second.ByWinograd && WinogradCpu.CanSplit(shape.Second))
        {
            pool.Run(
                new GroupForwardJob<TSimd, TVec, TEpilogue>(shape, input, parameters.First, epilogue, output, buffers),
                images * WinogradCpu.Groups(shape.Second.Conv));
            return;
        }

        pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, input, parameters, epilogue, output, buffers), images);
    }

    /// <summary>A worker's buffers for the first convolution.</summary>
    private static nint FirstBufferCount(in ConvBlockShape shape) => Conv2DCpu.BufferCount(shape.First);

    /// <summary>Where the forward pass keeps what the workers compute in between, a worker's part behind another's.</summary>
    private struct ForwardBuffers
    {
        /// <summary>The first convolution's padded images.</summary>
        public float* OfFirst;

        /// <summary>What the first convolution gives.</summary>
        public float* Between;

        /// <summary>The second convolution's weights as Winograd's pass takes them, all workers' in common; null for the other pass.</summary>
        public float* Transformed;

        /// <summary>The second convolution's buffers.</summary>
        public float* OfSecond;
    }

    /// <summary>Where the backward pass keeps what the workers compute in between.</summary>
    private struct BackwardBuffers
    {
        /// <summary>The first convolution's gradients, a chunk's behind another's.</summary>
        public float* FirstPartials;

        /// <summary>The second convolution's gradients, a chunk's behind another's.</summary>
        public float* SecondPartials;

        /// <summary>The first convolution's buffers, y and dy, a worker's behind another's.</summary>
        public float* OfFirst;

        /// <summary>The second convolution's buffers, a worker's behind another's.</summary>
        public float* OfSecond;
    }

    /// <summary>One image a chunk.</summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        ConvBlockShape shape, float* input, ConvBlockPointers parameters, TEpilogue epilogue, CpuPooledResult output, ForwardBuffers buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Execute(int chunk, int worker)
        {
            CpuConvWeights first = parameters.First;
            float* between = buffers.Between + (worker * Blocking.Aligned(shape.First.OutputCount));
            Conv2DCpu.ForwardOfImage<TSimd, TVec, AddBiasRelu>(
                shape.First, input + ((nint)chunk * shape.First.InputCount), first.Values, new AddBiasRelu(first.Bias),
                buffers.OfFirst + (worker * FirstBufferCount(shape)), between);

            // Where an array of images would begin of which this one lies in the buffer.
            float* images = between - ((nint)chunk * shape.First.OutputCount);
            if (buffers.Transformed != null)
            {
                new Conv2DMaxPoolCpu.WinogradForwardJob<TSimd, TVec, TEpilogue>(
                    shape.Second, images, buffers.Transformed, epilogue, output, buffers.OfSecond).Execute(chunk, worker);
            }
            else
            {
                new Conv2DMaxPoolCpu.ForwardJob<TSimd, TVec, TEpilogue>(
                    shape.Second, images, parameters.Second.Values, epilogue, output, buffers.OfSecond).Execute(chunk, worker);
            }
        }
    }

    /// <summary>
    /// A group of rows of tiles of one image a chunk, so that a single image is work for more than one thread. The rows of the first
    /// convolution that two groups read are computed twice: 2 in 26.
    /// </summary>
    private readonly struct GroupForwardJob<TSimd, TVec, TEpilogue>(
        ConvBlockShape shape, float* input, CpuConvWeights firstWeights, TEpilogue epilogue, CpuPooledResult output, ForwardBuffers buffers) : IChunkedJob
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
            float* image = PaddedImage.Of(first, input + ((nint)n * first.InputCount), buffers.OfFirst + (worker * FirstBufferCount(shape)));
            float* between = buffers.Between + (worker * Blocking.Aligned(first.OutputCount));
            for (int i = row; i < end; i++)
            {
                Conv2DCpu.ForwardRow<TSimd, TVec, AddBiasRelu>(
                    first, image, firstWeights.Values, new AddBiasRelu(firstWeights.Bias), i, between + ((nint)i * first.OutWidth * first.Filters));
            }

            float* ofSecond = buffers.OfSecond + (worker * Conv2DMaxPoolCpu.WinogradWorkerCount(second));
            nint y = (nint)n * second.OutputCount;
            (int firstValue, int values) = WinogradCpu.PooledRows<TSimd, TVec, TEpilogue>(
                second, between, buffers.Transformed, ofSecond, epilogue, row, BlankTiles(image, row), output.Values + y, MaxPool2DCpu.At(output.Winners, y));
            DropoutCpu.ApplyToPart(output.Dropout, (n * second.OutputCount) + firstValue, values, output.Values);
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
        ConvBlockShape shape, int images, float* input, CpuPooledGradient dOutput, CpuConvWeights firstWeights, float* transposed,
        BackwardBuffers buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            (Conv2DShape first, Conv2DMaxPoolShape second) = (shape.First, shape.Second);
            nint between = Blocking.Aligned(first.OutputCount);
            float* buffer = buffers.OfFirst + (worker * (FirstBufferCount(shape) + (2 * between)));
            float* y = buffer + FirstBufferCount(shape);
            float* dy = y + between;
            var ofSecond = new Conv2DMaxPoolCpu.BackwardBuffers(second, buffers.OfSecond, worker);
            float* firstPartial = Conv2DCpu.ClearedPartial(first, buffers.FirstPartials, chunk);
            float* secondPartial = Conv2DCpu.ClearedPartial(second.Conv, buffers.SecondPartials, chunk);
            int end = Math.Min((chunk + 1) * Blocking.ConvImages, images);
            for (int n = chunk * Blocking.ConvImages; n < end; n++)
            {
                float* image = input + ((nint)n * first.InputCount);
                byte* winner = dOutput.Winners + ((nint)n * second.OutputCount);
                Conv2DCpu.ForwardOfImage<TSimd, TVec, AddBiasRelu>(first, image, firstWeights.Values, new AddBiasRelu(firstWeights.Bias), buffer, y);
                float* dz = ofSecond.BeforeActivation<TSimd, TVec>(second, n, dOutput.DOutput);
                Conv2DMaxPoolCpu.AddWeightsOfImage<TSimd, TVec>(second, y, dz, winner, ofSecond, secondPartial);
                Conv2DMaxPoolCpu.BackwardInputOfImage<TSimd, TVec>(second, dz, winner, transposed, ofSecond, dy);
                Conv2DCpu.AddWeightsOfImage<TSimd, TVec>(first, image, new CpuGradient(dy, y, 1), buffer, firstPartial);
            }
        }
    }
}
