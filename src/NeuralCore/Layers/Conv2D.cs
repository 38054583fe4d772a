using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A two-dimensional convolution: height x width x channels to outHeight x outWidth x filters. Its weights are the kernel, of
/// kernelHeight x kernelWidth x channels x filters, and the bias, of filters. <see cref="Conv2DReference"/> states the formula.
/// </summary>
public sealed class Conv2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="filters">The channels of its output.</param>
    /// <param name="kernelSize">The rows and columns of its kernel: <c>3</c>, or <c>(3, 1)</c>.</param>
    /// <param name="strides">Pixels from one window to the next, down and across; 1 unless said.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="activation">What is applied to each output; no softmax.</param>
    /// <param name="useBias">Whether a number is added to each filter's outputs.</param>
    /// <param name="dilation">Pixels from one element of the kernel to the next, down and across; 1 unless said. Together with strides it is allowed, other than in Keras.</param>
    /// <param name="kernelInitializer">The kernel's first values; <see cref="Initializer.GlorotUniform"/> unless said.</param>
    /// <param name="biasInitializer">The bias's first values; zeros unless said.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the activation is softmax.</exception>
    public Conv2D(
        int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation activation = Activation.Linear, bool useBias = true,
        Size2D? dilation = null, Initializer? kernelInitializer = null, Initializer? biasInitializer = null)
    {
        if (activation == Activation.Softmax)
        {
            throw new ArgumentException("Softmax is a network's last activation, and belongs to a dense layer.");
        }

        Filters = ImageWindow.AtLeastOne(filters, "filter", Kind);
        KernelSize = ImageWindow.AtLeastOne(kernelSize, "kernel size", Kind);
        Strides = ImageWindow.AtLeastOne(strides ?? 1, "stride", Kind);
        Dilation = ImageWindow.AtLeastOne(dilation ?? 1, "dilation", Kind);
        (Padding, Activation, UseBias) = (padding, activation, useBias);
        (KernelInitializer, BiasInitializer) = (kernelInitializer ?? Initializer.GlorotUniform, biasInitializer ?? Initializer.Zeros);
    }

    /// <summary>The channels of the output.</summary>
    public int Filters { get; }

    /// <summary>The rows and columns of the kernel.</summary>
    public Size2D KernelSize { get; }

    /// <summary>Pixels from one window to the next.</summary>
    public Size2D Strides { get; }

    /// <summary>Pixels from one element of the kernel to the next.</summary>
    public Size2D Dilation { get; }

    /// <summary>How windows meet the border.</summary>
    public Padding Padding { get; }

    /// <summary>Padding that is not what <see cref="Padding"/> gives, as a network from elsewhere may have it; null where it is.</summary>
    public Border? ExplicitPadding { get; init; }

    /// <summary>What is applied to each output.</summary>
    public Activation Activation { get; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; }

    /// <summary>The kernel's first values.</summary>
    public Initializer KernelInitializer { get; }

    /// <summary>The bias's first values.</summary>
    public Initializer BiasInitializer { get; }

    /// <inheritdoc/>
    public override string Kind => "conv2d";

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is not height x width x channels, or too small for the kernel.</exception>
    internal Conv2DShape OpShape(Shape input) =>
        new(ImageWindow.Over(input, KernelSize, Strides, Dilation, Padding, ExplicitPadding), input[2], Filters);

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
        var kernel = new Shape(shape.KernelHeight, shape.KernelWidth, shape.Channels, Filters);
        List<Weight> weights = [AddWeight("kernel", kernel, KernelInitializer, WeightRole.Decayed)];
        if (UseBias)
        {
            weights.Add(AddWeight("bias", new Shape(Filters), BiasInitializer, WeightRole.Undecayed));
        }

        return Activation.Apply(new Conv2DNode(shape, input, weights).Output);
    }
}
