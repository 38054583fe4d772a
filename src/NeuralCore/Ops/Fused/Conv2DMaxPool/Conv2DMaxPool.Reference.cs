using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Convolution, bias, activation and max-pooling as one op. As mathematics it is the chain of
/// <see cref="Conv2DReference"/> and <see cref="MaxPool2DReference"/> and nothing else; what fusing them brings, with windows of
/// 2x2, is that the activation between them, four times the size of the output, is never stored, and that backward knows that at
/// least three in four of its gradients are zero. Saved for backward: x and the winners, and y behind a ReLU.
/// </summary>
internal static class Conv2DMaxPoolReference
{
    /// <summary>y = max-pool(activation(conv(x, w) + bias)).</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Conv.Height x Conv.Width x Conv.Channels.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="bias">Filters.</param>
    /// <param name="activation">Linear or ReLU.</param>
    /// <param name="output">Receives N x Pool.OutHeight x Pool.OutWidth x Filters.</param>
    /// <param name="winners">Receives the winner of each output, unless it is empty.</param>
    public static void Forward<T>(
        in Conv2DMaxPoolShape shape, int images, ReadOnlySpan<T> input, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias,
        Activation activation, Span<T> output, Span<byte> winners)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var between = new T[images * shape.Conv.OutputCount];
        Conv2DReference.Forward<T>(shape.Conv, images, input, weights, bias, activation, between);
        MaxPool2DReference.Forward<T>(shape.Pool, images, between, output, winners);
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="dOutput">N x Pool.OutHeight x Pool.OutWidth x Filters, the gradient before the activation: of a window's maximum that is the gradient of its winner.</param>
    /// <param name="winners">What the forward pass saved.</param>
    /// <param name="weights">KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="dInput">Receives N x Conv.Height x Conv.Width x Conv.Channels.</param>
    public static void BackwardInput<T>(
        in Conv2DMaxPoolShape shape, int images, ReadOnlySpan<T> dOutput, ReadOnlySpan<byte> winners, ReadOnlySpan<T> weights, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var between = new T[images * shape.Conv.OutputCount];
        MaxPool2DReference.BackwardInput<T>(shape.Pool, images, dOutput, winners, between);
        Conv2DReference.BackwardInput<T>(shape.Conv, images, between, weights, dInput);
    }

    /// <summary>The gradients with respect to the weights and the bias, summed over the images.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The number of images N.</param>
    /// <param name="input">N x Conv.Height x Conv.Width x Conv.Channels.</param>
    /// <param name="dOutput">N x Pool.OutHeight x Pool.OutWidth x Filters, the gradient before the activation: of a window's maximum that is the gradient of its winner.</param>
    /// <param name="winners">What the forward pass saved.</param>
    /// <param name="dWeights">Receives KernelHeight x KernelWidth x Channels x Filters.</param>
    /// <param name="dBias">Receives Filters.</param>
    public static void BackwardWeights<T>(
        in Conv2DMaxPoolShape shape, int images, ReadOnlySpan<T> input, ReadOnlySpan<T> dOutput, ReadOnlySpan<byte> winners,
        Span<T> dWeights, Span<T> dBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var between = new T[images * shape.Conv.OutputCount];
        MaxPool2DReference.BackwardInput<T>(shape.Pool, images, dOutput, winners, between);
        Conv2DReference.BackwardWeights<T>(shape.Conv, images, input, between, dWeights, dBias);
    }
}
