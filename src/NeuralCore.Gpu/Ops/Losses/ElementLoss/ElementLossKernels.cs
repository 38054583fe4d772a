using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Losses element by element, a thread a row forward and a thread an element backward, and rows that count more or less than others.</summary>
internal sealed class ElementLossKernels(KernelLoader loader)
{
    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, DeviceElementLoss, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, DeviceElementLoss, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, DeviceElementLoss, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _backward =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, DeviceElementLoss, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(BackwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>> _scaleRows =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(ScaleRowsKernel);

    /// <summary>Losses, and the part of each row's elements that are on their target's side.</summary>
    public void Forward(
        AcceleratorStream stream, in ElementLossShape shape, int rows, ArrayView<float> prediction, ArrayView<float> targets, ArrayView<float> losses, ArrayView<float> hits) =>
        _forward.Next(stream, Grid1D.Of(rows), rows, new DeviceElementLoss(shape), prediction, targets, losses, hits);

    /// <summary>The gradient of the mean loss.</summary>
    public void Backward(
        AcceleratorStream stream, in ElementLossShape shape, int rows, ArrayView<float> prediction, ArrayView<float> targets, ArrayView<float> dPrediction) =>
        _backward.Next(stream, Grid1D.Of(rows * shape.Columns), rows * shape.Columns, new DeviceElementLoss(shape), prediction, targets, dPrediction);

    /// <summary>values[row, column] *= factors[row].</summary>
    public void ScaleRows(AcceleratorStream stream, int rows, int columns, ArrayView<float> values, ArrayView<float> factors) =>
        _scaleRows.Next(stream, Grid1D.Of(rows * columns), rows * columns, columns, values, factors);

    /// <summary>One thread a row.</summary>
    public static void ForwardKernel(
        int rows, DeviceElementLoss of, ArrayView<float> prediction, ArrayView<float> targets, ArrayView<float> losses, ArrayView<float> hits)
    {
        int row = Grid1D.Index;
        if (row < rows)
        {
            int first = row * of.Columns;
            float sum = 0f, right = 0f;
            for (int i = first; i < first + of.Columns; i++)
            {
                sum += DeviceElementLoss.Loss(of, prediction[i], FusedMultiplyAdd.Of(of.On, targets[i], of.Off));
                right += DeviceElementLoss.IsHit(of, prediction[i], targets[i]);
            }

            losses[row] = sum / of.Columns;
            hits[row] = right / of.Columns;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void BackwardKernel(int count, DeviceElementLoss of, ArrayView<float> prediction, ArrayView<float> targets, ArrayView<float> dPrediction)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            dPrediction[i] = DeviceElementLoss.Slope(of, prediction[i], FusedMultiplyAdd.Of(of.On, targets[i], of.Off)) / count;
        }
    }

    /// <summary>One thread an element.</summary>
    public static void ScaleRowsKernel(int count, int columns, ArrayView<float> values, ArrayView<float> factors)
    {
        int i = Grid1D.Index;
        if (i < count)
        {
            values[i] *= factors[i / columns];
        }
    }
}

/// <summary>An <see cref="ElementLossShape"/> on the device, with its functions; <see cref="IElementLoss"/> and what implements it state them.</summary>
internal readonly struct DeviceElementLoss(in ElementLossShape shape)
{
    private const float Least = 1e-7f;

    private const int Squared = (int)ElementLoss.SquaredError, OfLogits = (int)ElementLoss.BinaryCrossEntropyOfLogits;

    public readonly int Kind = (int)shape.Loss;
    public readonly int Columns = shape.Columns;
    public readonly float On = (float)(1 - shape.Smoothing);
    public readonly float Off = (float)(shape.Smoothing / 2);

    /// <summary>The loss of an element.</summary>
    public static float Loss(DeviceElementLoss self, float x, float t)
    {
        if (self.Kind == Squared)
        {
            return (x - t) * (x - t);
        }

        if (self.Kind == OfLogits)
        {
            return (x > 0f ? x : 0f) - (x * t) + LogOnePlus(DeviceMath.Exp(-XMath.Abs(x)));
        }

        return -(t * XMath.Log(AtLeast(x))) - ((1f - t) * XMath.Log(AtLeast(1f - x)));
    }

    /// <summary>Its derivative with respect to the prediction.</summary>
    public static float Slope(DeviceElementLoss self, float x, float t)
    {
        if (self.Kind == Squared)
        {
            return (x - t) + (x - t);
        }

        if (self.Kind == OfLogits)
        {
            float e = DeviceMath.Exp(-XMath.Abs(x));
            return ((x >= 0f ? 1f : e) / (1f + e)) - t;
        }

        return x < Least || 1f - x < Least ? 0f : (x - t) / (x * (1f - x));
    }

    /// <summary>1 where the prediction is on the target's side, else 0.</summary>
    public static float IsHit(DeviceElementLoss self, float x, float t)
    {
        float border = self.Kind == OfLogits ? 0f : 0.5f;
        return self.Kind != Squared && (x > border) == (t > 0.5f) ? 1f : 0f;
    }

    /// <summary>log(1 + e) of a number in [0, 1]: where 1 + e is rounded its logarithm is corrected by what was lost (Goldberg 1991, theorem 4).</summary>
    private static float LogOnePlus(float e)
    {
        float sum = 1f + e;
        return sum == 1f ? e : XMath.Log(sum) * (e / (sum - 1f));
    }

    private static float AtLeast(float p) => p < Least ? Least : p;
}
