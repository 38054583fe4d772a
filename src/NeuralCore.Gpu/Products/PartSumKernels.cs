using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Adds the parts of a product that was cut along its inner dimension, in one order whatever the device: some lanes, as many as their number of
/// parts says, add each their share of the parts, then a tree adds the lanes.
/// </summary>
internal sealed class PartSumKernels(KernelLoader loader)
{
    /// <summary>The threads of a group: its elements times its lanes.</summary>
    private const int Threads = 256;

    /// <summary>The lanes at most: a group's elements then fill what memory transfers at once.</summary>
    private const int MostLanes = 32;

    /// <summary>The parts of a lane, so long as there can be more lanes.</summary>
    private const int LaneParts = 4;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, PartSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _sum =
        loader.Load<Action<AcceleratorStream, KernelConfig, PartSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SumKernel);

    /// <summary>y = activation(sum of the parts + bias), a row of <paramref name="columns"/> biases for each row.</summary>
    public void Outputs(
        AcceleratorStream stream, int parts, int rows, int columns, ArrayView<float> source, ArrayView<float> bias, bool isRelu, ArrayView<float> output) =>
        Queue(stream, new PartSizes(parts, LanesOf(parts), rows * columns, rows * columns, columns, isRelu ? 1 : 0), source, bias, output, output);

    /// <summary>dx = the sum of the parts.</summary>
    public void Plain(AcceleratorStream stream, int parts, int count, ArrayView<float> source, ArrayView<float> output) =>
        Queue(stream, new PartSizes(parts, LanesOf(parts), count, count, 0, 0), source, output, output, output);

    /// <summary>dw and dbias, from parts that hold one behind the other.</summary>
    public void Gradients(
        AcceleratorStream stream, int parts, int weights, int biases, ArrayView<float> source, ArrayView<float> dWeights, ArrayView<float> dBias) =>
        Queue(stream, new PartSizes(parts, LanesOf(parts), weights + biases, weights, 0, 0), source, dWeights, dWeights, dBias);

    /// <summary>A thread has a lane of an element.</summary>
    public static void SumKernel(
        PartSizes sizes, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> output, ArrayView<float> behind)
    {
        ArrayView<float> lanes = SharedMemory.Allocate<float>(Threads);
        int elements = Threads / sizes.Lanes, lane = Group.IdxX / elements;
        int element = (Grid.IdxX * elements) + Group.IdxX - (lane * elements);
        float sum = 0;
        if (element < sizes.Count)
        {
            for (int part = lane; part < sizes.Parts; part += sizes.Lanes)
            {
                sum += source[(part * sizes.Count) + element];
            }
        }

        lanes[Group.IdxX] = sum;
        Group.Barrier();
        for (int half = sizes.Lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                lanes[Group.IdxX] += lanes[Group.IdxX + (half * elements)];
            }

            Group.Barrier();
        }

        if (lane == 0 && element < sizes.Count)
        {
            float value = lanes[Group.IdxX];
            if (sizes.BiasCount > 0)
            {
                value += bias[element % sizes.BiasCount];
            }

            if (sizes.IsRelu != 0)
            {
                value = ReluKernels.Rectify(value);
            }

            if (element < sizes.First)
            {
                output[element] = value;
            }
            else
            {
                behind[element - sizes.First] = value;
            }
        }
    }

    private static int LanesOf(int parts)
    {
        int lanes = 1;
        while (lanes < MostLanes && 2 * lanes * LaneParts <= parts)
        {
            lanes *= 2;
        }

        return lanes;
    }

    private void Queue(
        AcceleratorStream stream, PartSizes sizes, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> output, ArrayView<float> behind) =>
        _sum.Next(stream, new KernelConfig(TileChoice.Count(sizes.Count, Threads / sizes.Lanes), Threads), sizes, source, bias, output, behind);
}

/// <summary>The sizes of a sum of parts.</summary>
/// <param name="parts">The parts.</param>
/// <param name="lanes">The lanes that add them: a power of two.</param>
/// <param name="count">The elements of a part.</param>
/// <param name="first">How many of them go to the first output; the others go to the second.</param>
/// <param name="biasCount">The elements of the bias, 0 where there is none.</param>
/// <param name="isRelu">1 where a ReLU follows, else 0.</param>
internal readonly struct PartSizes(int parts, int lanes, int count, int first, int biasCount, int isRelu)
{
    public readonly int Parts = parts;
    public readonly int Lanes = lanes;
    public readonly int Count = count;
    public readonly int First = first;
    public readonly int BiasCount = biasCount;
    public readonly int IsRelu = isRelu;
}
