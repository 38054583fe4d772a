using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Average-pooling, one thread an element that is written; <see cref="NeuralCore.Ops.AveragePool2DReference"/> states it. Backward gathers: every input
/// pixel asks the windows over it, in their order.
/// </summary>
internal sealed class AveragePoolKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, AveragePoolSizes, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, AveragePoolSizes, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, AveragePoolSizes, ArrayView<float>, ArrayView<float>>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, AveragePoolSizes, ArrayView<float>, ArrayView<float>>>(BackwardKernel);

    /// <summary>y: the averages.</summary>
    public void Forward(AcceleratorStream stream, in AveragePool2DShape shape, int images, ArrayView<float> input, ArrayView<float> output) =>
        _forward.Next(stream, Grid1D.Of(images * shape.OutputCount), new AveragePoolSizes(shape, images), input, output);

    /// <summary>dx from dy.</summary>
    public void Backward(AcceleratorStream stream, in AveragePool2DShape shape, int images, ArrayView<float> dOutput, ArrayView<float> dInput) =>
        _backward.Next(stream, Grid1D.Of(images * shape.InputCount), new AveragePoolSizes(shape, images), dOutput, dInput);

    /// <summary>One output.</summary>
    public static void ForwardKernel(AveragePoolSizes s, ArrayView<float> input, ArrayView<float> output)
    {
        int y = Grid1D.Index;
        if (y < s.Images * s.OutHeight * s.OutWidth * s.Channels)
        {
            int pixel = y / s.Channels, c = y - (pixel * s.Channels);
            int row = pixel / s.OutWidth, j = pixel - (row * s.OutWidth);
            int n = row / s.OutHeight, i = row - (n * s.OutHeight);
            int firstRow = First(i, s.StrideY, s.PadTop), endRow = End(i, s.StrideY, s.PadTop, s.PoolHeight, s.Height);
            int firstColumn = First(j, s.StrideX, s.PadLeft), endColumn = End(j, s.StrideX, s.PadLeft, s.PoolWidth, s.Width);
            float sum = 0f;
            for (int h = firstRow; h < endRow; h++)
            {
                for (int w = firstColumn; w < endColumn; w++)
                {
                    sum += input[(((((n * s.Height) + h) * s.Width) + w) * s.Channels) + c];
                }
            }

            output[y] = sum / (s.CountsPadding != 0 ? s.PoolHeight * s.PoolWidth : (endRow - firstRow) * (endColumn - firstColumn));
        }
    }

    /// <summary>One input.</summary>
    public static void BackwardKernel(AveragePoolSizes s, ArrayView<float> dOutput, ArrayView<float> dInput)
    {
        int x = Grid1D.Index;
        if (x < s.Images * s.Height * s.Width * s.Channels)
        {
            int pixel = x / s.Channels, c = x - (pixel * s.Channels);
            int row = pixel / s.Width, w = pixel - (row * s.Width);
            int n = row / s.Height, h = row - (n * s.Height);
            int lastRow = Least((h + s.PadTop) / s.StrideY, s.OutHeight - 1), lastColumn = Least((w + s.PadLeft) / s.StrideX, s.OutWidth - 1);
            float sum = 0f;
            for (int i = FirstWindow(h + s.PadTop, s.PoolHeight, s.StrideY); i <= lastRow; i++)
            {
                int rows = End(i, s.StrideY, s.PadTop, s.PoolHeight, s.Height) - First(i, s.StrideY, s.PadTop);
                for (int j = FirstWindow(w + s.PadLeft, s.PoolWidth, s.StrideX); j <= lastColumn; j++)
                {
                    int columns = End(j, s.StrideX, s.PadLeft, s.PoolWidth, s.Width) - First(j, s.StrideX, s.PadLeft);
                    sum += dOutput[(((((n * s.OutHeight) + i) * s.OutWidth) + j) * s.Channels) + c] / (s.CountsPadding != 0 ? s.PoolHeight * s.PoolWidth : rows * columns);
                }
            }

            dInput[x] = sum;
        }
    }

    /// <summary>The first pixel of the image under a window.</summary>
    private static int First(int window, int stride, int before) => window * stride < before ? 0 : (window * stride) - before;

    /// <summary>The pixel behind the last one under it.</summary>
    private static int End(int window, int stride, int before, int pool, int extent) => Least((window * stride) - before + pool, extent);

    /// <summary>The first window that reaches as far as a padded position.</summary>
    private static int FirstWindow(int position, int window, int stride) => position < window ? 0 : ((position - window) / stride) + 1;

    private static int Least(int a, int b) => a < b ? a : b;
}

/// <summary>The sizes as kernels take them.</summary>
internal readonly struct AveragePoolSizes(in AveragePool2DShape shape, int images)
{
    public readonly int Images = images;
    public readonly int Height = shape.Window.Image.Height;
    public readonly int Width = shape.Window.Image.Width;
    public readonly int Channels = shape.Channels;
    public readonly int OutHeight = shape.Window.Output.Height;
    public readonly int OutWidth = shape.Window.Output.Width;
    public readonly int PoolHeight = shape.Window.Kernel.Height;
    public readonly int PoolWidth = shape.Window.Kernel.Width;
    public readonly int StrideY = shape.Window.Strides.Height;
    public readonly int StrideX = shape.Window.Strides.Width;
    public readonly int PadTop = shape.Window.Border.Top;
    public readonly int PadLeft = shape.Window.Border.Left;
    public readonly int CountsPadding = shape.CountsPadding ? 1 : 0;
}
