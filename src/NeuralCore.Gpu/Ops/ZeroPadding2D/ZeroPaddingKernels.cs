using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Zeros around images, one thread an element that is written; <see cref="NeuralCore.Ops.ZeroPadding2DReference"/> states them.</summary>
internal sealed class ZeroPaddingKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ZeroPaddingSizes, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, ZeroPaddingSizes, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ZeroPaddingSizes, ArrayView<float>, ArrayView<float>>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, ZeroPaddingSizes, ArrayView<float>, ArrayView<float>>>(BackwardKernel);

    /// <summary>y: x with zeros around it.</summary>
    public void Forward(AcceleratorStream stream, in ZeroPadding2DShape shape, int images, ArrayView<float> input, ArrayView<float> output) =>
        _forward.Next(stream, Grid1D.Of(images * shape.OutputCount), new ZeroPaddingSizes(shape, images), input, output);

    /// <summary>dx: what lies in the middle of dy.</summary>
    public void Backward(AcceleratorStream stream, in ZeroPadding2DShape shape, int images, ArrayView<float> dOutput, ArrayView<float> dInput) =>
        _backward.Next(stream, Grid1D.Of(images * shape.InputCount), new ZeroPaddingSizes(shape, images), dOutput, dInput);

    /// <summary>One output.</summary>
    public static void ForwardKernel(ZeroPaddingSizes s, ArrayView<float> input, ArrayView<float> output)
    {
        int y = Grid1D.Index;
        if (y < s.Images * s.OutHeight * s.OutWidth * s.Channels)
        {
            int pixel = y / s.Channels, c = y - (pixel * s.Channels);
            int row = pixel / s.OutWidth, w = pixel - (row * s.OutWidth) - s.Left;
            int n = row / s.OutHeight, h = row - (n * s.OutHeight) - s.Top;
            output[y] = (uint)h < (uint)s.Height && (uint)w < (uint)s.Width ? input[(((((n * s.Height) + h) * s.Width) + w) * s.Channels) + c] : 0f;
        }
    }

    /// <summary>One input.</summary>
    public static void BackwardKernel(ZeroPaddingSizes s, ArrayView<float> dOutput, ArrayView<float> dInput)
    {
        int x = Grid1D.Index;
        if (x < s.Images * s.Height * s.Width * s.Channels)
        {
            int pixel = x / s.Channels, c = x - (pixel * s.Channels);
            int row = pixel / s.Width, w = pixel - (row * s.Width);
            int n = row / s.Height, h = row - (n * s.Height);
            dInput[x] = dOutput[(((((n * s.OutHeight) + h + s.Top) * s.OutWidth) + w + s.Left) * s.Channels) + c];
        }
    }
}

/// <summary>The sizes as kernels take them.</summary>
internal readonly struct ZeroPaddingSizes(in ZeroPadding2DShape shape, int images)
{
    public readonly int Images = images;
    public readonly int Height = shape.Height;
    public readonly int Width = shape.Width;
    public readonly int Channels = shape.Channels;
    public readonly int Top = shape.Top;
    public readonly int Left = shape.Left;
    public readonly int OutHeight = shape.OutHeight;
    public readonly int OutWidth = shape.OutWidth;
}
