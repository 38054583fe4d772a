using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Pooling over whole images; <see cref="NeuralCore.Ops.GlobalPool2DReference"/> states it. Forward a thread has a channel of an image: neighbours read
/// neighbouring channels. Backward it has a pixel of a channel.
/// </summary>
internal sealed class GlobalPoolKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<float>>> _average =
        loader.Load<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<float>>>(AverageKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<float>>> _averageBackward =
        loader.Load<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<float>>>(AverageBackwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<float>, ArrayView<int>>> _max =
        loader.Load<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<float>, ArrayView<int>>>(MaxKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<int>, ArrayView<float>>> _maxBackward =
        loader.Load<Action<AcceleratorStream, KernelConfig, GlobalPoolSizes, ArrayView<float>, ArrayView<int>, ArrayView<float>>>(MaxBackwardKernel);

    /// <summary>The averages.</summary>
    public void Average(AcceleratorStream stream, in GlobalPool2DShape shape, int images, ArrayView<float> input, ArrayView<float> output) =>
        _average.Next(stream, Grid1D.Of(images * shape.Channels), new GlobalPoolSizes(shape, images), input, output);

    /// <summary>dx of the averages.</summary>
    public void AverageBackward(AcceleratorStream stream, in GlobalPool2DShape shape, int images, ArrayView<float> dOutput, ArrayView<float> dInput) =>
        _averageBackward.Next(stream, Grid1D.Of(images * shape.InputCount), new GlobalPoolSizes(shape, images), dOutput, dInput);

    /// <summary>The maxima, and their positions unless there is no room for any.</summary>
    public void Max(AcceleratorStream stream, in GlobalPool2DShape shape, int images, ArrayView<float> input, ArrayView<float> output, ArrayView<int> winners) =>
        _max.Next(stream, Grid1D.Of(images * shape.Channels), new GlobalPoolSizes(shape, images), input, output, winners);

    /// <summary>dx of the maxima.</summary>
    public void MaxBackward(AcceleratorStream stream, in GlobalPool2DShape shape, int images, ArrayView<float> dOutput, ArrayView<int> winners, ArrayView<float> dInput) =>
        _maxBackward.Next(stream, Grid1D.Of(images * shape.InputCount), new GlobalPoolSizes(shape, images), dOutput, winners, dInput);

    /// <summary>One average.</summary>
    public static void AverageKernel(GlobalPoolSizes s, ArrayView<float> input, ArrayView<float> output)
    {
        int y = Grid1D.Index;
        if (y < s.Images * s.Channels)
        {
            int n = y / s.Channels, x = (n * s.Positions * s.Channels) + y - (n * s.Channels);
            var sum = default(DeviceSum);
            for (int p = 0; p < s.Positions; p++)
            {
                sum.Add(input[x + (p * s.Channels)]);
            }

            output[y] = sum.Value / s.Positions;
        }
    }

    /// <summary>One pixel of a channel.</summary>
    public static void AverageBackwardKernel(GlobalPoolSizes s, ArrayView<float> dOutput, ArrayView<float> dInput)
    {
        int x = Grid1D.Index;
        if (x < s.Images * s.Positions * s.Channels)
        {
            dInput[x] = dOutput[(x / (s.Positions * s.Channels) * s.Channels) + (x % s.Channels)] / s.Positions;
        }
    }

    /// <summary>One maximum.</summary>
    public static void MaxKernel(GlobalPoolSizes s, ArrayView<float> input, ArrayView<float> output, ArrayView<int> winners)
    {
        int y = Grid1D.Index;
        if (y < s.Images * s.Channels)
        {
            int n = y / s.Channels, x = (n * s.Positions * s.Channels) + y - (n * s.Channels), winner = 0;
            float best = input[x];
            for (int p = 1; p < s.Positions; p++)
            {
                float value = input[x + (p * s.Channels)];
                if (value > best || MaxPoolKernels.IsNaN(value))
                {
                    best = value;
                    winner = p;
                }
            }

            output[y] = best;
            if (winners.Length > 0)
            {
                winners[y] = winner;
            }
        }
    }

    /// <summary>One pixel of a channel.</summary>
    public static void MaxBackwardKernel(GlobalPoolSizes s, ArrayView<float> dOutput, ArrayView<int> winners, ArrayView<float> dInput)
    {
        int x = Grid1D.Index;
        if (x < s.Images * s.Positions * s.Channels)
        {
            int pixel = x / s.Channels, n = pixel / s.Positions, y = (n * s.Channels) + x - (pixel * s.Channels);
            dInput[x] = winners[y] == pixel - (n * s.Positions) ? dOutput[y] : 0f;
        }
    }
}

/// <summary>The sizes as kernels take them.</summary>
internal readonly struct GlobalPoolSizes(in GlobalPool2DShape shape, int images)
{
    public readonly int Images = images;
    public readonly int Positions = shape.Positions;
    public readonly int Channels = shape.Channels;
}
