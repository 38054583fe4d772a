using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Cases;

/// <content>Ops that the seed network does not have, at sizes of its second convolution's output or of a small residual network.</content>
internal static partial class OpCatalogue
{
    private static IEnumerable<OpCase> OfOtherNetworks() =>
    [
        .. Activations("gelu 24x24x64", ActivationFunctions.Of(Activation.Gelu), Batch * 24 * 24 * 64),
        .. Activations("sigmoid 24x24x64", ActivationFunctions.Of(Activation.Sigmoid), Batch * 24 * 24 * 64),
        Add("add 24x24x64", Batch * 24 * 24 * 64),
        Concatenate("concatenate 64 of 96 channels at 24x24", new RowCopy(Batch * 24 * 24, 64, 0, 64, 32, 96)),
        ZeroPadding2D("zero-pad 24x24x64 -> 26x26x64", new ZeroPadding2DShape(24, 64, 1)),
        .. AveragePool2D("avg-pool 2x2 24x24x64", new AveragePool2DShape(new Window2D(24, 2, 2), 64)),
        .. GlobalAveragePool2D("global avg-pool 24x24x64", new GlobalPool2DShape(24 * 24, 64)),
        .. BatchNorm("batch-norm 24x24x64", new BatchNormShape(24 * 24, 64)),
    ];

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
