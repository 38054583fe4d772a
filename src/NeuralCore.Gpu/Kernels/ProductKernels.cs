using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The sizes of a convolution as kernels take them.</summary>
internal readonly struct ConvSizes(in Conv2DShape shape, int images)
{
    public readonly int Images = images;
    public readonly int Height = shape.Height;
    public readonly int Width = shape.Width;
    public readonly int Channels = shape.Channels;
    public readonly int Filters = shape.Filters;
    public readonly int KernelHeight = shape.KernelHeight;
    public readonly int KernelWidth = shape.KernelWidth;
    public readonly int StrideY = shape.StrideY;
    public readonly int StrideX = shape.StrideX;
    public readonly int PadTop = shape.PadTop;
    public readonly int PadLeft = shape.PadLeft;
    public readonly int OutHeight = shape.OutHeight;
    public readonly int OutWidth = shape.OutWidth;
}

/// <summary>A dense layer is a convolution of one pixel; <see cref="Conv2DReference"/> and <see cref="DenseReference"/> state both. One thread an output.</summary>
internal sealed class ProductKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _input =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(BackwardInputKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _weights =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(BackwardWeightsKernel);

    public void Forward(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias,
        Activation activation, ArrayView<float> output) =>
        _forward.Next(
            stream, Grid1D.Of(images * shape.OutputCount), new ConvSizes(shape, images), input, weights, bias, activation == Activation.Relu ? 1 : 0, output);

    public void BackwardInput(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> dOutput, ArrayView<float> weights, ArrayView<float> dInput) =>
        _input.Next(stream, Grid1D.Of(images * shape.InputCount), new ConvSizes(shape, images), dOutput, weights, dInput);

    public void BackwardWeights(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> dWeights) =>
        _weights.Next(stream, Grid1D.Of(shape.WeightCount), new ConvSizes(shape, images), input, dOutput, dWeights);

    public static void ForwardKernel(
        ConvSizes s, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, int relu, ArrayView<float> output)
    {
        int y = Grid1D.Index;
        if (y >= s.Images * s.OutHeight * s.OutWidth * s.Filters)
        {
            return;
        }

        int pixel = y / s.Filters, o = y - (pixel * s.Filters);
        int row = pixel / s.OutWidth, j = pixel - (row * s.OutWidth);
        int n = row / s.OutHeight, i = row - (n * s.OutHeight);
        float sum = bias[o];
        for (int u = 0; u < s.KernelHeight; u++)
        {
            for (int v = 0; v < s.KernelWidth; v++)
            {
                int h = (i * s.StrideY) + u - s.PadTop, w = (j * s.StrideX) + v - s.PadLeft;
                if ((uint)h < (uint)s.Height && (uint)w < (uint)s.Width)
                {
                    int x = ((((n * s.Height) + h) * s.Width) + w) * s.Channels, k = ((u * s.KernelWidth) + v) * s.Channels * s.Filters;
                    for (int c = 0; c < s.Channels; c++)
                    {
                        sum += input[x + c] * weights[k + (c * s.Filters) + o];
                    }
                }
            }
        }

        output[y] = relu == 0 ? sum : ReluKernels.Rectify(sum);
    }

    public static void BackwardInputKernel(ConvSizes s, ArrayView<float> dOutput, ArrayView<float> weights, ArrayView<float> dInput)
    {
        int x = Grid1D.Index;
        if (x >= s.Images * s.Height * s.Width * s.Channels)
        {
            return;
        }

        int pixel = x / s.Channels, c = x - (pixel * s.Channels);
        int row = pixel / s.Width, w = pixel - (row * s.Width);
        int n = row / s.Height, h = row - (n * s.Height);
        float sum = 0f;
        for (int u = 0; u < s.KernelHeight; u++)
        {
            for (int v = 0; v < s.KernelWidth; v++)
            {
                int top = h + s.PadTop - u, left = w + s.PadLeft - v;
                int i = top / s.StrideY, j = left / s.StrideX;
                if (top >= 0 && left >= 0 && i * s.StrideY == top && j * s.StrideX == left && i < s.OutHeight && j < s.OutWidth)
                {
                    int y = ((((n * s.OutHeight) + i) * s.OutWidth) + j) * s.Filters, k = ((((u * s.KernelWidth) + v) * s.Channels) + c) * s.Filters;
                    for (int o = 0; o < s.Filters; o++)
                    {
                        sum += dOutput[y + o] * weights[k + o];
                    }
                }
            }
        }

        dInput[x] = sum;
    }

    public static void BackwardWeightsKernel(ConvSizes s, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> dWeights)
    {
        int k = Grid1D.Index;
        if (k >= s.KernelHeight * s.KernelWidth * s.Channels * s.Filters)
        {
            return;
        }

        int term = k / s.Filters, o = k - (term * s.Filters);
        int tap = term / s.Channels, c = term - (tap * s.Channels);
        int u = tap / s.KernelWidth, v = tap - (u * s.KernelWidth);
        float sum = 0f;
        for (int n = 0; n < s.Images; n++)
        {
            for (int i = 0; i < s.OutHeight; i++)
            {
                for (int j = 0; j < s.OutWidth; j++)
                {
                    int h = (i * s.StrideY) + u - s.PadTop, w = (j * s.StrideX) + v - s.PadLeft;
                    if ((uint)h < (uint)s.Height && (uint)w < (uint)s.Width)
                    {
                        sum += dOutput[(((((n * s.OutHeight) + i) * s.OutWidth) + j) * s.Filters) + o]
                            * input[(((((n * s.Height) + h) * s.Width) + w) * s.Channels) + c];
                    }
                }
            }
        }

        dWeights[k] = sum;
    }
}
