namespace NeuralCore;

/// <summary>The windows of layers that take images: what they ask of their sizes, and of their input.</summary>
internal static class ImageWindow
{
    /// <summary>Lays a layer's windows over its input.</summary>
    /// <param name="input">Height x width x channels.</param>
    /// <param name="kernel">The elements of a window.</param>
    /// <param name="strides">Pixels from one window to the next.</param>
    /// <param name="dilation">Pixels from one element to the next.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="border">Explicit padding, which counts instead of <paramref name="padding"/>; null where there is none.</param>
    /// <exception cref="ArgumentException">The input is no image, or the window does not fit into it.</exception>
    public static Window2D Over(Shape input, Size2D kernel, Size2D strides, Size2D dilation, Padding padding, Border? border)
    {
        Size2D image = SizeOf(input);
        return border is { } given ? new Window2D(image, kernel, strides, dilation, given) : Window2D.Of(image, kernel, strides, dilation, padding);
    }

    /// <summary>The rows and columns of an input.</summary>
    /// <exception cref="ArgumentException">It is no image.</exception>
    public static Size2D SizeOf(Shape input) => input.Rank == 3
        ? new Size2D(input[0], input[1])
        : throw new ArgumentException($"It takes images of height x width x channels, not {input}: put a Reshape before it.");

    /// <summary>What a pooling over whole images leaves of them: their channels, as an image of one pixel or flat.</summary>
    /// <exception cref="ArgumentException">The input is no image.</exception>
    public static Shape Pooled(Shape input, bool keepDims)
    {
        _ = SizeOf(input);
        return keepDims ? new Shape(1, 1, input[2]) : new Shape(input[2]);
    }

    /// <summary>Requires a size of at least 1 along each axis, when a layer is described.</summary>
    /// <exception cref="ArgumentException">It is smaller.</exception>
    public static Size2D AtLeastOne(Size2D size, string what, string layer) => size.Height >= 1 && size.Width >= 1
        ? size
        : throw new ArgumentException($"The {what} of a {layer} layer is at least 1 along each axis, not {size}.");

    /// <summary>Requires a number of at least 1, when a layer is described.</summary>
    /// <exception cref="ArgumentException">It is smaller.</exception>
    public static int AtLeastOne(int count, string what, string layer) => count >= 1
        ? count
        : throw new ArgumentException($"A {layer} layer has at least one {what}, not {count}.");
}
