using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Clipping by a norm: each group sums the squares of a part, one group adds the parts, and every element is multiplied by what that came to, which
/// stays on the device. How it is cut depends on the sizes alone, and trees are of fixed shape: the same bits every time.
/// </summary>
internal sealed class ClipNormKernels(KernelLoader loader)
{
    private const int Threads = 256;

    /// <summary>The parts at most: as many as one group adds in a few steps.</summary>
    private const int MostParts = 1024;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>> _squares =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(SquaresKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>>> _scale =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>>>(ScaleKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>> _multiply =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(MultiplyKernel);

    /// <summary>The elements of scratch: the sums of the parts, and the scale.</summary>
    public static long ScratchCount(int count) => Parts(count) + 1;

    /// <summary>Clips in place.</summary>
    public void Clip(AcceleratorStream stream, int count, ArrayView<float> values, float limit, ArrayView<float> scratch)
    {
        int parts = Parts(count);
        _squares.Next(stream, new KernelConfig(parts, Threads), count, PartCount(count), values, scratch);
        _scale.Next(stream, new KernelConfig(1, Threads), parts, limit, scratch);
        _multiply.Next(stream, Grid1D.Of(count), count, parts, values, scratch);
    }

    /// <summary>A group sums the squares of a part.</summary>
    public static void SquaresKernel(int count, int partCount, ArrayView<float> values, ArrayView<float> sums)
    {
        int first = Grid.IdxX * partCount;
        int end = count - first < partCount ? count : first + partCount;
        float sum = 0f;
        for (int i = first + Group.IdxX; i < end; i += Threads)
        {
            sum = FusedMultiplyAdd.Of(values[i], values[i], sum);
        }

        sum = SumOfGroup(sum);
        if (Group.IdxX == 0)
        {
            sums[Grid.IdxX] = sum;
        }
    }

    /// <summary>One group adds the parts, and writes behind them what all numbers are multiplied by.</summary>
    public static void ScaleKernel(int parts, float limit, ArrayView<float> sums)
    {
        float sum = 0f;
        for (int part = Group.IdxX; part < parts; part += Threads)
        {
            sum += sums[part];
        }

        sum = SumOfGroup(sum);
        if (Group.IdxX == 0)
        {
            float norm = XMath.Sqrt(sum);
            sums[parts] = norm > limit ? limit / norm : 1f;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void MultiplyKernel(int count, int parts, ArrayView<float> values, ArrayView<float> sums)
    {
        int i = Grid1D.Index;
        float scale = sums[parts];
        if (i < count && scale != 1f)
        {
            values[i] *= scale;
        }
    }

    /// <summary>The sum over the threads of a group, for all of them: a tree.</summary>
    private static float SumOfGroup(float value)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(Threads);
        sums[Group.IdxX] = value;
        Group.Barrier();
        for (int half = Threads / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
            {
                sums[Group.IdxX] += sums[Group.IdxX + half];
            }

            Group.Barrier();
        }

        return sums[0];
    }

    private static int Parts(int count) => ((count - 1) / PartCount(count)) + 1;

    private static int PartCount(int count) => Math.Max(16 * Threads, ((count - 1) / MostParts) + 1);
}
