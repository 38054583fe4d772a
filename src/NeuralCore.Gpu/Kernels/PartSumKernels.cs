using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Adds the parts of a product that was cut along its inner dimension, in one order whatever the device: eight lanes add every eighth part,
/// then a tree adds the lanes.
/// </summary>
internal sealed class PartSumKernels(KernelLoader loader)
{
    /// <summary>The elements of a group: a warp reads them at once.</summary>
    private const int Elements = 32;

    /// <summary>The parts that a group reads at once.</summary>
    private const int Lanes = 8;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, PartSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _sum =
        loader.Load<Action<AcceleratorStream, KernelConfig, PartSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SumKernel);

    /// <summary>y = activation(sum of the parts + bias), a row of <paramref name="columns"/> biases for each row.</summary>
    public void Outputs(
        AcceleratorStream stream, int parts, int rows, int columns, ArrayView<float> source, ArrayView<float> bias, bool isRelu, ArrayView<float> output) =>
        Queue(stream, new PartSizes(parts, rows * columns, rows * columns, columns, isRelu ? 1 : 0), source, bias, output, output);

    /// <summary>dx = the sum of the parts.</summary>
    public void Plain(AcceleratorStream stream, int parts, int count, ArrayView<float> source, ArrayView<float> output) =>
        Queue(stream, new PartSizes(parts, count, count, 0, 0), source, output, output, output);

    /// <summary>dw and dbias, from parts that hold one behind the other.</summary>
    public void Gradients(
        AcceleratorStream stream, int parts, int weights, int biases, ArrayView<float> source, ArrayView<float> dWeights, ArrayView<float> dBias) =>
        Queue(stream, new PartSizes(parts, weights + biases, weights, 0, 0), source, dWeights, dWeights, dBias);

    /// <summary>A group adds 32 elements.</summary>
    public static void SumKernel(
        PartSizes sizes, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> output, ArrayView<float> behind)
    {
        ArrayView<float> lanes = SharedMemory.Allocate<float>(Elements * Lanes);
        int lane = Group.IdxX / Elements;
        int element = (Grid.IdxX * Elements) + (Group.IdxX % Elements);
        float sum = 0;
        if (element < sizes.Count)
        {
            for (int part = lane; part < sizes.Parts; part += Lanes)
            {
                sum += source[(part * sizes.Count) + element];
            }
        }

        lanes[Group.IdxX] = sum;
        Group.Barrier();
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                lanes[Group.IdxX] += lanes[Group.IdxX + (half * Elements)];
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

    private void Queue(
        AcceleratorStream stream, PartSizes sizes, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> output, ArrayView<float> behind) =>
        _sum.Next(stream, new KernelConfig(TileChoice.Count(sizes.Count, Elements), Elements * Lanes), sizes, source, bias, output, behind);
}

/// <summary>The sizes of a sum of parts.</summary>
/// <param name="parts">The parts.</param>
/// <param name="count">The elements of a part.</param>
/// <param name="first">How many of them go to the first output; the others go to the second.</param>
/// <param name="biasCount">The elements of the bias, 0 where there is none.</param>
/// <param name="isRelu">1 where a ReLU follows, else 0.</param>
internal readonly struct PartSizes(int parts, int count, int first, int biasCount, int isRelu)
{
    public readonly int Parts = parts;
    public readonly int Count = count;
    public readonly int First = first;
    public readonly int BiasCount = biasCount;
    public readonly int IsRelu = isRelu;
}
