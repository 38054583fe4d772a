using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Pooling over whole images as textbook loops, of N x Positions x Channels to N x Channels.
/// <code>
/// average:  y[n,c] = sum over p of x[n,p,c] / Positions      dx[n,p,c] = dy[n,c] / Positions
/// maximum:  y[n,c] = max over p of x[n,p,c]                  dx[n,p,c] = dy[n,c] for the winner p, else 0
/// </code>
/// The winner is the first maximum; NaN wins over every number and a later NaN over an earlier one, as in <see cref="MaxPool2DReference"/>. Saved for
/// backward: the winners' positions.
/// </summary>
internal static class GlobalPool2DReference
{
    /// <summary>The averages.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="output">Receives N x Channels.</param>
    public static void Average<T>(in GlobalPool2DShape shape, int images, ReadOnlySpan<T> input, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int y = 0; y < images * shape.Channels; y++)
        {
            (int n, int c) = Math.DivRem(y, shape.Channels);
            T sum = T.Zero;
            for (int p = 0; p < shape.Positions; p++)
            {
                sum += input[Place(shape, n, p, c)];
            }

            output[y] = sum / T.CreateChecked(shape.Positions);
        }
    }

    /// <summary>The gradient of the averages with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">N x Channels.</param>
    /// <param name="dInput">Receives N x Positions x Channels.</param>
    public static void AverageBackward<T>(in GlobalPool2DShape shape, int images, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int y = 0; y < images * shape.Channels; y++)
        {
            (int n, int c) = Math.DivRem(y, shape.Channels);
            for (int p = 0; p < shape.Positions; p++)
            {
                dInput[Place(shape, n, p, c)] = dOutput[y] / T.CreateChecked(shape.Positions);
            }
        }
    }

    /// <summary>The maxima.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="output">Receives N x Channels.</param>
    /// <param name="winners">Receives the winners' positions, unless it is empty.</param>
    public static void Max<T>(in GlobalPool2DShape shape, int images, ReadOnlySpan<T> input, Span<T> output, Span<int> winners)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int y = 0; y < images * shape.Channels; y++)
        {
            (int n, int c) = Math.DivRem(y, shape.Channels);
            int winner = 0;
            for (int p = 1; p < shape.Positions; p++)
            {
                T value = input[Place(shape, n, p, c)];
                if (value > input[Place(shape, n, winner, c)] || T.IsNaN(value))
                {
                    winner = p;
                }
            }

            output[y] = input[Place(shape, n, winner, c)];
            if (!winners.IsEmpty)
            {
                winners[y] = winner;
            }
        }
    }

    /// <summary>The gradient of the maxima with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">N x Channels.</param>
    /// <param name="winners">What the forward pass saved.</param>
    /// <param name="dInput">Receives N x Positions x Channels.</param>
    public static void MaxBackward<T>(in GlobalPool2DShape shape, int images, ReadOnlySpan<T> dOutput, ReadOnlySpan<int> winners, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dInput[..(images * shape.InputCount)].Clear();
        for (int y = 0; y < images * shape.Channels; y++)
        {
            (int n, int c) = Math.DivRem(y, shape.Channels);
            dInput[Place(shape, n, winners[y], c)] = dOutput[y];
        }
    }

    private static int Place(in GlobalPool2DShape shape, int n, int p, int c) => (((n * shape.Positions) + p) * shape.Channels) + c;
}
