using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Cases;

/// <content>Ops that the seed network does not have, at sizes of its second convolution's output or of a small residual network.</content>
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
        .. Conv2D("conv 24x24x32 -> 10x10x32, 5x5 / 2", new Conv2DShape(new Window2D((24, 24), (5, 5), (2, 2)), 32, 32)),
        .. Activations("gelu 24x24x64", ActivationFunctions.Of(Activation.Gelu), Batch * 24 * 24 * 64),
        .. Activations("sigmoid 24x24x64", ActivationFunctions.Of(Activation.Sigmoid), Batch * 24 * 24 * 64),
        Add("add 24x24x64", Batch * 24 * 24 * 64),
        Concatenate("concatenate 64 of 96 channels at 24x24", new RowCopy(Batch * 24 * 24, 64, 0, 64, 32, 96)),
        ZeroPadding2D("zero-pad 24x24x64 -> 26x26x64", new ZeroPadding2DShape(24, 64, 1)),
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
}
