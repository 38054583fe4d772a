using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as every deep-learning framework means it) as textbook loops.
/// <code>
/// z[n,i,j,o] = bias[o] + sum over u,v,c of  x[n, h, w, c] * w[u,v,c,o]      h = i*strideY + u*dilationY - padTop
/// y = activation(z)                                                         w = j*strideX + v*dilationX - padLeft
/// </code>
/// with x = 0 outside the image. z is linear in x and in w, so with dz the gradient of the loss with respect to z
/// <code>
/// dx[n,h,w,c]  = sum of dz[n,i,j,o] * w[u,v,c,o]  over all i,j,u,v,o that meet at h and w
/// dw[u,v,c,o]  = sum of dz[n,i,j,o] * x[n,h,w,c]  over all n,i,j, with h and w as above
/// dbias[o]     = sum of dz[n,i,j,o]               over all n,i,j
/// </code>
/// The arithmetic is that of Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), sections 2.4 and 5.1 for strides
/// and dilation.
/// Each loop below visits every product z[...] += x[...] * w[...] once; forward and the two backward passes differ only in
/// which of the three factors they sum into. Saved for backward: x, and y where a ReLU follows.
/// </summary>
internal static class Conv2DReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Height x Width x Channels.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="bias">Filters; empty where there is no bias.</param>
    /// <param name="activation">Linear or ReLU.</param>
    /// <param name="output">Receives N x OutHeight x OutWidth x Filters.</param>
    public static void Forward<T>(
        in Conv2DShape shape, int images, ReadOnlySpan<T> input, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Activation activation, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int n = 0; n < images; n++)
        {
            for (int i = 0; i < shape.OutHeight; i++)
            {
                for (int j = 0; j < shape.OutWidth; j++)
                {
                    Span<T> y = output.Slice((((((n * shape.OutHeight) + i) * shape.OutWidth) + j) * shape.Filters), shape.Filters);
                    y.Clear();
                    bias[..Math.Min(bias.Length, shape.Filters)].CopyTo(y);
                    foreach (Tap tap in Taps(shape, n, i, j))
                    {
                        for (int c = 0; c < shape.Channels; c++)
                        {
                            for (int o = 0; o < shape.Filters; o++)
                            {
                                y[o] += input[tap.Input + c] * weights[tap.Weights + (c * shape.Filters) + o];
                            }
                        }
                    }
                }
            }
        }

        if (activation == Activation.Relu)
        {
            Span<T> all = output[..(images * shape.OutputCount)];
            ReluReference.Forward<T>(all, all);
        }
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">The gradient dz, N x OutHeight x OutWidth x Filters.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="dInput">Receives N x Height x Width x Channels.</param>
    public static void BackwardInput<T>(in Conv2DShape shape, int images, ReadOnlySpan<T> dOutput, ReadOnlySpan<T> weights, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dInput[..(images * shape.InputCount)].Clear();
        for (int n = 0; n < images; n++)
        {
            for (int i = 0; i < shape.OutHeight; i++)
            {
                for (int j = 0; j < shape.OutWidth; j++)
                {
                    ReadOnlySpan<T> dy = dOutput.Slice((((n * shape.OutHeight) + i) * shape.OutWidth + j) * shape.Filters, shape.Filters);
                    foreach (Tap tap in Taps(shape, n, i, j))
                    {
                        for (int c = 0; c < shape.Channels; c++)
                        {
                            for (int o = 0; o < shape.Filters; o++)
                            {
                                dInput[tap.Input + c] += dy[o] * weights[tap.Weights + (c * shape.Filters) + o];
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>The gradients with respect to the weights and the bias, summed over the images.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Height x Width x Channels.</param>
    /// <param name="dOutput">The gradient dz, N x OutHeight x OutWidth x Filters.</param>
    /// <param name="dWeights">Receives KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="dBias">Receives Filters; empty where there is no bias.</param>
    public static void BackwardWeights<T>(
        in Conv2DShape shape, int images, ReadOnlySpan<T> input, ReadOnlySpan<T> dOutput, Span<T> dWeights, Span<T> dBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dWeights[..shape.WeightCount].Clear();
        dBias.Clear();
        for (int n = 0; n < images; n++)
        {
            for (int i = 0; i < shape.OutHeight; i++)
            {
                for (int j = 0; j < shape.OutWidth; j++)
                {
                    ReadOnlySpan<T> dy = dOutput.Slice((((n * shape.OutHeight) + i) * shape.OutWidth + j) * shape.Filters, shape.Filters);
                    for (int o = 0; o < Math.Min(dBias.Length, shape.Filters); o++)
                    {
                        dBias[o] += dy[o];
                    }

                    foreach (Tap tap in Taps(shape, n, i, j))
                    {
                        for (int c = 0; c < shape.Channels; c++)
                        {
                            for (int o = 0; o < shape.Filters; o++)
                            {
                                dWeights[tap.Weights + (c * shape.Filters) + o] += dy[o] * input[tap.Input + c];
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>The kernel positions under which output pixel (n, i, j) sees the image, not its padding.</summary>
    private static TapEnumerator Taps(in Conv2DShape shape, int n, int i, int j) => new(shape, n, i, j);

    /// <summary>Where the channels of one input pixel begin, and where the weights that meet it do.</summary>
    private readonly record struct Tap(int Input, int Weights);

    private struct TapEnumerator(Conv2DShape shape, int n, int i, int j)
    {
        private int _index = -1;

        public Tap Current { get; private set; }

        public readonly TapEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (++_index < shape.KernelHeight * shape.KernelWidth)
            {
                (int u, int v) = Math.DivRem(_index, shape.KernelWidth);
                int h = (i * shape.StrideY) + (u * shape.DilationY) - shape.PadTop;
                int w = (j * shape.StrideX) + (v * shape.DilationX) - shape.PadLeft;
                if ((uint)h < (uint)shape.Height && (uint)w < (uint)shape.Width)
                {
                    Current = new Tap(
                        ((((n * shape.Height) + h) * shape.Width) + w) * shape.Channels,
                        _index * shape.Channels * shape.Filters);
                    return true;
                }
            }

            return false;
        }
    }
}
