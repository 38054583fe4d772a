using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The products of a dense layer; <see cref="DenseReference"/> states them. Sizes that are multiples of 4 are read in vectors, others
/// element by element.
/// <code>
///            rows     columns   inner
/// y   = x w     items    units     inputs     cut into parts where a batch of 128 would not fill a device
/// dx  = dz w'   items    inputs    units      likewise
/// dw  = x' dz   inputs   units     items      with dbias, the sums of dz's columns
/// </code>
/// What is cut into parts, and how, does not depend on the items: the others in a batch must not show in an item's answer.
/// </summary>
internal sealed class DenseKernels(KernelLoader loader, TileChoice tiles)
{
    /// <summary>The groups that a product is cut into at most: what a large device computes at once.</summary>
    private const int ItemGroups = 128, GradientGroups = 528;

    private readonly PartSumKernels _parts = new(loader);
    private readonly NarrowDenseKernels _narrow = new(loader);

    private readonly Product<InnerContiguous<Plain>, MatrixCursor, OuterContiguous<Plain>, MatrixCursor, ProductOutput> _forward = new(loader, tiles);
    private readonly Product<AlongInner<MatrixElements<Plain>>, ElementCursor, AlongOuter<MatrixElements<Plain>>, ElementCursor, ProductOutput> _forwardOfAnySize =
        new(loader, tiles);

    private readonly Product<InnerContiguous<Gradient>, MatrixCursor, InnerContiguous<Plain>, MatrixCursor, ProductOutput> _input = new(loader, tiles);
    private readonly Product<AlongInner<MatrixElements<Gradient>>, ElementCursor, AlongInner<MatrixElements<Plain>>, ElementCursor, ProductOutput> _inputOfAnySize =
        new(loader, tiles);

    private readonly Product<OuterContiguous<Plain>, MatrixCursor, OuterContiguous<Gradient>, MatrixCursor, GradientOutput> _weights = new(loader, tiles);
    private readonly Product<AlongOuter<MatrixElements<Plain>>, ElementCursor, AlongOuter<MatrixElements<Gradient>>, ElementCursor, GradientOutput> _weightsOfAnySize =
        new(loader, tiles);

    private readonly Dictionary<Type, object> _updates = new() { [typeof(AdamFormula<DeviceScalar, float>)] = new Updates<AdamFormula<DeviceScalar, float>>(loader, tiles) };

    /// <summary>The elements of scratch that any direction takes.</summary>
    public static long ScratchCount(in DenseShape shape, int items)
    {
        int forward = TileChoice.MostParts(TilesOf(shape.Units), shape.Inputs, ItemGroups);
        int input = TileChoice.MostParts(TilesOf(shape.Inputs), shape.Units, ItemGroups);
        int weights = TileChoice.MostParts(TilesOf(shape), items, GradientGroups);
        return Math.Max(
            Math.Max(PartCount(forward, (long)items * shape.Units), PartCount(input, (long)items * shape.Inputs)),
            PartCount(weights, GradientOutput.PartCount(shape.Inputs, shape.Units)));

        static long PartCount(int parts, long count) => parts == 1 ? 0 : parts * count;
    }

    /// <summary>Whether the weights' gradient is summed in one go, so that it can be used where it is summed.</summary>
    public static bool CanUpdate(in DenseShape shape, int items) => NarrowDenseKernels.Can(shape) || CutItems(shape, items).Parts == 1;

    /// <summary>y = activation(x w + bias).</summary>
    public void Forward(
        AcceleratorStream stream, in DenseShape shape, int items, ArrayView<float> input, ArrayView<float> weights, BiasEpilogue epilogue,
        ArrayView<float> output, ArrayView<float> scratch)
    {
        if (NarrowDenseKernels.Can(shape))
        {
            _narrow.Forward(stream, shape, items, input, weights, epilogue, output);
            return;
        }

        (InnerSizes inner, int parts) = Cut(shape.Units, shape.Inputs);
        var sizes = new ProductSizes(items, shape.Units, inner, parts);
        int whole = parts == 1 ? 1 : 0;
        var to = new ProductOutput(items, shape.Units, whole, epilogue.IsRelu ? whole : 0);
        ProductMemory memory = Memory(input, weights, input, parts == 1 ? output : scratch, epilogue.Bias);
        if ((shape.Inputs & 3) == 0 && (shape.Units & 3) == 0)
        {
            _forward.Run(stream, memory, new(default, items, shape.Inputs), new(default, shape.Units, shape.Inputs), to, sizes);
        }
        else
        {
            _forwardOfAnySize.Run(
                stream, memory, new(new(default, items, shape.Inputs, shape.Inputs, 1)), new(new(default, shape.Units, shape.Inputs, 1, shape.Units)), to, sizes);
        }

        if (parts > 1)
        {
            _parts.Outputs(stream, parts, items, shape.Units, scratch, epilogue.Bias, epilogue.IsRelu, output);
        }
    }

    /// <summary>dx.</summary>
    public void BackwardInput(
        AcceleratorStream stream, in DenseShape shape, int items, in DeviceGradient dOutput, ArrayView<float> weights, ArrayView<float> dInput,
        ArrayView<float> scratch)
    {
        (InnerSizes inner, int parts) = Cut(shape.Inputs, shape.Units);
        var sizes = new ProductSizes(items, shape.Inputs, inner, parts);
        var to = new ProductOutput(items, shape.Inputs, 0, 0);
        ProductMemory memory = Memory(dOutput.Values, weights, dOutput.ReluOutput, parts == 1 ? dInput : scratch, dInput);
        if ((shape.Units & 3) == 0)
        {
            _input.Run(stream, memory, new(dOutput.Source, items, shape.Units), new(default, shape.Inputs, shape.Units), to, sizes);
        }
        else
        {
            _inputOfAnySize.Run(
                stream, memory, new(new(dOutput.Source, items, shape.Units, shape.Units, 1)), new(new(default, shape.Inputs, shape.Units, shape.Units, 1)), to, sizes);
        }

        if (parts > 1)
        {
            _parts.Plain(stream, parts, items * shape.Inputs, scratch, dInput);
        }
    }

    /// <summary>dw and dbias.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in DenseShape shape, int items, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        if (NarrowDenseKernels.Can(shape))
        {
            _narrow.BackwardWeights(stream, shape, items, input, dOutput, dWeights, dBias);
            return;
        }

        (InnerSizes inner, int parts) = CutItems(shape, items);
        var sizes = new ProductSizes(shape.Inputs, shape.Units, inner, parts);
        var to = new GradientOutput(shape.Inputs, shape.Units);
        ProductMemory memory = parts == 1
            ? Memory(input, dOutput.Values, dOutput.ReluOutput, dWeights, dBias)
            : Memory(input, dOutput.Values, dOutput.ReluOutput, scratch, scratch.SubView(shape.WeightCount));
        if ((shape.Inputs & 3) == 0 && (shape.Units & 3) == 0)
        {
            _weights.Run(stream, memory, new(default, shape.Inputs, items), new(dOutput.Source, shape.Units, items), to, sizes);
        }
        else
        {
            _weightsOfAnySize.Run(
                stream, memory, new(new(default, shape.Inputs, items, 1, shape.Inputs)), new(new(dOutput.Source, shape.Units, items, 1, shape.Units)), to, sizes);
        }

        if (parts > 1)
        {
            _parts.Gradients(stream, parts, shape.WeightCount, shape.Units, scratch, dWeights, dBias);
        }
    }

    /// <summary>dbias, and an optimiser's step with dw, which is not written, where <see cref="CanUpdate"/>.</summary>
    public void BackwardUpdate<TFormula>(
        AcceleratorStream stream, in DenseShape shape, int items, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dBias, TFormula formula,
        in UpdateViews weights)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        if (NarrowDenseKernels.Can(shape))
        {
            _narrow.BackwardUpdate(stream, shape, items, input, dOutput, dBias, formula, weights);
            return;
        }

        if (!_updates.TryGetValue(typeof(TFormula), out object? updates))
        {
            _updates.Add(typeof(TFormula), updates = new Updates<TFormula>(loader, tiles));
        }

        var sizes = new ProductSizes(shape.Inputs, shape.Units, items);
        var memory = new ProductMemory(
            input, dOutput.Values, dOutput.ReluOutput, dOutput.Values.Cast<byte>(), weights.Values, dBias, weights.First, weights.Second);
        ((Updates<TFormula>)updates).Run(stream, memory, shape, items, dOutput.Source, new(formula, shape.Inputs, shape.Units), sizes);
    }

    private static (InnerSizes Sizes, int Parts) Cut(int columns, int inner) => TileChoice.Cut(TilesOf(columns), inner, ItemGroups);

    private static (InnerSizes Sizes, int Parts) CutItems(in DenseShape shape, int items) => TileChoice.Cut(TilesOf(shape), items, GradientGroups);

    private static int TilesOf(int columns) => TileChoice.Count(columns, Product4x4.Tile);

    private static int TilesOf(in DenseShape shape) =>
        TileChoice.Count(shape.Inputs, Product4x4.Tile) * TilesOf(shape.Units);

    private static ProductMemory Memory(
        ArrayView<float> left, ArrayView<float> right, ArrayView<float> reluOutput, ArrayView<float> output, ArrayView<float> second) =>
        new(left, right, reluOutput, left.Cast<byte>(), output, second, output, output);

    /// <summary>The products of a formula.</summary>
    private sealed class Updates<TFormula>(KernelLoader loader, TileChoice tiles)
        where TFormula : unmanaged, IUpdateFormula<float>
    {
        private readonly Product<OuterContiguous<Plain>, MatrixCursor, OuterContiguous<Gradient>, MatrixCursor, UpdateOutput<TFormula>> _vectors = new(loader, tiles);
        private readonly Product<AlongOuter<MatrixElements<Plain>>, ElementCursor, AlongOuter<MatrixElements<Gradient>>, ElementCursor, UpdateOutput<TFormula>> _elements =
            new(loader, tiles);

        public void Run(
            AcceleratorStream stream, ProductMemory memory, in DenseShape shape, int items, Gradient source, UpdateOutput<TFormula> to, ProductSizes sizes)
        {
            if ((shape.Inputs & 3) == 0 && (shape.Units & 3) == 0)
            {
                _vectors.Run(stream, memory, new(default, shape.Inputs, items), new(source, shape.Units, items), to, sizes);
            }
            else
            {
                _elements.Run(
                    stream, memory, new(new(default, shape.Inputs, items, 1, shape.Inputs)), new(new(source, shape.Units, items, 1, shape.Units)), to, sizes);
            }
        }
    }
}

/// <summary>Weights and what an optimiser keeps of each; the weights themselves in the place of what it does not keep.</summary>
internal readonly record struct UpdateViews(ArrayView<float> Values, ArrayView<float> First, ArrayView<float> Second, ArrayView<float> Third);
