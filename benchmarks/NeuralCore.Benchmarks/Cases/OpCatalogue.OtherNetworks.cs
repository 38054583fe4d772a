using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Cases;

/// <content>Ops that the seed network does not have, at sizes of its second convolution's output, of a small residual network or of a MobileNet.</content>
internal static partial class OpCatalogue
{
    private static IEnumerable<OpCase> OfOtherNetworks() =>
    [
        .. Conv2D("conv 28x28x1 -> 28x28x6, 5x5 same", Conv2DShape.Same(28, 28, 1, 6, 5, 5)),
        .. Conv2D("conv 14x14x6 -> 10x10x16, 5x5", new Conv2DShape(14, 14, 6, 16, 5, 5)),
        .. Conv2D("conv 28x28x20 -> 28x28x20 same", Conv2DShape.Same(28, 28, 20, 20, 3, 3)),
        .. Conv2D("conv 14x14x20 -> 14x14x50 same", Conv2DShape.Same(14, 14, 20, 50, 3, 3)),
        .. Conv2D("conv 32x32x3 -> 32x32x64 same", Conv2DShape.Same(32, 32, 3, 64, 3, 3)),
        .. Conv2D("conv 14x14x64 -> 14x14x64 same", Conv2DShape.Same(14, 14, 64, 64, 3, 3)),
        .. Conv2D("conv 7x7x128 -> 7x7x128 same", Conv2DShape.Same(7, 7, 128, 128, 3, 3)),
        .. Conv2D("conv 3x3x256 -> 3x3x256 same", Conv2DShape.Same(3, 3, 256, 256, 3, 3)),
        .. Conv2D("conv 24x24x32 -> 10x10x32, 5x5 / 2", new Conv2DShape(new Window2D((24, 24), (5, 5), (2, 2)), 32, 32)),
        .. DepthwiseConv2D("depthwise 3x3 16x16x128", Depthwise(16, 128, 3, 1)),
        .. DepthwiseConv2D("depthwise 3x3/2 16x16x128", Depthwise(16, 128, 3, 2)),
        .. DepthwiseConv2D("depthwise 5x5 14x14x72", Depthwise(14, 72, 5, 1)),
        .. Activations("gelu 24x24x64", ActivationFunctions.Of(Activation.Gelu), Batch * 24 * 24 * 64),
        .. Activations("sigmoid 24x24x64", ActivationFunctions.Of(Activation.Sigmoid), Batch * 24 * 24 * 64),
        Add("add 24x24x64", Batch * 24 * 24 * 64),
        Concatenate("concatenate 64 of 96 channels at 24x24", new RowCopy(Batch * 24 * 24, 64, 0, 64, 32, 96)),
        ZeroPadding2D("zero-pad 24x24x64 -> 26x26x64", new ZeroPadding2DShape(24, 64, 1)),
        .. AveragePool2D("avg-pool 2x2 24x24x64", new AveragePool2DShape(new Window2D(24, 2, 2), 64)),
        .. GlobalAveragePool2D("global avg-pool 24x24x64", new GlobalPool2DShape(24 * 24, 64)),
        .. BatchNorm("batch-norm 24x24x64", new BatchNormShape(24 * 24, 64)),
    ];

    private static DepthwiseConv2DShape Depthwise(int extent, int channels, int kernel, int stride) =>
        new(Window2D.Of(extent, kernel, stride, 1, Padding.Same), channels);

    private static IEnumerable<OpCase> DepthwiseConv2D(string op, DepthwiseConv2DShape shape)
    {
        int inputs = Batch * shape.InputCount, outputs = Batch * shape.OutputCount;
        double flop = (double)Batch * shape.Flop, bytes = ((double)inputs + outputs) * sizeof(float);
        yield return new OpCase(op, "forward", flop, bytes, memory =>
        {
            Slot x = memory.Values(inputs), w = memory.Values(shape.WeightCount), bias = memory.Values(shape.Filters);
            Slot y = memory.Room(outputs), scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, Batch));
            return () => memory.Backend.DepthwiseConv2DForward(shape, Batch, x, w, bias, Activation.Relu, y, scratch);
        });
        yield return new OpCase(op, "backward input", flop, bytes, memory =>
        {
            Slot dy = memory.Values(outputs), w = memory.Values(shape.WeightCount), dx = memory.Room(inputs);
            Slot scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, Batch));
            return () => memory.Backend.DepthwiseConv2DBackwardInput(shape, Batch, dy, w, dx, scratch);
        });
        yield return new OpCase(op, "backward weights", flop, bytes, memory =>
        {
            Slot x = memory.Values(inputs), dy = memory.Values(outputs), dw = memory.Room(shape.WeightCount), dBias = memory.Room(shape.Filters);
            Slot scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, Batch));
            return () => memory.Backend.DepthwiseConv2DBackwardWeights(shape, Batch, x, dy, dw, dBias, scratch);
        });
    }

    private static IEnumerable<OpCase> Activations(string op, ActivationFunction function, int count)
    {
        yield return new OpCase(op, "forward", 0, 2.0 * count * sizeof(float), memory =>
        {
            Slot x = memory.Values(count), y = memory.Room(count);
            return () => memory.Backend.ActivationForward(function, count, x, y);
        });
        yield return new OpCase(op, "backward", 0, 3.0 * count * sizeof(float), memory =>
        {
            Slot saved = memory.Values(count), dy = memory.Values(count), dx = memory.Room(count);
            return () => memory.Backend.ActivationBackward(function, count, saved, dy, dx);
        });
    }

    private static OpCase Add(string op, int count) =>
        new(op, "of two", 0, 3.0 * count * sizeof(float), memory =>
        {
            Slot[] terms = [memory.Values(count), memory.Values(count)];
            Slot sum = memory.Room(count);
            return () => memory.Backend.Add(count, terms, sum);
        });

    private static OpCase Concatenate(string op, RowCopy copy) =>
        new(op, "either way", 0, 2.0 * copy.Rows * copy.Width * sizeof(float), memory =>
        {
            Slot x = memory.Values(copy.Rows * copy.SourceStride), y = memory.Room(copy.Rows * copy.DestinationStride);
            return () => memory.Backend.CopyRows(copy, x, y);
        });

    private static OpCase ZeroPadding2D(string op, ZeroPadding2DShape shape) =>
        new(op, "forward", 0, (double)Batch * (shape.InputCount + shape.OutputCount) * sizeof(float), memory =>
        {
            Slot x = memory.Values(Batch * shape.InputCount), y = memory.Room(Batch * shape.OutputCount);
            return () => memory.Backend.ZeroPadding2DForward(shape, Batch, x, y);
        });

    private static IEnumerable<OpCase> AveragePool2D(string op, AveragePool2DShape shape)
    {
        double bytes = (double)Batch * (shape.InputCount + shape.OutputCount) * sizeof(float);
        yield return new OpCase(op, "forward", 0, bytes, memory =>
        {
            Slot x = memory.Values(Batch * shape.InputCount), y = memory.Room(Batch * shape.OutputCount);
            return () => memory.Backend.AveragePool2DForward(shape, Batch, x, y);
        });
        yield return new OpCase(op, "backward", 0, bytes, memory =>
        {
            Slot dy = memory.Values(Batch * shape.OutputCount), dx = memory.Room(Batch * shape.InputCount);
            return () => memory.Backend.AveragePool2DBackwardInput(shape, Batch, dy, dx);
        });
    }

    private static IEnumerable<OpCase> GlobalAveragePool2D(string op, GlobalPool2DShape shape)
    {
        double bytes = (double)Batch * (shape.InputCount + shape.Channels) * sizeof(float);
        yield return new OpCase(op, "forward", 0, bytes, memory =>
        {
            Slot x = memory.Values(Batch * shape.InputCount), y = memory.Room(Batch * shape.Channels);
            return () => memory.Backend.GlobalAveragePool2DForward(shape, Batch, x, y);
        });
        yield return new OpCase(op, "backward", 0, bytes, memory =>
        {
            Slot dy = memory.Values(Batch * shape.Channels), dx = memory.Room(Batch * shape.InputCount);
            return () => memory.Backend.GlobalAveragePool2DBackwardInput(shape, Batch, dy, dx);
        });
    }

    private static IEnumerable<OpCase> BatchNorm(string op, BatchNormShape shape)
    {
        int count = Batch * shape.InputCount;
        yield return new OpCase(op, "forward", 0, 3.0 * count * sizeof(float), memory =>
        {
            Slot x = memory.Values(count), y = memory.Room(count), mean = memory.Room(shape.Channels), variance = memory.Room(shape.Channels);
            Slot scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, Batch));
            var weights = new BatchNormWeights(memory.Room(3 * shape.Channels), memory.Values(shape.Channels), memory.Values(shape.Channels));
            return () =>
            {
                memory.Backend.BatchNormStatistics(shape, Batch, x, mean, variance, weights.Statistics, scratch);
                memory.Backend.BatchNormForward(shape, Batch, x, weights, Activation.Linear, y, scratch);
            };
        });
        yield return new OpCase(op, "backward", 0, 5.0 * count * sizeof(float), memory =>
        {
            Slot x = memory.Values(count), dy = memory.Values(count), scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, Batch));
            var weights = new BatchNormWeights(memory.Values(3 * shape.Channels), memory.Values(shape.Channels), null);
            var gradients = new BatchNormGradients(OfBatch: true, memory.Room(count), memory.Room(shape.Channels), memory.Room(shape.Channels));
            return () => memory.Backend.BatchNormBackward(shape, Batch, x, weights, dy, gradients, scratch);
        });
    }
}
