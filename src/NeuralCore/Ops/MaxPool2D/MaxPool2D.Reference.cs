using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Two-dimensional max-pooling as textbook loops.
/// <code>
/// y[n,i,j,c] = max over u,v of x[n, i*strideY + u - padTop, j*strideX + v - padLeft, c]
/// </code>
/// The winner is the first maximum in row-major order of the window. NaN wins over every number and a later NaN over an
/// earlier one, as in PyTorch, so that a NaN cannot hide. The derivative of a maximum is 1 for its winner and 0 for the
/// others: backward hands each dy to the winner, and adds where windows overlap. Saved for backward: the winner's index
/// u * PoolWidth + v, one byte an output.
/// </summary>
internal static class MaxPool2DReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Height x Width x Channels.</param>
    /// <param name="output">Receives N x OutHeight x OutWidth x Channels.</param>
    /// <param name="winners">Receives the winner of each output, u * PoolWidth + v, unless it is empty.</param>
    public static void Forward<T>(in MaxPool2DShape shape, int images, ReadOnlySpan<T> input, Span<T> output, Span<byte> winners)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0, y = 0; n < images; n++)
        {
            for (int i = 0; i < shape.OutHeight; i++)
            {
                for (int j = 0; j < shape.OutWidth; j++)
                {
                    for (int c = 0; c < shape.Channels; c++, y++)
                    {
                        T best = default;
                        int winner = -1;
                        for (int k = 0; k < shape.PoolHeight * shape.PoolWidth; k++)
                        {
                            int x = InputIndex(shape, n, i, j, c, k);
                            if (x >= 0 && (winner < 0 || input[x] > best || T.IsNaN(input[x])))
                            {
                                (best, winner) = (input[x], k);
                            }
                        }

                        output[y] = best;
                        if (!winners.IsEmpty)
                        {
                            winners[y] = (byte)winner;
                        }
                    }
                }
            }
        }
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">N x OutHeight x OutWidth x Channels.</param>
    /// <param name="winners">What the forward pass saved.</param>
    /// <param name="dInput">Receives N x Height x Width x Channels.</param>
    public static void BackwardInput<T>(in MaxPool2DShape shape, int images, ReadOnlySpan<T> dOutput, ReadOnlySpan<byte> winners, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dInput[..(images * shape.InputCount)].Clear();
        for (int n = 0, y = 0; n < images; n++)
        {
            for (int i = 0; i < shape.OutHeight; i++)
            {
                for (int j = 0; j < shape.OutWidth; j++)
                {
                    for (int c = 0; c < shape.Channels; c++, y++)
                    {
                        dInput[InputIndex(shape, n, i, j, c, winners[y])] += dOutput[y];
                    }
                }
            }
        }
    }

    /// <summary>Where element <paramref name="k"/> of a window lies in the input, or -1 where it lies in the padding.</summary>
    private static int InputIndex(in MaxPool2DShape shape, int n, int i, int j, int c, int k)
    {
        (int u, int v) = Math.DivRem(k, shape.PoolWidth);
        int h = (i * shape.StrideY) + u - shape.PadTop;
        int w = (j * shape.StrideX) + v - shape.PadLeft;
        return (uint)h < (uint)shape.Height && (uint)w < (uint)shape.Width
            ? (((((n * shape.Height) + h) * shape.Width) + w) * shape.Channels) + c
            : -1;
    }
}
