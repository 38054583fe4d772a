using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Softmax and cross-entropy, a thread a row; <see cref="Ops.SoftmaxCrossEntropyReference"/> states them.</summary>
internal sealed class SoftmaxKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>> _softmax =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(SoftmaxKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>>>(BackwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _softmaxBackward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SoftmaxBackwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>>> _crossEntropy =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>>>(CrossEntropyKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>>> _crossEntropyBackward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>>>(CrossEntropyBackwardKernel);

    /// <summary>p = softmax(x), row by row.</summary>
    public void Softmax(AcceleratorStream stream, int rows, int classes, ArrayView<float> logits, ArrayView<float> probabilities) =>
        _softmax.Next(stream, Rows(rows), rows, classes, logits, probabilities);

    /// <summary>Softmax, losses and hits.</summary>
    public void Forward(
        AcceleratorStream stream, int rows, int classes, ArrayView<float> logits, ArrayView<int> labels, ArrayView<float> probabilities,
        ArrayView<float> losses, ArrayView<float> hits) =>
        _forward.Next(stream, Rows(rows), rows, classes, logits, labels, probabilities, losses, hits);

    /// <summary>dx = (p - onehot(label)) / rows.</summary>
    public void Backward(
        AcceleratorStream stream, int rows, int classes, ArrayView<float> probabilities, ArrayView<int> labels, ArrayView<float> dLogits) =>
        _backward.Next(stream, Grid1D.Of(rows * classes), rows, classes, probabilities, labels, dLogits);

    /// <summary>dx of a softmax alone.</summary>
    public void SoftmaxBackward(
        AcceleratorStream stream, int rows, int classes, ArrayView<float> probabilities, ArrayView<float> dProbabilities, ArrayView<float> dLogits) =>
        _softmaxBackward.Next(stream, Rows(rows), rows, classes, probabilities, dProbabilities, dLogits);

    /// <summary>Losses and hits of probabilities.</summary>
    public void CrossEntropy(
        AcceleratorStream stream, int rows, int classes, ArrayView<float> probabilities, ArrayView<int> labels, ArrayView<float> losses, ArrayView<float> hits) =>
        _crossEntropy.Next(stream, Rows(rows), rows, classes, probabilities, labels, losses, hits);

    /// <summary>The gradient of that mean loss.</summary>
    public void CrossEntropyBackward(
        AcceleratorStream stream, int rows, int classes, ArrayView<float> probabilities, ArrayView<int> labels, ArrayView<float> dProbabilities) =>
        _crossEntropyBackward.Next(stream, Grid1D.Of(rows * classes), rows, classes, probabilities, labels, dProbabilities);

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
        int rows, int classes, ArrayView<float> probabilities, ArrayView<int> labels, ArrayView<float> losses, ArrayView<float> hits)
    {
        int row = (Grid.IdxX * RowGroup) + Group.IdxX, first = row * classes;
        if (row < rows)
        {
            int label = labels[row];
            losses[row] = -XMath.Log(Floored(probabilities[first + label]));
            hits[row] = IndexOfMax(first, classes, probabilities) == label ? 1f : 0f;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void CrossEntropyBackwardKernel(int rows, int classes, ArrayView<float> probabilities, ArrayView<int> labels, ArrayView<float> dProbabilities)
    {
        int i = Grid1D.Index;
        if (i < rows * classes)
        {
            int row = i / classes;
            dProbabilities[i] = i - (row * classes) == labels[row] ? -1f / (rows * Floored(probabilities[i])) : 0f;
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
        int rows, int classes, ArrayView<float> logits, ArrayView<int> labels, ArrayView<float> probabilities, ArrayView<float> losses, ArrayView<float> hits)
    {
        int row = (Grid.IdxX * RowGroup) + Group.IdxX;
        if (row < rows)
        {
            int first = row * classes;
            RowSums sums = Row(first, classes, logits, probabilities);
            int label = labels[row];
            losses[row] = XMath.Log(sums.Sum) - (logits[first + label] - sums.Max);
            hits[row] = sums.Greatest == label ? 1f : 0f;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void BackwardKernel(int rows, int classes, ArrayView<float> probabilities, ArrayView<int> labels, ArrayView<float> dLogits)
    {
        int i = Grid1D.Index;
        if (i < rows * classes)
        {
            int row = i / classes;
            float target = i - (row * classes) == labels[row] ? 1f : 0f;
            dLogits[i] = (probabilities[i] - target) / rows;
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
