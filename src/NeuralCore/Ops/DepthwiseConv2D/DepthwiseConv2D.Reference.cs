using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Depthwise convolution as textbook loops: each channel is convolved with filters of its own, M of them.
/// <code>
/// z[n,i,j,c*M+m] = bias[c*M+m] + sum over u,v of  x[n,h,w,c] * w[u,v,c,m]      h = i*strideY + u*dilationY - padTop
/// y = activation(z)                                                           w = j*strideX + v*dilationX - padLeft
/// </code>
/// with x = 0 outside the image (Howard et al., "MobileNets" (2017), equation 3, with the multiplier of TensorFlow's <c>depthwise_conv2d</c>).
/// z is linear in x and in w, so with dz the gradient of the loss with respect to z
/// <code>
/// dx[n,h,w,c]     = sum of dz[n,i,j,c*M+m] * w[u,v,c,m]   over all i,j,u,v,m that meet at h and w
/// dw[u,v,c,m]     = sum of dz[n,i,j,c*M+m] * x[n,h,w,c]   over all n,i,j, with h and w as above
/// dbias[c*M+m]    = sum of dz[n,i,j,c*M+m]                over all n,i,j
/// </code>
/// Each loop below visits every product z[...] += x[...] * w[...] once. Saved for backward: x, and y where a ReLU follows.
/// </summary>
internal static class DepthwiseConv2DReference
{
    /// <summary>The forward pass.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Height x Width x Channels.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Multiplier.</param>
    /// <param name="bias">Filters; empty where there is no bias.</param>
    /// <param name="activation">Linear or ReLU.</param>
    /// <param name="output">Receives N x OutHeight x OutWidth x Filters.</param>
    public static void Forward<T>(
        in DepthwiseConv2DShape shape, int images, ReadOnlySpan<T> input, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Activation activation, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int pixel = 0; pixel < images * shape.OutHeight * shape.OutWidth; pixel++)
        {
            for (int o = 0; o < shape.Filters; o++)
            {
                T sum = bias.IsEmpty ? T.Zero : bias[o];
                for (int tap = 0; tap < shape.Taps; tap++)
                {
                    int x = InputIndex(shape, pixel, tap, o / shape.Multiplier);
                    sum += x < 0 ? T.Zero : input[x] * weights[(tap * shape.Filters) + o];
                }

                output[(pixel * shape.Filters) + o] = sum;
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
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Multiplier.</param>
    /// <param name="dInput">Receives N x Height x Width x Channels.</param>
    public static void BackwardInput<T>(
        in DepthwiseConv2DShape shape, int images, ReadOnlySpan<T> dOutput, ReadOnlySpan<T> weights, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dInput[..(images * shape.InputCount)].Clear();
        for (int pixel = 0; pixel < images * shape.OutHeight * shape.OutWidth; pixel++)
        {
            for (int o = 0; o < shape.Filters; o++)
            {
                for (int tap = 0; tap < shape.Taps; tap++)
                {
                    int x = InputIndex(shape, pixel, tap, o / shape.Multiplier);
                    if (x >= 0)
                    {
                        dInput[x] += dOutput[(pixel * shape.Filters) + o] * weights[(tap * shape.Filters) + o];
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
    /// <param name="dWeights">Receives KernelHeight x KernelWidth x Channels x Multiplier.</param>
    /// <param name="dBias">Receives Filters; empty where there is no bias.</param>
    public static void BackwardWeights<T>(
        in DepthwiseConv2DShape shape, int images, ReadOnlySpan<T> input, ReadOnlySpan<T> dOutput, Span<T> dWeights, Span<T> dBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        dWeights[..shape.WeightCount].Clear();
        dBias.Clear();
        for (int pixel = 0; pixel < images * shape.OutHeight * shape.OutWidth; pixel++)
        {
            for (int o = 0; o < shape.Filters; o++)
            {
                T dz = dOutput[(pixel * shape.Filters) + o];
                for (int tap = 0; tap < shape.Taps; tap++)
                {
                    int x = InputIndex(shape, pixel, tap, o / shape.Multiplier);
                    dWeights[(tap * shape.Filters) + o] += x < 0 ? T.Zero : dz * input[x];
                }

                if (!dBias.IsEmpty)
                {
                    dBias[o] += dz;
                }
            }
        }
    }

    /// <summary>Where the input lies that output pixel <paramref name="pixel"/> of the batch sees under a tap of the kernel; -1 where that is padding.</summary>
    private static int InputIndex(in DepthwiseConv2DShape shape, int pixel, int tap, int channel)
    {
        (int row, int j) = Math.DivRem(pixel, shape.OutWidth);
        (int n, int i) = Math.DivRem(row, shape.OutHeight);
        (int u, int v) = Math.DivRem(tap, shape.KernelWidth);
        Window2D window = shape.Window;
        int h = (i * window.Strides.Height) + (u * window.Dilation.Height) - window.Border.Top;
        int w = (j * window.Strides.Width) + (v * window.Dilation.Width) - window.Border.Left;
        return (uint)h < (uint)shape.Height && (uint)w < (uint)shape.Width
            ? (((((n * shape.Height) + h) * shape.Width) + w) * shape.Channels) + channel
            : -1;
    }
}
