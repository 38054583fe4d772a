using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Two-dimensional average-pooling as textbook loops.
/// <code>
/// y[n,i,j,c] = sum over u,v of x[n, i*strideY + u - padTop, j*strideX + v - padLeft, c] / d[i,j]
/// dx[n,h,w,c] = sum of dy[n,i,j,c] / d[i,j] over all windows i,j that h,w lies under
/// </code>
/// The sum is over what of the window lies in the image, and d[i,j] is the number of those pixels, or of all pixels of the window where padding counts.
/// Nothing is saved.
/// </summary>
internal static class AveragePool2DReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Height x Width x Channels.</param>
    /// <param name="output">Receives N x OutHeight x OutWidth x Channels.</param>
    public static void Forward<T>(in AveragePool2DShape shape, int images, ReadOnlySpan<T> input, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0, y = 0; n < images; n++)
        {
            for (int i = 0; i < shape.Window.Output.Height; i++)
            {
                for (int j = 0; j < shape.Window.Output.Width; j++)
                {
                    PooledPart part = shape.Part(i, j);
                    for (int c = 0; c < shape.Channels; c++, y++)
                    {
                        T sum = T.Zero;
                        for (int h = part.FirstRow; h < part.EndRow; h++)
                        {
                            for (int w = part.FirstColumn; w < part.EndColumn; w++)
                            {
                                sum += input[Place(shape, n, h, w) + c];
                            }
                        }

                        output[y] = sum / T.CreateChecked(part.Divisor);
                    }
                }
            }
        }
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">N x OutHeight x OutWidth x Channels.</param>
    /// <param name="dInput">Receives N x Height x Width x Channels.</param>
    public static void BackwardInput<T>(in AveragePool2DShape shape, int images, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dInput[..(images * shape.InputCount)].Clear();
        for (int n = 0, y = 0; n < images; n++)
        {
            for (int i = 0; i < shape.Window.Output.Height; i++)
            {
                for (int j = 0; j < shape.Window.Output.Width; j++)
                {
                    PooledPart part = shape.Part(i, j);
                    for (int c = 0; c < shape.Channels; c++, y++)
                    {
                        T share = dOutput[y] / T.CreateChecked(part.Divisor);
                        for (int h = part.FirstRow; h < part.EndRow; h++)
                        {
                            for (int w = part.FirstColumn; w < part.EndColumn; w++)
                            {
                                dInput[Place(shape, n, h, w) + c] += share;
                            }
                        }
                    }
                }
            }
        }
    }

    private static int Place(in AveragePool2DShape shape, int n, int h, int w) =>
        ((((n * shape.Window.Image.Height) + h) * shape.Window.Image.Width) + w) * shape.Channels;
}
