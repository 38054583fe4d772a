using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Layer normalization, a group a row: its threads sum features a group apart, and a tree adds the threads; <see cref="LayerNormReference"/> states it. The
/// mean is kept in two parts, as in <see cref="BatchNormKernels"/>. Rows' statistics are in scratch when gamma and beta get their gradients.
/// </summary>
internal sealed class LayerNormKernels(KernelLoader loader)
{
    private const int Threads = 64;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _input =
        loader.Load<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(InputKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>>> _statistics =
        loader.Load<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>>>(StatisticsKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _weights =
        loader.Load<Action<AcceleratorStream, KernelConfig, LayerNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(WeightsKernel);

    /// <summary>y.</summary>
    public void Forward(AcceleratorStream stream, in LayerNormSizes sizes, ArrayView<float> input, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> output) =>
        _forward.Next(stream, new KernelConfig(sizes.Rows, Threads), sizes, input, gamma, beta, output);

    /// <summary>dx.</summary>
    public void BackwardInput(AcceleratorStream stream, in LayerNormSizes sizes, ArrayView<float> input, ArrayView<float> gamma, ArrayView<float> dOutput, ArrayView<float> dInput) =>
        _input.Next(stream, new KernelConfig(sizes.Rows, Threads), sizes, input, gamma, dOutput, dInput);

    /// <summary>dgamma and dbeta, each unless its view is empty.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in LayerNormSizes sizes, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> dGamma, ArrayView<float> dBeta, ArrayView<float> scratch)
    {
        _statistics.Next(stream, new KernelConfig(sizes.Rows, Threads), sizes, input, scratch);
        _weights.Next(stream, Grid1D.Of(sizes.Features), sizes, input, dOutput, dGamma, dBeta, scratch);
    }

    /// <summary>One row of y.</summary>
    public static void ForwardKernel(LayerNormSizes s, ArrayView<float> input, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> output)
    {
        ArrayView<float> lanes = SharedMemory.Allocate<float>(Threads);
        RowStatistics row = Statistics(s, input, lanes);
        for (int i = Group.IdxX; i < s.Features; i += Threads)
        {
            int at = (Grid.IdxX * s.Features) + i;
            float value = row.Normalized(input[at]) * (gamma.Length > 0 ? gamma[i] : 1f);
            output[at] = beta.Length > 0 ? value + beta[i] : value;
        }
    }

    /// <summary>One row of dx.</summary>
    public static void InputKernel(LayerNormSizes s, ArrayView<float> input, ArrayView<float> gamma, ArrayView<float> dOutput, ArrayView<float> dInput)
    {
        ArrayView<float> lanes = SharedMemory.Allocate<float>(Threads);
        RowStatistics row = Statistics(s, input, lanes);
        float sum = 0f, products = 0f;
        for (int i = Group.IdxX; i < s.Features; i += Threads)
        {
            int at = (Grid.IdxX * s.Features) + i;
            float g = dOutput[at] * (gamma.Length > 0 ? gamma[i] : 1f);
            sum += g;
            products += g * row.Normalized(input[at]);
        }

        sum = Total(lanes, sum) / s.Features;
        products = Total(lanes, products) / s.Features;
        for (int i = Group.IdxX; i < s.Features; i += Threads)
        {
            int at = (Grid.IdxX * s.Features) + i;
            float g = dOutput[at] * (gamma.Length > 0 ? gamma[i] : 1f);
            dInput[at] = (g - sum - (row.Normalized(input[at]) * products)) * row.Inverse;
        }
    }

    /// <summary>One row's statistics.</summary>
    public static void StatisticsKernel(LayerNormSizes s, ArrayView<float> input, ArrayView<float> statistics)
    {
        ArrayView<float> lanes = SharedMemory.Allocate<float>(Threads);
        RowStatistics row = Statistics(s, input, lanes);
        if (Group.IdxX == 0)
        {
            statistics[3 * Grid.IdxX] = row.Mean;
            statistics[(3 * Grid.IdxX) + 1] = row.Remainder;
            statistics[(3 * Grid.IdxX) + 2] = row.Inverse;
        }
    }

    /// <summary>One feature's gradients: compensated sums over all rows.</summary>
    public static void WeightsKernel(
        LayerNormSizes s, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> dGamma, ArrayView<float> dBeta, ArrayView<float> statistics)
    {
        int i = Grid1D.Index;
        if (i < s.Features)
        {
            DeviceSum gamma = default, beta = default;
            for (int n = 0; n < s.Rows; n++)
            {
                int at = (n * s.Features) + i;
                var row = new RowStatistics(statistics[3 * n], statistics[(3 * n) + 1], statistics[(3 * n) + 2]);
                gamma.Add(dOutput[at] * row.Normalized(input[at]));
                beta.Add(dOutput[at]);
            }

            if (dGamma.Length > 0)
            {
                dGamma[i] = gamma.Value;
            }

            if (dBeta.Length > 0)
            {
                dBeta[i] = beta.Value;
            }
        }
    }

    private static RowStatistics Statistics(LayerNormSizes s, ArrayView<float> input, ArrayView<float> lanes)
    {
        int first = Grid.IdxX * s.Features;
        float sum = 0f;
        for (int i = Group.IdxX; i < s.Features; i += Threads)
        {
            sum += input[first + i];
        }

        float mean = Total(lanes, sum) / s.Features, left = 0f, squares = 0f;
        for (int i = Group.IdxX; i < s.Features; i += Threads)
        {
            float deviation = input[first + i] - mean;
            left += deviation;
            squares += deviation * deviation;
        }

        left = Total(lanes, left);
        float remainder = left / s.Features, variance = (Total(lanes, squares) - (left * remainder)) / s.Features;
        return new RowStatistics(mean, remainder, 1f / MathF.Sqrt((variance < 0f ? 0f : variance) + s.Epsilon));
    }

    /// <summary>The sum over the threads of a group, known to all of them.</summary>
    private static float Total(ArrayView<float> lanes, float value)
    {
        lanes[Group.IdxX] = value;
        Group.Barrier();
        for (int half = Threads / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
            {
                lanes[Group.IdxX] += lanes[Group.IdxX + half];
            }

            Group.Barrier();
        }

        float total = lanes[0];
        Group.Barrier();
        return total;
    }

    private readonly struct RowStatistics(float mean, float remainder, float inverse)
    {
        public readonly float Mean = mean;
        public readonly float Remainder = remainder;
        public readonly float Inverse = inverse;

        public float Normalized(float x) => (x - Mean - Remainder) * Inverse;
    }
}

/// <summary>The sizes as kernels take them.</summary>
internal readonly struct LayerNormSizes(in LayerNormShape shape, int items)
{
    public readonly int Rows = items * shape.Rows;
    public readonly int Features = shape.Features;
    public readonly float Epsilon = (float)shape.Epsilon;
}
