using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>Both gradients.</content>
internal static unsafe partial class Conv2DCpu
{
    /// <summary>dx from dy and, behind a ReLU, y.</summary>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, ConvWay way, CpuGradient dOutput, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (way == ConvWay.Winograd)
        {
            BackwardInputByWinograd<TSimd, TVec>(pool, shape, images, dOutput, weights, dInput, scratch);
            return;
        }

        float* transposed = scratch, buffers = scratch + Blocking.Aligned(shape.WeightCount);
        TransposeTaps(shape, weights, transposed, isTurned: false);
        if (way == ConvWay.Lanes)
        {
            Conv2DLanes.BackwardInput<TSimd, TVec>(pool, shape, images, dOutput, transposed, dInput, buffers);
            return;
        }

        pool.Run(new BackwardInputJob<TSimd, TVec>(InOneRow(shape), dOutput, transposed, dInput, buffers), images);
    }

    /// <summary>The weights with filters and channels exchanged, the taps in their order or from the last to the first.</summary>
    private static void TransposeTaps(in Conv2DShape shape, float* weights, float* destination, bool isTurned)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        nint count = (nint)shape.Channels * shape.Filters;
        for (int tap = 0; tap < taps; tap++)
        {
            int to = isTurned ? taps - 1 - tap : tap;
            Transpose.Run(weights + (tap * count), shape.Filters, destination + (to * count), shape.Channels, shape.Channels, shape.Filters);
        }
    }

    /// <summary>dx as a convolution of dz with the kernel turned round, from the channels back to the pixels.</summary>
    private static void BackwardInputByWinograd<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, CpuGradient dOutput, float* weights, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        Conv2DShape back = WinogradCpu.Backward(shape);
        float* turned = scratch, transformed = turned + Blocking.Aligned(shape.WeightCount);
        TransposeTaps(shape, weights, turned, isTurned: true);
        WinogradCpu.TransformWeights<TSimd, TVec>(back, turned, transformed);
        int chunks = Blocking.Chunks(images, WinogradCpu.ImagesTogether(back));
        pool.Run(new WinogradBackwardInputJob<TSimd, TVec>(back, images, dOutput, transformed, dInput, transformed + WinogradCpu.WeightCount(back)), chunks);
    }

    /// <summary>dw and dbias from dy and, behind a ReLU, y.</summary>
    public static void BackwardWeights<TSimd, TVec>(WorkerPool pool, in Conv2DShape shape, int images, ConvWay way, in WeightGradientOperands at, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        switch (way)
        {
            case ConvWay.Winograd:
                WinogradCpu.BackwardWeights<TSimd, TVec>(pool, shape, images, at.Input, at.DOutput, at.DWeights, at.DBias, scratch);
                return;
            case ConvWay.Lanes:
                Conv2DLanes.BackwardWeights<TSimd, TVec>(pool, shape, images, at.Input, at.DOutput, at.DWeights, at.DBias, scratch);
                return;
            case ConvWay.FewPixels:
                Conv2DFewPixels.BackwardWeights<TSimd, TVec>(pool, shape, images, at.Input, at.DOutput, at.DWeights, at.DBias, scratch);
                return;
        }

        int chunks = Chunks(images);
        float* partials = scratch;
        float* buffers = scratch + (chunks * PartialCount(shape));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(InOneRow(shape), images, at.Input, at.DOutput, partials, buffers), chunks);
        SumPartials<TSimd, TVec>(pool, shape, chunks, partials, at.DWeights, at.DBias);
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
    /// <param name="buffer">The worker's floats.</param>
    /// <param name="partial">The sums: the weights', then the bias's.</param>
    public static void AddWeightsOfImage<TSimd, TVec>(
        in Conv2DShape shape, float* input, CpuGradient dOutput, float* buffer, float* partial)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* image = PaddedImage.Of(shape, input, buffer);
        float* dBias = partial + Blocking.Aligned(shape.WeightCount);
        if (shape.TermCount == NineTaps.Taps && shape.Filters % (2 * TSimd.Width) == 0)
        {
            AddNineTaps<TSimd, TVec>(shape, image, dOutput, partial, dBias);
            return;
        }

        float* dz = dOutput.BeforeActivation<TSimd, TVec>(0, shape.OutputCount, buffer + PaddedImage.Count(shape));
        AddProducts<TSimd, TVec>(shape, image, dz, partial);
        Sums.OfRows<TSimd, TVec>(dz, null, 1, shape.OutHeight * shape.OutWidth, shape.Filters, dBias, accumulate: true);
    }

    /// <summary>Where a filter has nine weights.</summary>
    private static void AddNineTaps<TSimd, TVec>(
        in Conv2DShape shape, float* image, CpuGradient dOutput, float* dWeights, float* dBias)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint row = shape.PaddedWidth * shape.Channels;
        nint* taps = stackalloc nint[NineTaps.Taps];
        for (int tap = 0; tap < NineTaps.Taps; tap++)
        {
            (int u, int inRow) = Math.DivRem(tap, shape.KernelWidth * shape.Channels);
            (int v, int c) = Math.DivRem(inRow, shape.Channels);
            taps[tap] = (u * shape.DilationY * row) + (v * shape.DilationX * shape.Channels) + c;
        }

        NineTaps.Add<TSimd, TVec>(
            image, taps, shape.OutHeight, shape.StrideY * row, shape.OutWidth, shape.StrideX * shape.Channels, dOutput.DOutput, dOutput.ReluOutput, dOutput.Scale,
            shape.Filters, dWeights, dBias);
    }

    /// <summary>
    /// For each row of the kernel one product: (KernelWidth * Channels) x Filters, summed over all output pixels. Here the rows of the
    /// product are what is contiguous in A; where columns are dilated that is one tap, and each tap has a product.
    /// </summary>
    private static void AddProducts<TSimd, TVec>(in Conv2DShape shape, float* image, float* dz, float* dWeights)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint row = shape.PaddedWidth * shape.Channels;
        int runs = shape.DilationX == 1 ? 1 : shape.KernelWidth, runRows = shape.KernelWidth * shape.Channels / runs;
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
            C = dWeights,
            Accumulate = true,
        };
        for (int u = 0; u < shape.KernelHeight; u++)
        {
            for (int run = 0; run < runs; run++)
            {
                product.A = image + (u * shape.DilationY * row) + (run * shape.DilationX * shape.Channels);
                MatrixProduct.Run<TSimd, TVec, Plain>(product, runRows, shape.Filters, default);
                product.C += (nint)runRows * shape.Filters;
            }
        }
    }

    /// <summary>The sums of one chunk of images: zeros, to begin with.</summary>
    public static float* ClearedPartial(in Conv2DShape shape, float* partials, int chunk)
    {
        float* partial = partials + (chunk * PartialCount(shape));
        new Span<float>(partial, (int)PartialCount(shape)).Clear();
        return partial;
    }

    /// <summary>
    /// One image a chunk. Each row of dz is multiplied by each tap's transposed weights, OutWidth x Channels summed over Filters,
    /// and added to the row of dx that the tap had read. Unlike the full convolution of textbooks this multiplies no padding.
    /// </summary>
    private readonly struct BackwardInputJob<TSimd, TVec>(
        Conv2DShape shape, CpuGradient dOutput, float* transposed, float* dInput, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int row = shape.PaddedWidth * shape.Channels;
            float* image = dInput + ((nint)chunk * shape.InputCount);
            float* padded = buffers + (worker * BufferCount(shape));
            float* dz = dOutput.BeforeActivation<TSimd, TVec>((nint)chunk * shape.OutputCount, shape.OutputCount, padded + PaddedImage.Count(shape));
            float* sums = shape.IsPadded ? padded : image;
            bool isWrittenOnce = shape is { KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1 };
            if (!isWrittenOnce)
            {
                new Span<float>(sums, shape.PaddedHeight * row).Clear();
            }

            var product = new TileOperands
            {
                ARow = shape.Filters,
                AInner = 1,
                BInner = shape.Channels,
                Outer = 1,
                Inner = shape.Filters,
                CRow = shape.StrideX * shape.Channels,
                Accumulate = !isWrittenOnce,
            };
            for (int i = 0; i < shape.OutHeight; i++)
            {
                product.A = dz + ((nint)i * shape.OutWidth * shape.Filters);
                for (int u = 0; u < shape.KernelHeight; u++)
                {
                    for (int v = 0; v < shape.KernelWidth; v++)
                    {
                        product.B = transposed + ((nint)((u * shape.KernelWidth) + v) * shape.Filters * shape.Channels);
                        product.C = sums + (((i * shape.StrideY) + (u * shape.DilationY)) * (nint)row) + (v * shape.DilationX * shape.Channels);
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

    /// <summary>One image a chunk, or a few small ones: the gradient behind the ReLU, and the convolution of it.</summary>
    private readonly struct WinogradBackwardInputJob<TSimd, TVec>(
        Conv2DShape back, int images, CpuGradient dOutput, float* transformed, float* dInput, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int together = WinogradCpu.ImagesTogether(back), first = chunk * together;
            float* dz = buffers + (worker * WinogradCpu.BackwardWorkerCount(back));
            WinogradCpu.Outputs<TSimd, TVec, Plain, Gradients<TSimd, TVec>>(
                back, new Gradients<TSimd, TVec>(dOutput, back.InputCount, dz), first, Math.Min(first + together, images), transformed,
                dz + Blocking.Aligned(back.InputCount), default, dInput);
        }
    }

    /// <summary>The gradients behind the ReLU.</summary>
    private readonly struct Gradients<TSimd, TVec>(CpuGradient dOutput, int count, float* buffer) : IImages
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public float* At(int n) => dOutput.BeforeActivation<TSimd, TVec>((nint)n * count, count, buffer);
    }

    /// <summary>A chunk of images, summed into a buffer of its own.</summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(
        Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* partials, float* buffers) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        public void Execute(int chunk, int worker)
        {
            float* partial = ClearedPartial(shape, partials, chunk);
            int end = Math.Min((chunk + 1) * Blocking.ConvImages, images);
            for (int n = chunk * Blocking.ConvImages; n < end; n++)
            {
                AddWeightsOfImage<TSimd, TVec>(
                    shape, input + ((nint)n * shape.InputCount), dOutput.From((nint)n * shape.OutputCount), buffers + (worker * BufferCount(shape)), partial);
            }
        }
    }
}
