using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Convolution with sixteen images in the lanes of vectors, for channels and filters that would leave lanes of <see cref="Conv2DCpu"/> empty.
/// A block of images is transposed to height x width x channels x 16, computed by <see cref="LaneProduct"/> and transposed back row by row.
/// Forward and the gradient of the input add their terms in the order of <see cref="Conv2DCpu"/>, so that both give the same bits and may be
/// mixed. The gradient of the weights has sums of its own in each lane, so for a shape it is always this one, whatever the width and the batch.
/// Threads share out blocks.
/// </summary>
internal static unsafe class Conv2DLanes
{
    private const int Lanes = Blocking.Lanes;

    /// <summary>Fewer images than this leave more lanes empty than the filters would.</summary>
    private const int FewestImages = 8;

    /// <summary>The longest output row, in pixels, that leaves most of a tile of <see cref="MatrixProduct"/> empty.</summary>
    private const int ShortRow = 4;

    /// <summary>Terms of a sum from which on transposing both ends is little beside it.</summary>
    private const int ManyTerms = 64;

    /// <summary>The channels up to which the gradient of the input of a strided convolution is faster in this form: the other writes each pixel several times.</summary>
    private const int FewChannels = 2 * Lanes;

    /// <summary>Whether forward takes this form. Both forms give the same bits, so the choice may depend on the width, the images and the threads.</summary>
    public static bool TakesForward<TSimd, TVec>(in Conv2DShape shape, int images, int threads)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => shape.Filters % TSimd.Width != 0
            ? images >= FewestImages
            : FillsBlocks(images, threads) && IsLarge(shape)
                && (shape.OutWidth <= ShortRow || (shape.Filters == TSimd.Width && shape.TermCount >= ManyTerms));

    /// <summary>Whether the gradient of the input does.</summary>
    public static bool TakesBackwardInput<TSimd, TVec>(in Conv2DShape shape, int images, int threads)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        bool isStrided = shape.StrideY > 1 || shape.StrideX > 1;
        return CanRunBackwardInput(shape) && (shape.Channels % TSimd.Width != 0
            ? images >= FewestImages
            : FillsBlocks(images, threads) && IsLarge(shape)
                && (shape.Filters % Lanes != 0 || shape.Channels == TSimd.Width || (isStrided && (shape.Channels <= FewChannels || shape.OutWidth <= ShortRow))));
    }

    /// <summary>Whether the gradient of the input can be computed in this form.</summary>
    public static bool CanRunBackwardInput(in Conv2DShape shape) =>
        (shape.StrideY == 1 || shape.DilationY == 1) && (shape.StrideX == 1 || shape.DilationX == 1);

    /// <summary>Whether the gradient of the weights takes this form. The filters of nine weights are <see cref="NineTaps"/>'s where they fill pairs of vectors: it skips blank pixels.</summary>
    public static bool TakesBackwardWeights(in Conv2DShape shape) =>
        shape.Filters % Lanes != 0
        || (shape.KernelWidth * shape.Channels < 2 * MatrixProduct.TileRows && (shape.TermCount != NineTaps.Taps || shape.Filters % (2 * Lanes) != 0));

    /// <summary>Whether channels or filters leave lanes of the other form, and of what is joined with it, empty.</summary>
    public static bool LeavesLanesEmpty(in Conv2DShape shape) => shape.Filters % Lanes != 0 || shape.Channels % Lanes != 0;

    private static bool FillsBlocks(int images, int threads) => images >= Lanes * threads;

    private static bool IsLarge(in Conv2DShape shape) => shape.KernelHeight * shape.KernelWidth > 1;

    /// <summary>The floats that a pass in this form takes at most.</summary>
    public static long ScratchCount(in Conv2DShape shape, int images, int threads) =>
        (threads * new Buffers(shape).Count) + Blocking.Aligned(shape.WeightCount) + (Blocks(images) * Conv2DCpu.PartialCount(shape));

    /// <summary>y = epilogue(conv(x, w)).</summary>
    public static void Forward<TSimd, TVec, TEpilogue>(
        WorkerPool pool, in Conv2DShape shape, int images, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue =>
        pool.Run(new ForwardJob<TSimd, TVec, TEpilogue>(shape, images, input, weights, epilogue, output, scratch), Blocks(images));

    /// <summary>dx.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The images.</param>
    /// <param name="dOutput">dy.</param>
    /// <param name="transposed">The weights, KernelHeight x KernelWidth x Filters x Channels.</param>
    /// <param name="dInput">Receives dx.</param>
    /// <param name="scratch">The workers' floats.</param>
    public static void BackwardInput<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, CpuGradient dOutput, float* transposed, float* dInput, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged =>
        pool.Run(new BackwardInputJob<TSimd, TVec>(shape, images, dOutput, transposed, dInput, scratch), Blocks(images));

    /// <summary>dw and dbias.</summary>
    public static void BackwardWeights<TSimd, TVec>(
        WorkerPool pool, in Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* dWeights, float* dBias, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* buffers = scratch + (Blocks(images) * Conv2DCpu.PartialCount(shape));
        pool.Run(new BackwardWeightsJob<TSimd, TVec>(shape, images, input, dOutput, scratch, buffers), Blocks(images));
        Conv2DCpu.SumPartials<TSimd, TVec>(pool, shape, Blocks(images), scratch, dWeights, dBias);
    }

    private static int Blocks(int images) => Blocking.Chunks(images, Lanes);

    /// <summary>The images of a block: 16, or what is left.</summary>
    private static int ImagesOf(int block, int images) => Math.Min(Lanes, images - (block * Lanes));

    /// <summary>Brings the images of a block within their border of zeros into lanes.</summary>
    private static void LoadImages(in Conv2DShape shape, float* input, int block, int images, float* lanes)
    {
        int row = shape.Width * shape.Channels;
        new Span<float>(lanes, shape.PaddedHeight * shape.PaddedWidth * shape.Channels * Lanes).Clear();
        float* source = input + ((nint)block * Lanes * shape.InputCount);
        for (int h = 0; h < shape.Height; h++, source += row)
        {
            nint at = (((nint)(h + shape.PadTop) * shape.PaddedWidth) + shape.PadLeft) * shape.Channels;
            Transpose.Run(source, shape.InputCount, lanes + (at * Lanes), Lanes, ImagesOf(block, images), row);
        }
    }

    /// <summary>Brings some rows of dz of a block into lanes. Lanes that no image writes have to be zero before.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="dOutput">dz, before a ReLU.</param>
    /// <param name="block">Which block, of how many images in all.</param>
    /// <param name="rows">The first row, and the one after the last.</param>
    /// <param name="lanes">Receives the first row.</param>
    /// <param name="lanesRow">Floats from one row in lanes to the next.</param>
    /// <param name="gated">Room for a row of all images.</param>
    private static void LoadGradients<TSimd, TVec>(
        in Conv2DShape shape, CpuGradient dOutput, (int Number, int Images) block, (int First, int End) rows, float* lanes, nint lanesRow, float* gated)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        int row = shape.OutWidth * shape.Filters, count = ImagesOf(block.Number, block.Images);
        nint at = ((nint)block.Number * Lanes * shape.OutputCount) + ((nint)rows.First * row);
        for (int i = rows.First; i < rows.End; i++, at += row, lanes += lanesRow)
        {
            if (dOutput.ReluOutput == null)
            {
                Transpose.Run(dOutput.DOutput + at, shape.OutputCount, lanes, Lanes, count, row);
                continue;
            }

            for (int n = 0; n < count; n++)
            {
                dOutput.BeforeActivation<TSimd, TVec>(at + ((nint)n * shape.OutputCount), row, gated + ((nint)n * row));
            }

            Transpose.Run(gated, row, lanes, Lanes, count, row);
        }
    }

    /// <summary>Where things lie in a worker's floats.</summary>
    private readonly struct Buffers
    {
        public Buffers(in Conv2DShape shape)
        {
            int reach = (shape.KernelWidth - 1) * shape.DilationX;
            Left = Math.Max(0, Blocking.Chunks(Math.Max(0, reach - shape.PadLeft), shape.StrideX));
            Right = Math.Max(0, ((shape.Width - 1 + shape.PadLeft) / shape.StrideX) - (shape.OutWidth - 1));
            TermCount = (shape.TermCount + 1) / 2 * 2;
            GradientRow = (nint)(Left + shape.OutWidth + Right) * shape.Filters * Lanes;
            GradientCount = GradientRow * shape.OutHeight;
            Gradients = (nint)shape.PaddedHeight * shape.PaddedWidth * shape.Channels * Lanes;
            Row = Gradients + GradientCount;
            Gated = Row + ((nint)Math.Max(shape.OutWidth * shape.Filters, shape.Width * shape.Channels) * Lanes);
            Sums = Gated + ((nint)shape.OutWidth * shape.Filters * Lanes);
            BiasSums = Sums + ((nint)TermCount * shape.Filters * Lanes);
            Terms = BiasSums + ((nint)shape.Filters * Lanes);
            Count = Terms + Blocking.Aligned(TermCount * sizeof(nint) / sizeof(float));
        }

        /// <summary>Columns of zeros left and right of a row of dz: as far as the kernel reaches from a pixel of the image.</summary>
        public int Left { get; }

        public int Right { get; }

        /// <summary>The weights of a filter, rounded up to an even number.</summary>
        public int TermCount { get; }

        public nint GradientRow { get; }

        public nint GradientCount { get; }

        public nint Gradients { get; }

        public nint Row { get; }

        public nint Gated { get; }

        public nint Sums { get; }

        public nint BiasSums { get; }

        public nint Terms { get; }

        public nint Count { get; }
    }

    /// <summary>A block of images a chunk.</summary>
    private readonly struct ForwardJob<TSimd, TVec, TEpilogue>(
        Conv2DShape shape, int images, float* input, float* weights, TEpilogue epilogue, float* output, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            var buffers = new Buffers(shape);
            float* lanes = scratch + (worker * buffers.Count), row = lanes + buffers.Row;
            LoadImages(shape, input, chunk, images, lanes);
            nint pixel = shape.Channels * Lanes, tap = (nint)shape.Channels * shape.Filters;
            int runs = shape.DilationX == 1 ? 1 : shape.KernelWidth;
            var operands = new LaneOperands
            {
                X = lanes,
                XPixel = shape.StrideX * pixel,
                XMiddle = shape.DilationX * pixel,
                XOuter = shape.DilationY * shape.PaddedWidth * pixel,
                W = weights,
                WInner = shape.Filters,
                WMiddle = tap,
                WOuter = shape.KernelWidth * tap,
                Outer = shape.KernelHeight,
                Middle = runs,
                Inner = shape.KernelWidth * shape.Channels / runs,
                Y = row,
                YPixel = shape.Filters * Lanes,
            };
            int count = shape.OutWidth * shape.Filters;
            float* y = output + ((nint)chunk * Lanes * shape.OutputCount);
            for (int i = 0; i < shape.OutHeight; i++, y += count, operands.X += shape.StrideY * shape.PaddedWidth * pixel)
            {
                LaneProduct.Run<TSimd, TVec, TEpilogue>(operands, shape.OutWidth, shape.Filters, epilogue);
                Transpose.Run(row, Lanes, y, shape.OutputCount, count, ImagesOf(chunk, images));
            }
        }
    }

    /// <summary>
    /// A block of images a chunk. A pixel of dx sums over the pixels of dz whose windows cover it, upper rows first and in a row the right
    /// ones first, as the other form adds them; taps that lie outside dz for all pixels of a tile are left out.
    /// </summary>
    private readonly struct BackwardInputJob<TSimd, TVec>(
        Conv2DShape shape, int images, CpuGradient dOutput, float* transposed, float* dInput, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            var buffers = new Buffers(shape);
            float* floats = scratch + (worker * buffers.Count), row = floats + buffers.Row;
            new Span<float>(floats + buffers.Gradients, checked((int)buffers.GradientCount)).Clear();
            LoadGradients<TSimd, TVec>(
                shape, dOutput, (chunk, images), (0, shape.OutHeight), floats + buffers.Gradients + ((nint)buffers.Left * shape.Filters * Lanes),
                buffers.GradientRow, floats + buffers.Gated);
            int count = shape.Width * shape.Channels;
            float* dx = dInput + ((nint)chunk * Lanes * shape.InputCount);
            for (int y = 0; y < shape.Height; y++, dx += count)
            {
                Row(y, buffers, floats + buffers.Gradients, row);
                Transpose.Run(row, Lanes, dx, shape.InputCount, count, ImagesOf(chunk, images));
            }
        }

        /// <summary>The first tap k through which a pixel is seen: (at - k) is a multiple of the stride; others follow in steps of the stride.</summary>
        private static int FirstTap(int at, int stride) => at % stride;

        private void Row(int y, in Buffers buffers, float* gradients, float* row)
        {
            int filters = shape.Filters, channels = shape.Channels, tile = TSimd.HasManyRegisters ? 4 : 2;
            nint tap = (nint)filters * channels;

            // Rows of the kernel, from the last that sees this row of the image through a row of dz up to the first.
            int at = y + shape.PadTop, step = shape.StrideY, lower = FirstTap(at, step);
            while (lower < shape.KernelHeight && (at - (lower * shape.DilationY)) / step >= shape.OutHeight)
            {
                lower += step;
            }

            int upper = lower;
            while (upper + step < shape.KernelHeight && at - ((upper + step) * shape.DilationY) >= 0)
            {
                upper += step;
            }

            bool isSeen = lower < shape.KernelHeight && at - (lower * shape.DilationY) >= 0;
            int firstRow = (at - (upper * shape.DilationY)) / step;
            int stepX = shape.StrideX, dzStep = stepX == 1 ? shape.DilationX : 1;
            for (int phase = 0; phase < Math.Min(stepX, shape.Width); phase++)
            {
                int first = FirstTap(phase + shape.PadLeft, stepX), taps = Blocking.Chunks(Math.Max(0, shape.KernelWidth - first), stepX);
                int pixels = Blocking.Chunks(shape.Width - phase, stepX), column = (phase + shape.PadLeft - (first * shape.DilationX)) / stepX;
                for (int pixel = 0; pixel < pixels; pixel += tile)
                {
                    int width = Math.Min(tile, pixels - pixel);

                    // Tap k of the first pixel reads column + pixel - k * dzStep, that of the last width - 1 more.
                    int begin = Math.Max(0, Blocking.Chunks(Math.Max(0, column + pixel - (shape.OutWidth - 1)), dzStep));
                    int end = column + pixel + width - 1 < 0 ? 0 : Math.Min(taps, ((column + pixel + width - 1) / dzStep) + 1);
                    var operands = new LaneOperands
                    {
                        X = gradients + (firstRow * buffers.GradientRow) + ((nint)(buffers.Left + column + pixel - (begin * dzStep)) * filters * Lanes),
                        XPixel = (nint)filters * Lanes,
                        XMiddle = -(nint)dzStep * filters * Lanes,
                        XOuter = (step == 1 ? shape.DilationY : 1) * buffers.GradientRow,
                        W = transposed + (((upper * shape.KernelWidth) + first + (begin * stepX)) * tap),
                        WInner = channels,
                        WMiddle = stepX * tap,
                        WOuter = -step * shape.KernelWidth * tap,
                        Outer = isSeen ? ((upper - lower) / step) + 1 : 0,
                        Middle = Math.Max(0, end - begin),
                        Inner = filters,
                        Y = row + ((phase + ((nint)pixel * stepX)) * channels * Lanes),
                        YPixel = (nint)stepX * channels * Lanes,
                    };
                    LaneProduct.Run<TSimd, TVec, Plain>(operands, width, channels, default);
                }
            }
        }
    }

    /// <summary>A block of images a chunk, summed into a buffer of its own.</summary>
    private readonly struct BackwardWeightsJob<TSimd, TVec>(
        Conv2DShape shape, int images, float* input, CpuGradient dOutput, float* partials, float* scratch) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            var buffers = new Buffers(shape);
            float* floats = scratch + (worker * buffers.Count);
            LoadImages(shape, input, chunk, images, floats);
            new Span<float>(floats + buffers.Sums, checked((int)(buffers.Terms - buffers.Sums))).Clear();
            nint pixel = (nint)shape.Channels * Lanes, xRow = shape.PaddedWidth * pixel;
            nint gradient = (nint)shape.Filters * Lanes, gradientRow = shape.OutWidth * gradient;
            int rows = (int)Math.Clamp(Blocking.ConvLaneGradientBytes / (gradientRow * sizeof(float)), 1, shape.OutHeight);
            float* gradients = floats + buffers.Gradients;
            new Span<float>(gradients, checked((int)(rows * gradientRow))).Clear();
            nint* terms = (nint*)(floats + buffers.Terms);
            for (int term = 0; term < buffers.TermCount; term++)
            {
                (int u, int inRow) = Math.DivRem(Math.Min(term, shape.TermCount - 1), shape.KernelWidth * shape.Channels);
                (int v, int c) = Math.DivRem(inRow, shape.Channels);
                terms[term] = (u * shape.DilationY * xRow) + (v * shape.DilationX * pixel) + ((nint)c * Lanes);
            }

            var operands = new LaneSumOperands
            {
                XPixel = shape.StrideX * pixel,
                XRow = shape.StrideY * xRow,
                Terms = terms,
                TermCount = buffers.TermCount,
                DPixel = gradient,
                D = gradients,
                DRow = gradientRow,
                Columns = shape.OutWidth,
                Sum = floats + buffers.Sums,
                SumRow = gradient,
            };
            for (int i = 0; i < shape.OutHeight; i += rows)
            {
                operands.Rows = Math.Min(rows, shape.OutHeight - i);
                operands.X = floats + (i * operands.XRow);
                LoadGradients<TSimd, TVec>(shape, dOutput, (chunk, images), (i, i + operands.Rows), gradients, gradientRow, floats + buffers.Gated);
                LaneSums.Add<TSimd, TVec>(operands, shape.Filters);
                Sums.OfRows<TSimd, TVec>(
                    gradients, null, 1, operands.Rows * shape.OutWidth, (int)gradient, floats + buffers.BiasSums, accumulate: true);
            }

            float* partial = partials + (chunk * Conv2DCpu.PartialCount(shape));
            LaneSums.Fold(floats + buffers.Sums, shape.WeightCount, partial);
            LaneSums.Fold(floats + buffers.BiasSums, shape.Filters, partial + Blocking.Aligned(shape.WeightCount));
        }
    }
}
