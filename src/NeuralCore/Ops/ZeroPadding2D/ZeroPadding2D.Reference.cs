using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Zeros around an image as textbook loops: y[n, h + top, w + left, c] = x[n, h, w, c], and 0 elsewhere; dx[n, h, w, c] = dy[n, h + top, w + left, c].
/// Nothing is saved.
/// </summary>
internal static class ZeroPadding2DReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Height x Width x Channels.</param>
    /// <param name="output">Receives N x OutHeight x OutWidth x Channels.</param>
    public static void Forward<T>(in ZeroPadding2DShape shape, int images, ReadOnlySpan<T> input, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        output[..(images * shape.OutputCount)].Clear();
        for (int row = 0; row < images * shape.Height; row++)
        {
            int count = shape.Width * shape.Channels;
            input.Slice(row * count, count).CopyTo(output[Place(shape, row)..]);
        }
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">N x OutHeight x OutWidth x Channels.</param>
    /// <param name="dInput">Receives N x Height x Width x Channels.</param>
    public static void BackwardInput<T>(in ZeroPadding2DShape shape, int images, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < images * shape.Height; row++)
        {
            int count = shape.Width * shape.Channels;
            dOutput.Slice(Place(shape, row), count).CopyTo(dInput[(row * count)..]);
        }
    }

    /// <summary>Where an image row, counted through all images, begins in the output.</summary>
    private static int Place(in ZeroPadding2DShape shape, int row)
    {
        (int n, int h) = Math.DivRem(row, shape.Height);
        return ((((n * shape.OutHeight) + h + shape.Top) * shape.OutWidth) + shape.Left) * shape.Channels;
    }
}
