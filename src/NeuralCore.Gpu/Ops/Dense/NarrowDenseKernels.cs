using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// A dense layer of few units, as a network's last one often is. Its products have too few elements to fill a device by tiles, and a tile's steps
/// would follow one another; here several threads share each sum.
/// </summary>
internal sealed class NarrowDenseKernels(KernelLoader loader)
{
    /// <summary>The units, and the inputs, at most.</summary>
    private const int MostUnits = 16, MostInputs = 1024;

    /// <summary>The threads of a group, and those that share an output: a warp, which reads neighbouring inputs.</summary>
    private const int Threads = 256, OutputLanes = 32;

    /// <summary>The threads that share a gradient, each with a part of the items.</summary>
    private const int GradientLanes = 8;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, NarrowSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, NarrowSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, NarrowSizes, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _weights =
        loader.Load<Action<AcceleratorStream, KernelConfig, NarrowSizes, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(
            BackwardWeightsKernel);

    private readonly Dictionary<Type, object> _updates = new()
    {
        [typeof(AdamFormula<DeviceScalar, float>)] = loader.Load<UpdateLaunch<AdamFormula<DeviceScalar, float>>>(BackwardUpdateKernel<AdamFormula<DeviceScalar, float>>),
    };

    /// <summary>The launch of a backward pass that updates.</summary>
    internal delegate void UpdateLaunch<TFormula>(
        AcceleratorStream stream, KernelConfig config, NarrowSizes sizes, Gradient source, TFormula formula, ArrayView<float> input, ArrayView<float> dOutput,
        ArrayView<float> reluOutput, ArrayView<float> dBias, ArrayView<float> weights, ArrayView<float> first, ArrayView<float> second)
        where TFormula : unmanaged, IUpdateFormula<float>;

    /// <summary>Whether these kernels are for such a layer.</summary>
    public static bool Can(in DenseShape shape) => shape.Units <= MostUnits && shape.Inputs <= MostInputs;

    /// <summary>y = activation(x w + bias).</summary>
    public void Forward(
        AcceleratorStream stream, in DenseShape shape, int items, ArrayView<float> input, ArrayView<float> weights, BiasEpilogue epilogue, ArrayView<float> output) =>
        _forward.Next(stream, Groups(items * shape.Units, OutputLanes), new(shape, items), epilogue.IsRelu ? 1 : 0, input, weights, epilogue.Bias, output);

    /// <summary>dw and dbias.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in DenseShape shape, int items, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights, ArrayView<float> dBias) =>
        _weights.Next(
            stream, Groups(shape.WeightCount + shape.Units, GradientLanes), new(shape, items), dOutput.Source, input, dOutput.Values, dOutput.ReluOutput, dWeights, dBias);

    /// <summary>dbias, and an optimiser's step with dw, which is not written.</summary>
    public void BackwardUpdate<TFormula>(
        AcceleratorStream stream, in DenseShape shape, int items, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dBias, TFormula formula,
        in UpdateViews weights)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        if (!_updates.TryGetValue(typeof(TFormula), out object? kernel))
        {
            _updates.Add(typeof(TFormula), kernel = loader.Load<UpdateLaunch<TFormula>>(BackwardUpdateKernel<TFormula>));
        }

        ((Kernel<UpdateLaunch<TFormula>>)kernel).Next(
            stream, Groups(shape.WeightCount + shape.Units, GradientLanes), new(shape, items), dOutput.Source, formula, input, dOutput.Values, dOutput.ReluOutput, dBias,
            weights.Values, weights.First, weights.Second);
    }

    /// <summary>A warp an output: a lane adds every 32nd term, then a tree adds the lanes.</summary>
    public static void ForwardKernel(
        NarrowSizes s, int isRelu, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> output)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(Threads);
        int lane = Group.IdxX % OutputLanes, element = (Grid.IdxX * (Threads / OutputLanes)) + (Group.IdxX / OutputLanes);
        int n = element / s.Units, unit = element - (n * s.Units);
        float sum = 0;
        if (n < s.Items)
        {
            for (int k = lane; k < s.Inputs; k += OutputLanes)
            {
                sum = FusedMultiplyAdd.Of(input[(n * s.Inputs) + k], weights[(k * s.Units) + unit], sum);
            }
        }

        sums[Group.IdxX] = sum;
        Group.Barrier();
        for (int half = OutputLanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                sums[Group.IdxX] += sums[Group.IdxX + half];
            }

            Group.Barrier();
        }

        if (lane == 0 && n < s.Items)
        {
            float value = sums[Group.IdxX] + bias[unit];
            output[element] = isRelu == 0 ? value : ReluKernels.Rectify(value);
        }
    }

    /// <summary>Eight threads a gradient.</summary>
    public static void BackwardWeightsKernel(
        NarrowSizes s, Gradient source, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> dWeights, ArrayView<float> dBias)
    {
        float sum = GradientOf(s, source, input, dOutput, reluOutput);
        int element = GradientElement, weights = s.Inputs * s.Units;
        if (Group.IdxX < Threads / GradientLanes && element < weights + s.Units)
        {
            if (element < weights)
            {
                dWeights[element] = sum;
            }
            else
            {
                dBias[element - weights] = sum;
            }
        }
    }

    /// <summary>The same, with an optimiser's step where a weight's gradient would be written.</summary>
    public static void BackwardUpdateKernel<TFormula>(
        NarrowSizes s, Gradient source, TFormula formula, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> dBias,
        ArrayView<float> weights, ArrayView<float> first, ArrayView<float> second)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        float sum = GradientOf(s, source, input, dOutput, reluOutput);
        int element = GradientElement, weightCount = s.Inputs * s.Units;
        if (Group.IdxX < Threads / GradientLanes && element < weightCount + s.Units)
        {
            if (element < weightCount)
            {
                UpdateKernels.UpdateElement(formula, element, sum, weights, first, second);
            }
            else
            {
                dBias[element - weightCount] = sum;
            }
        }
    }

    /// <summary>The weight of this thread, or the bias behind the weights.</summary>
    private static int GradientElement => (Grid.IdxX * (Threads / GradientLanes)) + (Group.IdxX % (Threads / GradientLanes));

    /// <summary>A gradient, whole in the threads of the first lane: a lane adds every eighth item, then a tree adds the lanes.</summary>
    private static float GradientOf(NarrowSizes s, Gradient source, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> reluOutput)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(Threads);
        var memory = new OperandMemory(dOutput, reluOutput, dOutput.Cast<byte>());
        int element = GradientElement, lane = Group.IdxX / (Threads / GradientLanes), weights = s.Inputs * s.Units;
        int row = element / s.Units, unit = element - (row * s.Units);
        float sum = 0;
        if (element < weights + s.Units)
        {
            for (int n = lane; n < s.Items; n += GradientLanes)
            {
                float dz = Gradient.At(source, memory, (n * s.Units) + unit);
                sum = element < weights ? FusedMultiplyAdd.Of(input[(n * s.Inputs) + row], dz, sum) : sum + dz;
            }
        }

        sums[Group.IdxX] = sum;
        Group.Barrier();
        for (int half = GradientLanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                sums[Group.IdxX] += sums[Group.IdxX + (half * (Threads / GradientLanes))];
            }

            Group.Barrier();
        }

        return sums[Group.IdxX];
    }

    private static KernelConfig Groups(int count, int lanes) => new(TileChoice.Count(count, Threads / lanes), Threads);
}

/// <summary>The sizes of a dense layer's work.</summary>
internal readonly struct NarrowSizes(in DenseShape shape, int items)
{
    public readonly int Items = items;
    public readonly int Inputs = shape.Inputs;
    public readonly int Units = shape.Units;
}
