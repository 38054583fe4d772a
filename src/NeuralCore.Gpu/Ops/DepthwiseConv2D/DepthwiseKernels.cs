using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The sizes of a depthwise convolution as kernels take them.</summary>
internal readonly struct DepthwiseSizes(in DepthwiseConv2DShape shape, int images)
{
    public readonly int Images = images;
    public readonly int Height = shape.Height;
    public readonly int Width = shape.Width;
    public readonly int Channels = shape.Channels;
    public readonly int Multiplier = shape.Multiplier;
    public readonly int Filters = shape.Filters;
    public readonly int OutHeight = shape.OutHeight;
    public readonly int OutWidth = shape.OutWidth;
    public readonly int KernelHeight = shape.KernelHeight;
    public readonly int KernelWidth = shape.KernelWidth;
    public readonly int StrideY = shape.Window.Strides.Height;
    public readonly int StrideX = shape.Window.Strides.Width;
    public readonly int DilationY = shape.Window.Dilation.Height;
    public readonly int DilationX = shape.Window.Dilation.Width;
    public readonly int PadTop = shape.Window.Border.Top;
    public readonly int PadLeft = shape.Window.Border.Left;
}

/// <summary>
/// Depthwise convolution; <see cref="DepthwiseConv2DReference"/> states it. What an element sums over is short and its neighbours read the same,
/// so a thread has an element, and caches do the rest. Only the gradients of the weights are long sums: those are cut into parts.
/// </summary>
internal sealed class DepthwiseKernels(KernelLoader loader)
{
    /// <summary>The filters of a group: a warp reads them at once.</summary>
    private const int Filters = 32;

    /// <summary>The pixels that a group reads at once.</summary>
    private const int Lanes = 8;

    /// <summary>The parts that the pixels are cut into at most, and the fewest pixels of one.</summary>
    private const int MostParts = 64, LeastPart = 128;

    private readonly PartSumKernels _parts = new(loader);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, DepthwiseSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, DepthwiseSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, DepthwiseSizes, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _input =
        loader.Load<Action<AcceleratorStream, KernelConfig, DepthwiseSizes, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(
            BackwardInputKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, DepthwiseSizes, int, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _weights =
        loader.Load<Action<AcceleratorStream, KernelConfig, DepthwiseSizes, int, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(
            BackwardWeightsKernel);

    /// <summary>The elements of scratch that <see cref="BackwardWeights"/> takes.</summary>
    public static long ScratchCount(in DepthwiseConv2DShape shape, int images) =>
        (long)MostPartsOf(images * shape.OutHeight * shape.OutWidth) * GradientOutput.PartCount(shape.Taps, shape.Filters);

    /// <summary>y = activation(depthwise(x, w) + bias).</summary>
    public void Forward(
        AcceleratorStream stream, in DepthwiseConv2DShape shape, int images, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, bool isRelu,
        ArrayView<float> output) =>
        _forward.Next(
            stream, Grid1D.Of(images * shape.OutputCount), new DepthwiseSizes(shape, images), isRelu ? 1 : 0, input, weights, bias, output);

    /// <summary>dx.</summary>
    public void BackwardInput(
        AcceleratorStream stream, in DepthwiseConv2DShape shape, int images, in DeviceGradient dOutput, ArrayView<float> weights, ArrayView<float> dInput) =>
        _input.Next(
            stream, Grid1D.Of(images * shape.InputCount), new DepthwiseSizes(shape, images), dOutput.Source, dOutput.Values, dOutput.ReluOutput, weights, dInput);

    /// <summary>dw and dbias.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in DepthwiseConv2DShape shape, int images, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        int pixels = images * shape.OutHeight * shape.OutWidth;
        int partPixels = TileChoice.Count(pixels, MostPartsOf(pixels)), parts = TileChoice.Count(pixels, partPixels);
        var grid = new Index3D(parts, TileChoice.Count(shape.Filters, Filters), shape.Taps + 1);
        _weights.Next(
            stream, new KernelConfig(grid, new Index3D(Filters * Lanes, 1, 1)), new DepthwiseSizes(shape, images), partPixels, dOutput.Source, input, dOutput.Values,
            dOutput.ReluOutput, scratch);
        _parts.Gradients(stream, parts, shape.WeightCount, shape.Filters, scratch, dWeights, dBias);
    }

    /// <summary>One thread an output.</summary>
    public static void ForwardKernel(
        DepthwiseSizes s, int isRelu, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> output)
    {
        int index = Grid1D.Index, pixel = index / s.Filters, o = index - (pixel * s.Filters);
        int row = pixel / s.OutWidth, n = row / s.OutHeight;
        if (n >= s.Images)
        {
            return;
        }

        int top = ((row - (n * s.OutHeight)) * s.StrideY) - s.PadTop, left = ((pixel - (row * s.OutWidth)) * s.StrideX) - s.PadLeft;
        int c = o / s.Multiplier;
        float sum = 0;
        for (int u = 0; u < s.KernelHeight; u++)
        {
            int y = top + (u * s.DilationY);
            for (int v = 0; v < s.KernelWidth; v++)
            {
                int x = left + (v * s.DilationX);
                if ((uint)y < (uint)s.Height && (uint)x < (uint)s.Width)
                {
                    sum = (input[(((((n * s.Height) + y) * s.Width) + x) * s.Channels) + c] * weights[(((u * s.KernelWidth) + v) * s.Filters) + o]) + sum;
                }
            }
        }

        sum += bias[o];
        output[index] = isRelu == 0 ? sum : ReluKernels.Rectify(sum);
    }

    /// <summary>One thread an input: what the windows that saw it hand back, tap by tap, filter by filter of its channel.</summary>
    public static void BackwardInputKernel(
        DepthwiseSizes s, Gradient source, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> weights, ArrayView<float> dInput)
    {
        int index = Grid1D.Index, pixel = index / s.Channels, c = index - (pixel * s.Channels);
        int row = pixel / s.Width, n = row / s.Height;
        if (n >= s.Images)
        {
            return;
        }

        var memory = new OperandMemory(dOutput, reluOutput, dOutput.Cast<byte>());
        int y = row - (n * s.Height) + s.PadTop, x = pixel - (row * s.Width) + s.PadLeft;
        float sum = 0;
        for (int u = 0; u < s.KernelHeight; u++)
        {
            int down = y - (u * s.DilationY), i = down / s.StrideY;
            for (int v = 0; v < s.KernelWidth; v++)
            {
                int across = x - (v * s.DilationX), j = across / s.StrideX;
                if (down >= 0 && across >= 0 && i * s.StrideY == down && j * s.StrideX == across && i < s.OutHeight && j < s.OutWidth)
                {
                    int at = (((((n * s.OutHeight) + i) * s.OutWidth) + j) * s.Filters) + (c * s.Multiplier);
                    int tap = (((u * s.KernelWidth) + v) * s.Filters) + (c * s.Multiplier);
                    for (int m = 0; m < s.Multiplier; m++)
                    {
                        sum = (Gradient.At(source, memory, at + m) * weights[tap + m]) + sum;
                    }
                }
            }
        }

        dInput[index] = sum;
    }

    /// <summary>
    /// A group sums one tap's gradients of 32 filters over a part of the pixels, or behind the last tap the bias's: a thread has one filter and every
    /// eighth pixel, then the eight are added in order.
    /// </summary>
    public static void BackwardWeightsKernel(
        DepthwiseSizes s, int partPixels, Gradient source, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> parts)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(Lanes * Filters);
        var memory = new OperandMemory(dOutput, reluOutput, dOutput.Cast<byte>());
        int lane = Group.IdxX / Filters, inGroup = Group.IdxX % Filters;
        int o = (Grid.IdxY * Filters) + inGroup, c = o / s.Multiplier, tap = Grid.IdxZ, taps = s.KernelHeight * s.KernelWidth;
        int u = tap / s.KernelWidth, pixels = s.Images * s.OutHeight * s.OutWidth, first = Grid.IdxX * partPixels;
        int top = (u * s.DilationY) - s.PadTop, left = ((tap - (u * s.KernelWidth)) * s.DilationX) - s.PadLeft;
        int end = first + partPixels < pixels ? first + partPixels : pixels;
        float sum = 0;
        for (int pixel = first + lane; pixel < end && o < s.Filters; pixel += Lanes)
        {
            float dz = Gradient.At(source, memory, (pixel * s.Filters) + o);
            int row = pixel / s.OutWidth, n = row / s.OutHeight;
            int y = ((row - (n * s.OutHeight)) * s.StrideY) + top, x = ((pixel - (row * s.OutWidth)) * s.StrideX) + left;
            if (tap == taps)
            {
                sum += dz;
            }
            else if ((uint)y < (uint)s.Height && (uint)x < (uint)s.Width)
            {
                sum = (dz * input[(((((n * s.Height) + y) * s.Width) + x) * s.Channels) + c]) + sum;
            }
        }

        sums[Group.IdxX] = sum;
        Group.Barrier();
        if (lane == 0 && o < s.Filters)
        {
            float total = 0;
            for (int other = 0; other < Lanes; other++)
            {
                total += sums[(other * Filters) + inGroup];
            }

            parts[(Grid.IdxX * GradientOutput.PartCount(taps, s.Filters)) + (tap * s.Filters) + o] = total;
        }
    }

    private static int MostPartsOf(int pixels) => Math.Clamp(pixels / LeastPart, 1, MostParts);
}
