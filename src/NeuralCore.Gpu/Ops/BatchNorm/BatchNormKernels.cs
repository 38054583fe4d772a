using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Batch normalization; <see cref="BatchNormReference"/> states it. Sums are those of columns, cut as <see cref="ColumnSumKernels"/> cuts them: first of x,
/// then of the deviations from the mean, which was rounded, and of their squares.
/// </summary>
internal sealed class BatchNormKernels(KernelLoader loader, ColumnSumKernels columnSums)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _deviations =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(DeviationsKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _statistics =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(StatisticsKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _moving =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(MovingKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, BatchNormViews, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, BatchNormViews, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, Gradient, ArrayView<float>, BatchNormViews, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _gradients =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, Gradient, ArrayView<float>, BatchNormViews, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(GradientsKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, Gradient, ArrayView<float>, BatchNormViews, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _input =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, Gradient, ArrayView<float>, BatchNormViews, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(InputKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, BatchNormViews, ArrayView<float>, ArrayView<float>>> _fold =
        loader.Load<Action<AcceleratorStream, KernelConfig, BatchNormSizes, ArrayView<float>, ArrayView<float>, BatchNormViews, ArrayView<float>, ArrayView<float>>>(FoldKernel);

    /// <summary>The elements of scratch that any pass takes: sums, three a channel, and two of each slice.</summary>
    public static long ScratchCount(in BatchNormShape shape, int items) =>
        shape.Channels * (3 + (2L * ColumnSumKernels.Slices(items * shape.Positions)));

    /// <summary>The statistics of a batch; the moving ones take them in.</summary>
    public void Statistics(
        AcceleratorStream stream, in BatchNormSizes sizes, ArrayView<float> input, ArrayView<float> movingMean, ArrayView<float> movingVariance, ArrayView<float> statistics, ArrayView<float> scratch)
    {
        ArrayView<float> means = statistics.SubView(0, sizes.Channels), sums = scratch.SubView(0, 2 * sizes.Channels), slices = scratch.SubView(3 * sizes.Channels);
        columnSums.Sum(stream, sizes.Rows, sizes.Channels, input, means, slices);
        _deviations.Next(stream, ColumnSumKernels.Groups(sizes.Channels, sizes.Slices), sizes, input, means, sizes.Slices == 1 ? sums : slices);
        if (sizes.Slices > 1)
        {
            columnSums.AddSlices(stream, sizes.Slices, 2 * sizes.Channels, slices, sums);
        }

        _statistics.Next(stream, Grid1D.Of(sizes.Channels), sizes, sums, movingMean, movingVariance, statistics);
    }

    /// <summary>The moving statistics in the form that the other passes read.</summary>
    public void MovingStatistics(AcceleratorStream stream, in BatchNormSizes sizes, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> statistics) =>
        _moving.Next(stream, Grid1D.Of(sizes.Channels), sizes, mean, variance, statistics);

    /// <summary>y.</summary>
    public void Forward(AcceleratorStream stream, in BatchNormSizes sizes, ArrayView<float> input, BatchNormViews weights, ArrayView<float> output) =>
        _forward.Next(stream, Grid1D.Of(sizes.Rows * sizes.Channels), sizes, input, weights, output);

    /// <summary>The sums of dy, one a channel, and behind them those of dy xhat.</summary>
    public ArrayView<float> Gradients(
        AcceleratorStream stream, in BatchNormSizes sizes, ArrayView<float> input, BatchNormViews weights, DeviceGradient gradient, ArrayView<float> scratch)
    {
        ArrayView<float> sums = scratch.SubView(0, 2 * sizes.Channels), slices = scratch.SubView(3 * sizes.Channels);
        _gradients.Next(
            stream, ColumnSumKernels.Groups(sizes.Channels, sizes.Slices), sizes, gradient.Source, input, weights, gradient.Values, gradient.ReluOutput, sizes.Slices == 1 ? sums : slices);
        if (sizes.Slices > 1)
        {
            columnSums.AddSlices(stream, sizes.Slices, 2 * sizes.Channels, slices, sums);
        }

        return sums;
    }

    /// <summary>dx.</summary>
    public void Input(
        AcceleratorStream stream, in BatchNormSizes sizes, ArrayView<float> input, BatchNormViews weights, DeviceGradient gradient, ArrayView<float> sums, ArrayView<float> dInput) =>
        _input.Next(stream, Grid1D.Of(sizes.Rows * sizes.Channels), sizes, gradient.Source, input, weights, gradient.Values, gradient.ReluOutput, sums, dInput);

    /// <summary>The kernel and the bias of both in one.</summary>
    public void Fold(
        AcceleratorStream stream, in BatchNormSizes sizes, ArrayView<float> kernel, ArrayView<float> bias, BatchNormViews weights, ArrayView<float> foldedKernel, ArrayView<float> foldedBias) =>
        _fold.Next(stream, Grid1D.Of((sizes.Rows + 1) * sizes.Channels), sizes, kernel, bias, weights, foldedKernel, foldedBias);

    /// <summary>A group sums the deviations of 32 channels of a slice, and their squares: eight lanes of rows, then a tree over the lanes.</summary>
    public static void DeviationsKernel(BatchNormSizes s, ArrayView<float> input, ArrayView<float> totals, ArrayView<float> sums)
    {
        int lane = Group.IdxX / ColumnSumKernels.Columns, c = (Grid.IdxX * ColumnSumKernels.Columns) + (Group.IdxX % ColumnSumKernels.Columns);
        int first = Grid.IdxY * s.SliceRows, end = first + s.SliceRows < s.Rows ? first + s.SliceRows : s.Rows;
        float sum = 0f, squares = 0f;
        if (c < s.Channels)
        {
            float mean = totals[c] / s.Rows;
            for (int row = first + lane; row < end; row += ColumnSumKernels.Lanes)
            {
                float deviation = input[((long)row * s.Channels) + c] - mean;
                sum += deviation;
                squares += deviation * deviation;
            }
        }

        Write(s, lane, c, sum, squares, sums);
    }

    /// <summary>One channel's statistics.</summary>
    public static void StatisticsKernel(BatchNormSizes s, ArrayView<float> sums, ArrayView<float> movingMean, ArrayView<float> movingVariance, ArrayView<float> statistics)
    {
        int c = Grid1D.Index;
        if (c < s.Channels)
        {
            float mean = statistics[c] / s.Rows, left = sums[c], remainder = left / s.Rows;
            float variance = (sums[s.Channels + c] - (left * remainder)) / s.Rows;
            variance = variance < 0f ? 0f : variance;
            statistics[c] = mean;
            statistics[s.Channels + c] = remainder;
            statistics[(2 * s.Channels) + c] = 1f / MathF.Sqrt(variance + s.Epsilon);
            movingMean[c] = (s.Momentum * movingMean[c]) + (s.NewPart * (mean + remainder));
            movingVariance[c] = (s.Momentum * movingVariance[c]) + (s.NewPart * variance);
        }
    }

    /// <summary>One channel's moving statistics.</summary>
    public static void MovingKernel(BatchNormSizes s, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> statistics)
    {
        int c = Grid1D.Index;
        if (c < s.Channels)
        {
            statistics[c] = mean[c];
            statistics[s.Channels + c] = 0f;
            statistics[(2 * s.Channels) + c] = 1f / MathF.Sqrt(variance[c] + s.Epsilon);
        }
    }

    /// <summary>One output.</summary>
    public static void ForwardKernel(BatchNormSizes s, ArrayView<float> input, BatchNormViews weights, ArrayView<float> output)
    {
        int i = Grid1D.Index;
        if (i < s.Rows * s.Channels)
        {
            int c = i % s.Channels;
            float value = weights.Offset(weights.Normalized(input[i], c, s.Channels) * weights.Factor(c), c);
            output[i] = s.IsRelu != 0 ? ReluKernels.Rectify(value) : value;
        }
    }

    /// <summary>As <see cref="DeviationsKernel"/>, of dy and dy xhat.</summary>
    public static void GradientsKernel(
        BatchNormSizes s, Gradient gradient, ArrayView<float> input, BatchNormViews weights, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> sums)
    {
        int lane = Group.IdxX / ColumnSumKernels.Columns, c = (Grid.IdxX * ColumnSumKernels.Columns) + (Group.IdxX % ColumnSumKernels.Columns);
        int first = Grid.IdxY * s.SliceRows, end = first + s.SliceRows < s.Rows ? first + s.SliceRows : s.Rows;
        float dBeta = 0f, dGamma = 0f;
        if (c < s.Channels)
        {
            for (int row = first + lane; row < end; row += ColumnSumKernels.Lanes)
            {
                int i = (row * s.Channels) + c;
                float dy = gradient.At(dOutput, reluOutput, i);
                dBeta += dy;
                dGamma += dy * weights.Normalized(input[i], c, s.Channels);
            }
        }

        Write(s, lane, c, dBeta, dGamma, sums);
    }

    /// <summary>One input.</summary>
    public static void InputKernel(
        BatchNormSizes s, Gradient gradient, ArrayView<float> input, BatchNormViews weights, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> sums, ArrayView<float> dInput)
    {
        int i = Grid1D.Index;
        if (i < s.Rows * s.Channels)
        {
            int c = i % s.Channels;
            float dy = gradient.At(dOutput, reluOutput, i);
            if (s.OfBatch != 0)
            {
                dy -= (sums[c] + (weights.Normalized(input[i], c, s.Channels) * sums[s.Channels + c])) / s.Rows;
            }

            dInput[i] = weights.Factor(c) * weights.Statistics[(2 * s.Channels) + c] * dy;
        }
    }

    /// <summary>One weight, or behind them one bias.</summary>
    public static void FoldKernel(
        BatchNormSizes s, ArrayView<float> kernel, ArrayView<float> bias, BatchNormViews weights, ArrayView<float> foldedKernel, ArrayView<float> foldedBias)
    {
        int i = Grid1D.Index, c = i % s.Channels;
        if (i < s.Rows * s.Channels)
        {
            foldedKernel[i] = kernel[i] * (weights.Factor(c) * weights.Statistics[(2 * s.Channels) + c]);
        }
        else if (i < (s.Rows + 1) * s.Channels)
        {
            foldedBias[c] = weights.Offset(weights.Normalized(bias.Length > 0 ? bias[c] : 0f, c, s.Channels) * weights.Factor(c), c);
        }
    }

    /// <summary>Adds the lanes of a group and writes a slice's two sums of a channel.</summary>
    private static void Write(BatchNormSizes s, int lane, int c, float a, float b, ArrayView<float> sums)
    {
        const int Threads = ColumnSumKernels.Columns * ColumnSumKernels.Lanes;
        ArrayView<float> lanes = SharedMemory.Allocate<float>(2 * Threads);
        lanes[Group.IdxX] = a;
        lanes[Threads + Group.IdxX] = b;
        Group.Barrier();
        for (int half = ColumnSumKernels.Lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                int other = Group.IdxX + (half * ColumnSumKernels.Columns);
                lanes[Group.IdxX] += lanes[other];
                lanes[Threads + Group.IdxX] += lanes[Threads + other];
            }

            Group.Barrier();
        }

        if (lane == 0 && c < s.Channels)
        {
            int slice = Grid.IdxY * 2 * s.Channels;
            sums[slice + c] = lanes[Group.IdxX];
            sums[slice + s.Channels + c] = lanes[Threads + Group.IdxX];
        }
    }
}

/// <summary>The sizes and numbers of a batch normalization as kernels take them.</summary>
internal readonly struct BatchNormSizes(in BatchNormShape shape, int rows, bool isRelu = false, bool ofBatch = false)
{
    public readonly int Rows = rows;
    public readonly int Channels = shape.Channels;
    public readonly int Slices = ColumnSumKernels.Slices(rows);
    public readonly int SliceRows = ColumnSumKernels.RowsPerSlice(rows);
    public readonly int IsRelu = isRelu ? 1 : 0;
    public readonly int OfBatch = ofBatch ? 1 : 0;
    public readonly float Epsilon = (float)shape.Epsilon;
    public readonly float Momentum = (float)shape.Momentum;
    public readonly float NewPart = (float)(1 - shape.Momentum);
}

/// <summary><see cref="BatchNormWeights"/> on the device; without a gamma or beta its view is empty.</summary>
internal readonly struct BatchNormViews(ArrayView<float> statistics, ArrayView<float> gamma, ArrayView<float> beta)
{
    public readonly ArrayView<float> Statistics = statistics;
    public readonly ArrayView<float> Gamma = gamma;
    public readonly ArrayView<float> Beta = beta;

    /// <summary>xhat.</summary>
    public float Normalized(float x, int c, int channels) => (x - Statistics[c] - Statistics[channels + c]) * Statistics[(2 * channels) + c];

    /// <summary>gamma.</summary>
    public float Factor(int c) => Gamma.Length > 0 ? Gamma[c] : 1f;

    /// <summary>A value and beta.</summary>
    public float Offset(float value, int c) => Beta.Length > 0 ? value + Beta[c] : value;
}
