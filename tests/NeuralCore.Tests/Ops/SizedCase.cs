using NeuralCore.Ops;

namespace NeuralCore.Tests.Ops;

/// <summary>Something to try an op on, made from a list of sizes, so that a failing one can be shrunk size by size.</summary>
public abstract class SizedCase(int[] sizes)
{
    /// <summary>The sizes; what each means is the case's own business.</summary>
    public int[] Sizes { get; } = sizes;

    /// <summary>The seed of its values.</summary>
    public int Seed => Sizes[^1];

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Sizes)}]";

    /// <summary>A convolution in words.</summary>
    private protected static string Describe(in Conv2DShape s) =>
        $"{s.Height}x{s.Width}x{s.Channels} to {s.Filters} filters of {s.Window.Kernel}, stride {s.Window.Strides}, dilation {s.Window.Dilation}, "
        + $"padding {s.Window.Border}";

    /// <summary>A pooling in words.</summary>
    private protected static string Describe(in MaxPool2DShape s) =>
        $"{s.Height}x{s.Width}x{s.Channels} in windows of {s.PoolHeight}x{s.PoolWidth}, stride {s.StrideY}x{s.StrideX}, "
        + $"padding {s.Window.Border}";

    /// <summary>Two sizes as such.</summary>
    protected static Size2D Pair(int[] sizes, int at) => new(sizes[at], sizes[at + 1]);

    /// <summary>Four sizes as padding at the top, the bottom, the left and the right.</summary>
    protected static Border Padding(int[] sizes, int at) => new(sizes[at], sizes[at + 2], sizes[at + 1], sizes[at + 3]);
}

/// <summary>A convolution of any kind, as far as its memory goes.</summary>
public abstract class AnyConvCase(int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    /// <summary>Elements of one input image, of the weights, of the bias and of one output image.</summary>
    public abstract (int Input, int Weights, int Bias, int Output) Counts { get; }
}

/// <summary>
/// A convolution: images, spare, height, width, channels, filters, kernel height and width, stride and dilation down and across, padding
/// top, bottom, left and right, seed. The slots could hold <see cref="Spare"/> more images than the batch has.
/// </summary>
public sealed class ConvCase(params int[] sizes) : AnyConvCase(sizes)
{
    internal Conv2DShape Shape { get; } =
        new(new Window2D(Pair(sizes, 2), Pair(sizes, 6), Pair(sizes, 8), Pair(sizes, 10), Padding(sizes, 12)), sizes[4], sizes[5]);

    /// <inheritdoc/>
    public override (int Input, int Weights, int Bias, int Output) Counts => (Shape.InputCount, Shape.WeightCount, Shape.Filters, Shape.OutputCount);

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: {Images} images (room for {Images + Spare}), {Describe(Shape)}, seed {Seed}";
}

/// <summary>A depthwise convolution: as <see cref="ConvCase"/>, with the multiplier in the place of the filters.</summary>
public sealed class DepthwiseCase(params int[] sizes) : AnyConvCase(sizes)
{
    internal DepthwiseConv2DShape Shape { get; } =
        new(new Window2D(Pair(sizes, 2), Pair(sizes, 6), Pair(sizes, 8), Pair(sizes, 10), Padding(sizes, 12)), sizes[4], sizes[5]);

    /// <inheritdoc/>
    public override (int Input, int Weights, int Bias, int Output) Counts => (Shape.InputCount, Shape.WeightCount, Shape.Filters, Shape.OutputCount);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{base.ToString()}: {Images} images (room for {Images + Spare}), {Shape.Height}x{Shape.Width}x{Shape.Channels} times {Shape.Multiplier} by {Shape.Window.Kernel}, "
        + $"stride {Shape.Window.Strides}, dilation {Shape.Window.Dilation}, padding {Shape.Window.Border}, seed {Seed}";
}

/// <summary>
/// A pooling: images, spare, height, width, channels, pool height and width, stride down and across, padding top, bottom, left and
/// right, seed.
/// </summary>
public sealed class PoolCase(params int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    internal MaxPool2DShape Shape { get; } =
        new(new Window2D(Pair(sizes, 2), Pair(sizes, 5), Pair(sizes, 7), border: Padding(sizes, 9)), sizes[4]);

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: {Images} images (room for {Images + Spare}), {Describe(Shape)}, seed {Seed}";
}

/// <summary>
/// A convolution with a pooling behind it: as <see cref="ConvCase"/> up to its padding, but without dilation, then pool height and width, their
/// strides down and across, seed.
/// </summary>
public sealed class ConvPoolCase(params int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    internal Conv2DMaxPoolShape Shape { get; } = Join(new ConvCase([.. sizes[..10], 1, 1, .. sizes[10..14], 0]).Shape, sizes[14], sizes[15], sizes[16], sizes[17]);

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: {Images} images (room for {Images + Spare}), {Describe(Shape.Conv)}, then {Describe(Shape.Pool)}, seed {Seed}";

    private static Conv2DMaxPoolShape Join(Conv2DShape conv, int height, int width, int strideY, int strideX) =>
        new(conv, new MaxPool2DShape(conv.OutHeight, conv.OutWidth, conv.Filters, height, width, strideY, strideX));
}

/// <summary>A dense layer: items, spare, inputs, units, seed.</summary>
public sealed class DenseCase(params int[] sizes) : SizedCase(sizes)
{
    public int Items => Sizes[0];

    public int Spare => Sizes[1];

    internal DenseShape Shape { get; } = new(sizes[2], sizes[3]);

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: {Items} items (room for {Items + Spare}), {Shape.Inputs} to {Shape.Units}, seed {Seed}";
}

/// <summary>Rows of logits: rows, classes, seed.</summary>
public sealed class RowsCase(params int[] sizes) : SizedCase(sizes)
{
    public int Rows => Sizes[0];

    public int Classes => Sizes[1];
}

/// <summary>A flat array: elements, seed.</summary>
public sealed class FlatCase(params int[] sizes) : SizedCase(sizes)
{
    public int Count => Sizes[0];
}

/// <summary>Images: their number, spare, height, width, channels, seed.</summary>
public sealed class ImageCase(params int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    public int Height => Sizes[2];

    public int Width => Sizes[3];

    public int Channels => Sizes[4];

    public int Count => Height * Width * Channels;
}
