using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Softmax and cross-entropy, a thread a row; <see cref="Ops.SoftmaxCrossEntropyReference"/> states them. Labels are read as the bits of numbers.</summary>
internal sealed class SoftmaxKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>> _softmax =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(SoftmaxKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(BackwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _softmaxBackward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SoftmaxBackwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _crossEntropy =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(CrossEntropyKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _crossEntropyBackward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, DeviceTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(CrossEntropyBackwardKernel);

    /// <summary>p = softmax(x), row by row.</summary>
    public void Softmax(AcceleratorStream stream, int rows, int classes, ArrayView<float> logits, ArrayView<float> probabilities) =>
        _softmax.Next(stream, Rows(rows), rows, classes, logits, probabilities);

    /// <summary>Softmax, losses and hits.</summary>
    public void Forward(
        AcceleratorStream stream, int rows, DeviceTargets of, ArrayView<float> logits, ArrayView<float> targets, ArrayView<float> probabilities,
        ArrayView<float> losses, ArrayView<float> hits) =>
        _forward.Next(stream, Rows(rows), rows, of, logits, targets, probabilities, losses, hits);

    /// <summary>dx = (p * sum of t - t) / rows.</summary>
    public void Backward(
        AcceleratorStream stream, int rows, DeviceTargets of, ArrayView<float> probabilities, ArrayView<float> targets, ArrayView<float> dLogits) =>
        _backward.Next(stream, Grid1D.Of(rows * of.Classes), rows, of, probabilities, targets, dLogits);

    /// <summary>dx of a softmax alone.</summary>
    public void SoftmaxBackward(
        AcceleratorStream stream, int rows, int classes, ArrayView<float> probabilities, ArrayView<float> dProbabilities, ArrayView<float> dLogits) =>
        _softmaxBackward.Next(stream, Rows(rows), rows, classes, probabilities, dProbabilities, dLogits);

    /// <summary>Losses and hits of probabilities.</summary>
    public void CrossEntropy(
        AcceleratorStream stream, int rows, DeviceTargets of, ArrayView<float> probabilities, ArrayView<float> targets, ArrayView<float> losses, ArrayView<float> hits) =>
        _crossEntropy.Next(stream, Rows(rows), rows, of, probabilities, targets, losses, hits);

    /// <summary>The gradient of that mean loss.</summary>
    public void CrossEntropyBackward(
        AcceleratorStream stream, int rows, DeviceTargets of, ArrayView<float> probabilities, ArrayView<float> targets, ArrayView<float> dProbabilities) =>
        _crossEntropyBackward.Next(stream, Grid1D.Of(rows * of.Classes), rows, of, probabilities, targets, dProbabilities);

    /// <summary>One thread a row.</summary>
    public static void SoftmaxBackwardKernel(int rows, int classes, ArrayView<float> probabilities, ArrayView<float> dProbabilities, ArrayView<float> dLogits)
    {
        int row = (Grid.IdxX * RowGroup) + Group.IdxX, first = row * classes;
        if (row < rows)
        {
            float sum = 0f;
            for (int i = first; i < first + classes; i++)
            {
                sum += dProbabilities[i] * probabilities[i];
            }

            for (int i = first; i < first + classes; i++)
            {
                dLogits[i] = probabilities[i] * (dProbabilities[i] - sum);
            }
        }
    }

    /// <summary>One thread a row.</summary>
    public static void CrossEntropyKernel(
        int rows, DeviceTargets of, ArrayView<float> probabilities, ArrayView<float> targets, ArrayView<float> losses, ArrayView<float> hits)
    {
        int row = (Grid.IdxX * RowGroup) + Group.IdxX, first = row * of.Classes;
        if (row < rows)
        {
            float loss = 0f;
            for (int i = 0; i < of.Classes; i++)
            {
                float target = DeviceTargets.At(of, targets, row, i);
                loss -= target == 0f ? 0f : target * XMath.Log(Floored(probabilities[first + i]));
            }

            losses[row] = loss;
            hits[row] = IndexOfMax(first, of.Classes, probabilities) == ClassOf(of, targets, row) ? 1f : 0f;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void CrossEntropyBackwardKernel(int rows, DeviceTargets of, ArrayView<float> probabilities, ArrayView<float> targets, ArrayView<float> dProbabilities)
    {
        int i = Grid1D.Index;
        if (i < rows * of.Classes)
        {
            int row = i / of.Classes;
            float target = DeviceTargets.At(of, targets, row, i - (row * of.Classes));
            dProbabilities[i] = target == 0f ? 0f : -target / (rows * Floored(probabilities[i]));
        }
    }

    /// <summary>One thread a row.</summary>
    public static void SoftmaxKernel(int rows, int classes, ArrayView<float> logits, ArrayView<float> probabilities)
    {
        int row = (Grid.IdxX * RowGroup) + Group.IdxX;
        if (row < rows)
        {
            Row(row * classes, classes, logits, probabilities);
        }
    }

    /// <summary>One thread a row.</summary>
    public static void ForwardKernel(
        int rows, DeviceTargets of, ArrayView<float> logits, ArrayView<float> targets, ArrayView<float> probabilities, ArrayView<float> losses, ArrayView<float> hits)
    {
        int row = (Grid.IdxX * RowGroup) + Group.IdxX;
        if (row < rows)
        {
            int first = row * of.Classes;
            RowSums sums = Row(first, of.Classes, logits, probabilities);
            float log = XMath.Log(sums.Sum), loss = 0f;
            for (int i = 0; i < of.Classes; i++)
            {
                // Where a class is not meant at all, its logit may be as far below the others as it likes.
                float target = DeviceTargets.At(of, targets, row, i);
                loss += target == 0f ? 0f : target * (log - (logits[first + i] - sums.Max));
            }

            losses[row] = loss;
            hits[row] = sums.Greatest == ClassOf(of, targets, row) ? 1f : 0f;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void BackwardKernel(int rows, DeviceTargets of, ArrayView<float> probabilities, ArrayView<float> targets, ArrayView<float> dLogits)
    {
        int i = Grid1D.Index;
        if (i < rows * of.Classes)
        {
            int row = i / of.Classes;
            float target = DeviceTargets.At(of, targets, row, i - (row * of.Classes));
            dLogits[i] = ((probabilities[i] * DeviceTargets.Sum(of, targets, row)) - target) / rows;
        }
    }

    /// <summary>Few threads a group, so that a batch's few rows are spread over many processors.</summary>
    private const int RowGroup = 32;

    private static KernelConfig Rows(int rows) => new(((rows - 1) / RowGroup) + 1, RowGroup);

    private static RowSums Row(int first, int classes, ArrayView<float> logits, ArrayView<float> probabilities)
    {
        int greatest = IndexOfMax(first, classes, logits);
        float max = logits[first + greatest];
        float sum = 0f;
        for (int i = first; i < first + classes; i++)
        {
            float e = DeviceMath.Exp(logits[i] - max);
            probabilities[i] = e;
            sum += e;
        }

        for (int i = first; i < first + classes; i++)
        {
            probabilities[i] = probabilities[i] / sum;
        }

        return new RowSums(greatest, max, sum);
    }

    /// <summary>The class that is meant.</summary>
    private static int ClassOf(DeviceTargets of, ArrayView<float> targets, int row) =>
        of.IsDense != 0 ? IndexOfMax(row * of.Classes, of.Classes, targets) : (int)Interop.FloatAsInt(targets[row]);

    private static float Floored(float probability) => probability < 1.17549435e-38f ? 1.17549435e-38f : probability;

    private static int IndexOfMax(int first, int classes, ArrayView<float> values)
    {
        int best = 0;
        float largest = values[first];
        for (int i = 1; i < classes; i++)
        {
            float value = values[first + i];
            if (value > largest)
            {
                largest = value;
                best = i;
            }
        }

        return best;
    }

    private readonly struct RowSums(int greatest, float max, float sum)
    {
        public readonly int Greatest = greatest;
        public readonly float Max = max;
        public readonly float Sum = sum;
    }
}

/// <summary>A <see cref="Ops.CrossEntropyShape"/> on the device.</summary>
internal readonly struct DeviceTargets(in Ops.CrossEntropyShape shape)
{
    public readonly int Classes = shape.Classes;
    public readonly int IsDense = shape.IsDense ? 1 : 0;
    public readonly float On = (float)shape.On;
    public readonly float Off = (float)shape.Off;

    /// <summary>t of a row and a class.</summary>
    public static float At(DeviceTargets self, ArrayView<float> targets, int row, int index)
    {
        if (self.IsDense != 0)
        {
            return FusedMultiplyAdd.Of(self.On, targets[(row * self.Classes) + index], self.Off);
        }

        return (int)Interop.FloatAsInt(targets[row]) == index ? self.On + self.Off : self.Off;
    }

    /// <summary>The sum of t over a row's classes.</summary>
    public static float Sum(DeviceTargets self, ArrayView<float> targets, int row)
    {
        if (self.IsDense == 0)
        {
            return 1f;
        }

        float sum = 0f;
        for (int i = 0; i < self.Classes; i++)
        {
            sum += At(self, targets, row, i);
        }

        return sum;
    }
}
