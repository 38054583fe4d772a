using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// The dense layer as textbook loops.
/// <code>
/// z[n,j] = bias[j] + sum over k of x[n,k] * w[k,j]        y = activation(z)
/// </code>
/// With dz the gradient of the loss with respect to z:
/// <code>
/// dx[n,k] = sum over j of dz[n,j] * w[k,j]      dw[k,j] = sum over n of dz[n,j] * x[n,k]      dbias[j] = sum over n of dz[n,j]
/// </code>
/// Saved for backward: x, and y where a ReLU follows.
/// </summary>
internal static class DenseReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items N.</param>
    /// <param name="input">N x Inputs.</param>
    /// <param name="weights">Inputs x Units.</param>
    /// <param name="bias">Units; empty where there is no bias.</param>
    /// <param name="activation">Linear or ReLU.</param>
    /// <param name="output">Receives N x Units.</param>
    public static void Forward<T>(
        in DenseShape shape, int items, ReadOnlySpan<T> input, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Activation activation, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < items; n++)
        {
            Span<T> y = output.Slice(n * shape.Units, shape.Units);
            y.Clear();
            bias[..Math.Min(bias.Length, shape.Units)].CopyTo(y);
            for (int k = 0; k < shape.Inputs; k++)
            {
                for (int j = 0; j < shape.Units; j++)
                {
                    y[j] += input[(n * shape.Inputs) + k] * weights[(k * shape.Units) + j];
                }
            }

            if (activation == Activation.Relu)
            {
                ReluReference.Forward<T>(y, y);
            }
        }
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items N.</param>
    /// <param name="dOutput">The gradient dz, N x Units.</param>
    /// <param name="weights">Inputs x Units.</param>
    /// <param name="dInput">Receives N x Inputs.</param>
    public static void BackwardInput<T>(in DenseShape shape, int items, ReadOnlySpan<T> dOutput, ReadOnlySpan<T> weights, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < items; n++)
        {
            for (int k = 0; k < shape.Inputs; k++)
            {
                T sum = T.Zero;
                for (int j = 0; j < shape.Units; j++)
                {
                    sum += dOutput[(n * shape.Units) + j] * weights[(k * shape.Units) + j];
                }

                dInput[(n * shape.Inputs) + k] = sum;
            }
        }
    }

    /// <summary>The gradients with respect to the weights and the bias, summed over the items.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items N.</param>
    /// <param name="input">N x Inputs.</param>
    /// <param name="dOutput">The gradient dz, N x Units.</param>
    /// <param name="dWeights">Receives Inputs x Units.</param>
    /// <param name="dBias">Receives Units; empty where there is no bias.</param>
    public static void BackwardWeights<T>(
        in DenseShape shape, int items, ReadOnlySpan<T> input, ReadOnlySpan<T> dOutput, Span<T> dWeights, Span<T> dBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dWeights[..shape.WeightCount].Clear();
        dBias.Clear();
        for (int n = 0; n < items; n++)
        {
            for (int j = 0; j < shape.Units; j++)
            {
                T dy = dOutput[(n * shape.Units) + j];
                if (!dBias.IsEmpty)
                {
                    dBias[j] += dy;
                }

                for (int k = 0; k < shape.Inputs; k++)
                {
                    dWeights[(k * shape.Units) + j] += dy * input[(n * shape.Inputs) + k];
                }
            }
        }
    }
}
