using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The sizes of a pooling as kernels take them.</summary>
internal readonly struct PoolSizes(in MaxPool2DShape shape, int images)
{
    public readonly int Images = images;
    public readonly int Height = shape.Height;
    public readonly int Width = shape.Width;
    public readonly int Channels = shape.Channels;
    public readonly int OutHeight = shape.OutHeight;
    public readonly int OutWidth = shape.OutWidth;
    public readonly int PoolHeight = shape.PoolHeight;
    public readonly int PoolWidth = shape.PoolWidth;
    public readonly int StrideY = shape.StrideY;
    public readonly int StrideX = shape.StrideX;
    public readonly int PadTop = shape.PadTop;
    public readonly int PadLeft = shape.PadLeft;
}

/// <summary>Max-pooling; <see cref="MaxPool2DReference"/> states it. Backward gathers: every input pixel asks the windows over it.</summary>
internal sealed class MaxPoolKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, PoolSizes, ArrayView<float>, ArrayView<float>, ArrayView<byte>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, PoolSizes, ArrayView<float>, ArrayView<float>, ArrayView<byte>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, PoolSizes, ArrayView<float>, ArrayView<byte>, ArrayView<float>>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, PoolSizes, ArrayView<float>, ArrayView<byte>, ArrayView<float>>>(BackwardKernel);

    /// <summary>y = max-pool(x), and one byte an output, unless there is no room for any: which of its window won.</summary>
    public void Forward(
        AcceleratorStream stream, in MaxPool2DShape shape, int images, ArrayView<float> input, ArrayView<float> output, ArrayView<byte> winners) =>
        _forward.Next(stream, Grid1D.Of(images * shape.OutputCount), new PoolSizes(shape, images), input, output, winners);

    /// <summary>dx from dy and the winners.</summary>
    public void Backward(
        AcceleratorStream stream, in MaxPool2DShape shape, int images, ArrayView<float> dOutput, ArrayView<byte> winners, ArrayView<float> dInput) =>
        _backward.Next(stream, Grid1D.Of(images * shape.InputCount), new PoolSizes(shape, images), dOutput, winners, dInput);

    /// <summary>One thread an output.</summary>
    public static void ForwardKernel(PoolSizes s, ArrayView<float> input, ArrayView<float> output, ArrayView<byte> winners)
    {
        int y = Grid1D.Index;
        if (y >= s.Images * s.OutHeight * s.OutWidth * s.Channels)
        {
            return;
        }

        int pixel = y / s.Channels, c = y - (pixel * s.Channels);
        int row = pixel / s.OutWidth, j = pixel - (row * s.OutWidth);
        int n = row / s.OutHeight, i = row - (n * s.OutHeight);
        int top = (i * s.StrideY) - s.PadTop, left = (j * s.StrideX) - s.PadLeft;
        float best = 0f;
        int winner = -1;
        for (int u = 0; u < s.PoolHeight; u++)
        {
            for (int v = 0; v < s.PoolWidth; v++)
            {
                int h = top + u, w = left + v;
                if ((uint)h < (uint)s.Height && (uint)w < (uint)s.Width)
                {
                    float value = input[(((((n * s.Height) + h) * s.Width) + w) * s.Channels) + c];
                    if (winner < 0 || value > best || IsNaN(value))
                    {
                        best = value;
                        winner = (u * s.PoolWidth) + v;
                    }
                }
            }
        }

        output[y] = best;
        if (winners.Length > 0)
        {
            winners[y] = (byte)winner;
        }
    }

    /// <summary>One thread an input: the sum of what the windows that it won hand back, in their order.</summary>
    public static void BackwardKernel(PoolSizes s, ArrayView<float> dOutput, ArrayView<byte> winners, ArrayView<float> dInput)
    {
        int x = Grid1D.Index;
        if (x >= s.Images * s.Height * s.Width * s.Channels)
        {
            return;
        }

        int pixel = x / s.Channels, c = x - (pixel * s.Channels);
        int row = pixel / s.Width, w = pixel - (row * s.Width);
        int n = row / s.Height, h = row - (n * s.Height);

        // Window i covers the padded rows from i * stride on: those that cover h are a range.
        int lastRow = Least((h + s.PadTop) / s.StrideY, s.OutHeight - 1);
        int lastColumn = Least((w + s.PadLeft) / s.StrideX, s.OutWidth - 1);
        float sum = 0f;
        for (int i = First(h + s.PadTop, s.PoolHeight, s.StrideY); i <= lastRow; i++)
        {
            for (int j = First(w + s.PadLeft, s.PoolWidth, s.StrideX); j <= lastColumn; j++)
            {
                int y = (((((n * s.OutHeight) + i) * s.OutWidth) + j) * s.Channels) + c;
                int k = ((h + s.PadTop - (i * s.StrideY)) * s.PoolWidth) + (w + s.PadLeft - (j * s.StrideX));
                if (winners[y] == k)
                {
                    sum += dOutput[y];
                }
            }
        }

        dInput[x] = sum;
    }

    /// <summary>Whether a value is no number, by the bits: compilers may take for granted that there is none.</summary>
    internal static bool IsNaN(float value) => (Interop.FloatAsInt(value) & 0x7FFFFFFFu) > 0x7F800000u;

    /// <summary>The first window that reaches as far as a padded position.</summary>
    private static int First(int position, int window, int stride) => position < window ? 0 : ((position - window) / stride) + 1;

    private static int Least(int a, int b) => a < b ? a : b;
}
