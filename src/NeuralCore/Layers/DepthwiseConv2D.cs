using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A depthwise convolution, in which each channel has filters of its own: height x width x channels to outHeight x outWidth x
/// (channels * depthMultiplier), where the filters of a channel follow one another. Its weights are the kernel, of
/// kernelHeight x kernelWidth x channels x depthMultiplier, and the bias. <see cref="DepthwiseConv2DReference"/> states the formula.
/// </summary>
public sealed class DepthwiseConv2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="kernelSize">The rows and columns of its kernel: <c>3</c>, or <c>(3, 1)</c>.</param>
    /// <param name="strides">Pixels from one window to the next, down and across; 1 unless said.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="depthMultiplier">The filters of each channel.</param>
    /// <param name="activation">What is applied to each output; no softmax.</param>
    /// <param name="useBias">Whether a number is added to each filter's outputs.</param>
    /// <param name="dilation">Pixels from one element of the kernel to the next, down and across; 1 unless said.</param>
    /// <param name="depthwiseInitializer">The kernel's first values; <see cref="Initializer.GlorotUniform"/> unless said.</param>
    /// <param name="biasInitializer">The bias's first values; zeros unless said.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the activation is softmax.</exception>
    public DepthwiseConv2D(
        Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, int depthMultiplier = 1, Activation activation = Activation.Linear,
        bool useBias = true, Size2D? dilation = null, Initializer? depthwiseInitializer = null, Initializer? biasInitializer = null)
    {
        if (activation == Activation.Softmax)
        {
            throw new ArgumentException("Softmax is a network's last activation, and belongs to a dense layer.");
        }

        KernelSize = ImageWindow.AtLeastOne(kernelSize, "kernel size", Kind);
        Strides = ImageWindow.AtLeastOne(strides ?? 1, "stride", Kind);
        Dilation = ImageWindow.AtLeastOne(dilation ?? 1, "dilation", Kind);
        DepthMultiplier = ImageWindow.AtLeastOne(depthMultiplier, "filter for each channel", Kind);
        (Padding, Activation, UseBias) = (padding, activation, useBias);
        (DepthwiseInitializer, BiasInitializer) = (depthwiseInitializer ?? Initializer.GlorotUniform, biasInitializer ?? Initializer.Zeros);
    }

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

    /// <summary>The filters of each channel.</summary>
    public int DepthMultiplier { get; }

    /// <summary>What is applied to each output.</summary>
    public Activation Activation { get; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; }

    /// <summary>The kernel's first values.</summary>
    public Initializer DepthwiseInitializer { get; }

    /// <summary>The bias's first values.</summary>
    public Initializer BiasInitializer { get; }

    /// <inheritdoc/>
    public override string Kind => "depthwise_conv2d";

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is not height x width x channels, or too small for the kernel.</exception>
    internal DepthwiseConv2DShape OpShape(Shape input) =>
        new(ImageWindow.Over(input, KernelSize, Strides, Dilation, Padding, ExplicitPadding), input[2], DepthMultiplier);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        DepthwiseConv2DShape shape = OpShape(input);
        return new Shape(shape.OutHeight, shape.OutWidth, shape.Filters);
    }

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        DepthwiseConv2DShape shape = OpShape(input.Shape);
        var kernel = new Shape(shape.KernelHeight, shape.KernelWidth, shape.Channels, DepthMultiplier);
        List<Weight> weights = [AddWeight("kernel", kernel, DepthwiseInitializer, WeightRole.Decayed)];
        if (UseBias)
        {
            weights.Add(AddWeight("bias", new Shape(shape.Filters), BiasInitializer, WeightRole.Undecayed));
        }

        return Activation.Apply(new DepthwiseConv2DNode(shape, input, weights).Output);
    }
}
