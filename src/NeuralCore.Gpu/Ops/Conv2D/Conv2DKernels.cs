using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Convolutions as products of matrices that are nowhere in memory (implicit GEMM); <see cref="Conv2DReference"/> and
/// <see cref="Conv2DMaxPoolReference"/> state them. Where channels and filters are multiples of 4 they are read in vectors, else element by
/// element.
/// <code>
///                      rows            columns    inner
/// y  = patches w       output pixels   filters    kernel x channels
/// dx = dz w'           input pixels    channels   kernel x filters
/// dw = patches' dz     kernel x channels   filters   output pixels, cut into parts; with dbias, the sums of dz's columns
/// </code>
/// </summary>
internal sealed class Conv2DKernels(KernelLoader loader, TileChoice tiles)
{
    /// <summary>The groups that a gradient of weights is cut into at most: three for each multiprocessor of a large device.</summary>
    private const int GradientGroups = 528;

    private readonly PartSumKernels _parts = new(loader);
    private readonly OneChannelConvKernels _oneChannel = new(loader);
    private readonly Conv2DMaxPoolInputKernels _winnerInput = new(loader);
    private readonly Conv2DMaxPoolWeightKernels _winnerWeights = new(loader);

    private readonly Product<Patches, PatchCursor, OuterContiguous<Plain>, MatrixCursor, ProductOutput> _forward = new(loader, tiles);
    private readonly Product<AlongInner<PatchElements>, ElementCursor, AlongOuter<MatrixElements<Plain>>, ElementCursor, ProductOutput> _forwardOfAnySize =
        new(loader, tiles);

    private readonly Product<Patches, PatchCursor, OuterContiguous<Plain>, MatrixCursor, PooledOutput> _pooled = new(loader, tiles);
    private readonly Product<AlongInner<PatchElements>, ElementCursor, AlongOuter<MatrixElements<Plain>>, ElementCursor, PooledOutput> _pooledOfAnySize =
        new(loader, tiles);

    private readonly Product<GradientsAtPixel, PixelGradientCursor, WeightsByChannel, WeightCursor, ProductOutput> _input = new(loader, tiles);
    private readonly Product<AlongInner<PixelGradientElements>, ElementCursor, AlongInner<WeightElements>, ElementCursor, ProductOutput> _inputOfAnySize =
        new(loader, tiles);

    private readonly Product<PatchesByTerm, TermCursor, GradientsByFilter, PooledCursor, GradientOutput> _weights = new(loader, tiles);
    private readonly Product<AlongOuter<PatchElements>, ElementCursor, AlongOuter<FilterGradientElements>, ElementCursor, GradientOutput> _weightsOfAnySize =
        new(loader, tiles);

    /// <summary>The elements of scratch that the gradient of the weights takes, with a pooling or without.</summary>
    public static long ScratchCount(in Conv2DShape shape, int images)
    {
        int parts = TileChoice.MostParts(TilesOf(shape), images * shape.OutHeight * shape.OutWidth, GradientGroups);
        return Math.Max(
            parts == 1 ? 0 : (long)parts * GradientOutput.PartCount(shape.TermCount, shape.Filters),
            OneChannelConvKernels.CanBackward(shape) ? OneChannelConvKernels.ScratchCount(shape, images) : 0);
    }

    /// <summary>The elements of scratch that a direction of a pooled convolution takes that <see cref="CanPool"/>.</summary>
    public static long ScratchCount(in Conv2DMaxPoolShape shape, int images) => Conv2DMaxPoolInputKernels.Can(shape)
        ? Math.Max(Conv2DMaxPoolWeightKernels.ScratchCount(shape, images), shape.Conv.WeightCount)
        : ScratchCount(shape.Conv, images);

    /// <summary>Whether a convolution and this pooling are one product.</summary>
    public static bool CanPool(in MaxPool2DShape pool) => pool.PoolHeight == 2 && pool.PoolWidth == 2;

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    public void Forward(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, ArrayView<float> weights, BiasEpilogue epilogue,
        ArrayView<float> output)
    {
        if (OneChannelConvKernels.CanForward(shape))
        {
            _oneChannel.Forward(stream, shape, images, input, weights, epilogue, output);
            return;
        }

        var s = new ConvSizes(shape, images);
        var sizes = new ProductSizes(s.WindowPixels, s.Filters, s.Terms);
        var to = new ProductOutput(s.WindowPixels, s.Filters, 1, epilogue.IsRelu ? 1 : 0);
        var memory = new ProductMemory(input, weights, input, input.Cast<byte>(), output, epilogue.Bias, output, output);
        if (IsVector(shape))
        {
            _forward.Run(stream, memory, new(s), new(default, s.Filters, s.Terms), to, sizes);
        }
        else
        {
            _forwardOfAnySize.Run(stream, memory, new(new(s, 0)), new(new(default, s.Filters, s.Terms, 1, s.Filters)), to, sizes);
        }
    }

    /// <summary>
    /// y = dropout(max-pool(activation(conv(x, w) + bias))), and the winners, unless there is no room for any, of a pooling that
    /// <see cref="CanPool"/>.
    /// </summary>
    public void PooledForward(
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, ArrayView<float> input, ArrayView<float> weights, BiasEpilogue epilogue,
        in DevicePooledResult output)
    {
        var s = new ConvSizes(shape, images);
        var sizes = new ProductSizes(s.WindowPixels, s.Filters, s.Terms);
        var to = new PooledOutput(s.WindowPixels, s.Filters, new WindowEpilogue(epilogue.IsRelu, output.Dropout));
        var memory = new ProductMemory(input, weights, input, output.Winners, output.Values, epilogue.Bias, output.Values, output.Values);
        if (IsVector(shape.Conv))
        {
            _pooled.Run(stream, memory, new(s), new(default, s.Filters, s.Terms), to, sizes);
        }
        else
        {
            _pooledOfAnySize.Run(stream, memory, new(new(s, 0)), new(new(default, s.Filters, s.Terms, 1, s.Filters)), to, sizes);
        }
    }

    /// <summary>dx of a convolution.</summary>
    public void BackwardInput(
        AcceleratorStream stream, in Conv2DShape shape, int images, in DeviceGradient dOutput, ArrayView<float> weights, ArrayView<float> dInput) =>
        BackwardInput(stream, new ConvSizes(shape, images), dOutput, weights, dInput);

    /// <summary>dx of a convolution behind which there is a pooling.</summary>
    public void BackwardInput(
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, in DeviceGradient dOutput, ArrayView<float> weights, ArrayView<float> dInput,
        ArrayView<float> scratch)
    {
        if (Conv2DMaxPoolInputKernels.Can(shape))
        {
            _winnerInput.BackwardInput(stream, shape, images, dOutput, weights, dInput, scratch);
        }
        else
        {
            BackwardInput(stream, new ConvSizes(shape, images), dOutput, weights, dInput);
        }
    }

    /// <summary>dw and dbias of a convolution.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        if (OneChannelConvKernels.CanBackward(shape))
        {
            _oneChannel.BackwardWeights(stream, shape, images, input, dOutput, dWeights, dBias, scratch);
        }
        else
        {
            BackwardWeights(stream, shape, new ConvSizes(shape, images), input, dOutput, dWeights, dBias, scratch);
        }
    }

    /// <summary>dw and dbias of a convolution behind which there is a pooling.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        if (Conv2DMaxPoolInputKernels.Can(shape))
        {
            _winnerWeights.BackwardWeights(stream, shape, images, input, dOutput, dWeights, dBias, scratch);
        }
        else
        {
            BackwardWeights(stream, shape.Conv, new ConvSizes(shape, images), input, dOutput, dWeights, dBias, scratch);
        }
    }

    private static bool IsVector(in Conv2DShape shape) => ((shape.Channels | shape.Filters) & 3) == 0;

    private static int TilesOf(in Conv2DShape shape) =>
        TileChoice.Count(shape.TermCount, Product4x4.Tile) * TileChoice.Count(shape.Filters, Product4x4.Tile);

    private void BackwardInput(
        AcceleratorStream stream, ConvSizes s, in DeviceGradient dOutput, ArrayView<float> weights, ArrayView<float> dInput)
    {
        var sizes = new ProductSizes(s.InputPixels, s.Channels, s.GradientTerms);
        var to = new ProductOutput(s.InputPixels, s.Channels, 0, 0);
        var memory = new ProductMemory(dOutput.Values, weights, dOutput.ReluOutput, dOutput.Winners, dInput, dInput, dInput, dInput);
        if ((s.Filters & 3) == 0 && (s.IsPooled == 0 || (IsPairs(s.PoolHeight, s.PoolWidth) && IsPairs(s.PoolStrideY, s.PoolStrideX))))
        {
            _input.Run(stream, memory, new(dOutput.Source, s), new(s), to, sizes);
        }
        else
        {
            _inputOfAnySize.Run(stream, memory, new(new(dOutput.Source, s)), new(new(s)), to, sizes);
        }
    }

    private void BackwardWeights(
        AcceleratorStream stream, in Conv2DShape shape, ConvSizes s, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        (InnerSizes inner, int parts) = TileChoice.Cut(TilesOf(shape), s.WindowPixels, GradientGroups);
        var sizes = new ProductSizes(s.Terms, s.Filters, inner, parts);
        var to = new GradientOutput(s.Terms, s.Filters);
        ArrayView<float> sums = parts == 1 ? dWeights : scratch, biasSums = parts == 1 ? dBias : scratch.SubView(s.Terms * s.Filters);
        var memory = new ProductMemory(input, dOutput.Values, dOutput.ReluOutput, dOutput.Winners, sums, biasSums, sums, sums);
        if (IsVector(shape) && (s.IsPooled == 0 || IsPairs(s.PoolHeight, s.PoolWidth)))
        {
            _weights.Run(stream, memory, new(s), new(dOutput.Source, s), to, sizes);
        }
        else
        {
            _weightsOfAnySize.Run(stream, memory, new(new(s, 1)), new(new(dOutput.Source, s)), to, sizes);
        }

        if (parts > 1)
        {
            _parts.Gradients(stream, parts, s.Terms * s.Filters, s.Filters, scratch, dWeights, dBias);
        }
    }

    private static bool IsPairs(int height, int width) => height == 2 && width == 2;
}
