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
    protected static string Describe(in Conv2DShape s) =>
        $"{s.Height}x{s.Width}x{s.Channels} to {s.Filters} filters of {s.KernelHeight}x{s.KernelWidth}, stride {s.StrideY}x{s.StrideX}, "
        + $"padding {s.Window.Border}";

    /// <summary>A pooling in words.</summary>
    protected static string Describe(in MaxPool2DShape s) =>
        $"{s.Height}x{s.Width}x{s.Channels} in windows of {s.PoolHeight}x{s.PoolWidth}, stride {s.StrideY}x{s.StrideX}, "
        + $"padding {s.Window.Border}";

    /// <summary>A window from sizes in a row: image, kernel and strides, each down and across, and padding top, bottom, left and right.</summary>
    protected static Window2D Window(ReadOnlySpan<int> image, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides, ReadOnlySpan<int> padding) =>
        new((image[0], image[1]), (kernel[0], kernel[1]), (strides[0], strides[1]), border: new Border(padding[0], padding[2], padding[1], padding[3]));
}

/// <summary>
/// A convolution: images, spare, height, width, channels, filters, kernel height and width, stride down and across, padding
/// top, bottom, left and right, seed. The slots could hold <see cref="Spare"/> more images than the batch has.
/// </summary>
public sealed class ConvCase(params int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    public Conv2DShape Shape { get; } =
        new(Window(sizes[2..4], sizes[6..8], sizes[8..10], sizes[10..14]), sizes[4], sizes[5]);

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: {Images} images (room for {Images + Spare}), {Describe(Shape)}, seed {Seed}";
}

/// <summary>
/// A pooling: images, spare, height, width, channels, pool height and width, stride down and across, padding top, bottom, left and
/// right, seed.
/// </summary>
public sealed class PoolCase(params int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    public MaxPool2DShape Shape { get; } =
        new(Window(sizes[2..4], sizes[5..7], sizes[7..9], sizes[9..13]), sizes[4]);

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: {Images} images (room for {Images + Spare}), {Describe(Shape)}, seed {Seed}";
}

/// <summary>
/// A convolution with a pooling behind it: as <see cref="ConvCase"/> up to its padding, then pool height and width, their strides
/// down and across, seed.
/// </summary>
public sealed class ConvPoolCase(params int[] sizes) : SizedCase(sizes)
{
    public int Images => Sizes[0];

    public int Spare => Sizes[1];

    public Conv2DMaxPoolShape Shape { get; } = Join(new ConvCase([.. sizes[..14], 0]).Shape, sizes[14], sizes[15], sizes[16], sizes[17]);

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

    public DenseShape Shape { get; } = new(sizes[2], sizes[3]);

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
