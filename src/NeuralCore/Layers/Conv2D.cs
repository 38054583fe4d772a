using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A two-dimensional convolution with bias: height x width x channels to outHeight x outWidth x filters.</summary>
public sealed class Conv2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="filters">The channels of its output.</param>
    /// <param name="kernelSize">The rows and columns of its kernel.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="activation">Linear or ReLU.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the activation is softmax.</exception>
    public Conv2D(int filters, int kernelSize, int stride = 1, Padding padding = Padding.Valid, Activation activation = Activation.Linear)
    {
        if (Math.Min(filters, Math.Min(kernelSize, stride)) < 1)
        {
            throw new ArgumentException("The filters, the kernel size and the stride of a convolution are at least 1.");
        }

        if (activation == Activation.Softmax)
        {
            throw new ArgumentException("Softmax is a network's last activation, and belongs to a dense layer.");
        }

        (Filters, KernelSize, Stride, Padding, Activation) = (filters, kernelSize, stride, padding, activation);
    }

    /// <summary>The channels of the output.</summary>
    public int Filters { get; }

    /// <summary>The rows and columns of the kernel.</summary>
    public int KernelSize { get; }

    /// <summary>Pixels from one window to the next.</summary>
    public int Stride { get; }

    /// <summary>How windows meet the border.</summary>
    public Padding Padding { get; }

    /// <summary>What is applied to each output.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override string Kind => "conv2d";

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is not height x width x channels, or too small for the kernel.</exception>
    public Conv2DShape OpShape(Shape input)
    {
        if (input.Rank != 3)
        {
            throw new ArgumentException($"A convolution takes height x width x channels, not {input}.");
        }

        return Padding == Padding.Same
            ? Conv2DShape.Same(input[0], input[1], input[2], Filters, KernelSize, KernelSize, Stride, Stride)
            : new Conv2DShape(input[0], input[1], input[2], Filters, KernelSize, KernelSize, Stride, Stride);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Conv2DShape shape = OpShape(input);
        return new Shape(shape.OutHeight, shape.OutWidth, Filters);
    }

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        Conv2DShape shape = OpShape(input.Shape);
        long area = (long)KernelSize * KernelSize;
        Weight kernel = AddWeight(
            "kernel", new Shape(KernelSize, KernelSize, shape.Channels, Filters), Initializer.GlorotUniform(area * shape.Channels, area * Filters), WeightRole.Decayed);
        Weight bias = AddWeight("bias", new Shape(Filters), Initializer.Zeros, WeightRole.Undecayed);
        return Activation.Apply(new Conv2DNode(shape, input, [kernel, bias]).Output);
    }
}
