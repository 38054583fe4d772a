using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A depthwise convolution without bias, and behind it a convolution of 1x1 that mixes the channels (Chollet, "Xception" (2017)): height x width x
/// channels to outHeight x outWidth x filters. Its weights are, as in Keras, the depthwise kernel, of kernelHeight x kernelWidth x channels x
/// depthMultiplier, the pointwise kernel, of 1 x 1 x (channels * depthMultiplier) x filters, and the bias.
/// </summary>
public sealed class SeparableConv2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="filters">The channels of its output.</param>
    /// <param name="kernelSize">The rows and columns of the depthwise kernel: <c>3</c>, or <c>(3, 1)</c>.</param>
    /// <param name="strides">Pixels from one window to the next, down and across; 1 unless said.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="depthMultiplier">The depthwise filters of each channel.</param>
    /// <param name="activation">What is applied to each output; no softmax.</param>
    /// <param name="useBias">Whether a number is added to each filter's outputs.</param>
    /// <param name="dilation">Pixels from one element of the depthwise kernel to the next, down and across; 1 unless said.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the activation is softmax.</exception>
    public SeparableConv2D(
        int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, int depthMultiplier = 1,
        Activation activation = Activation.Linear, bool useBias = true, Size2D? dilation = null)
    {
        if (activation == Activation.Softmax)
        {
            throw new ArgumentException("Softmax is a network's last activation, and belongs to a dense layer.");
        }

        Filters = ImageWindow.AtLeastOne(filters, "filter", Kind);
        KernelSize = ImageWindow.AtLeastOne(kernelSize, "kernel size", Kind);
        Strides = ImageWindow.AtLeastOne(strides ?? 1, "stride", Kind);
        Dilation = ImageWindow.AtLeastOne(dilation ?? 1, "dilation", Kind);
        DepthMultiplier = ImageWindow.AtLeastOne(depthMultiplier, "filter for each channel", Kind);
        (Padding, Activation, UseBias) = (padding, activation, useBias);
    }

    /// <summary>The channels of the output.</summary>
    public int Filters { get; }

    /// <summary>The rows and columns of the depthwise kernel.</summary>
    public Size2D KernelSize { get; }

    /// <summary>Pixels from one window to the next.</summary>
    public Size2D Strides { get; }

    /// <summary>Pixels from one element of the depthwise kernel to the next.</summary>
    public Size2D Dilation { get; }

    /// <summary>How windows meet the border.</summary>
    public Padding Padding { get; }

    /// <summary>The depthwise filters of each channel.</summary>
    public int DepthMultiplier { get; }

    /// <summary>What is applied to each output.</summary>
    public Activation Activation { get; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; }

    /// <summary>The depthwise kernel's first values.</summary>
    public Initializer DepthwiseInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>The pointwise kernel's first values.</summary>
    public Initializer PointwiseInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>The bias's first values.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <inheritdoc/>
    public override string Kind => "separable_conv2d";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        DepthwiseConv2DShape depthwise = DepthwiseShape(input);
        return new Shape(depthwise.OutHeight, depthwise.OutWidth, Filters);
    }

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        DepthwiseConv2DShape depthwise = DepthwiseShape(input.Shape);
        var pointwise = new Conv2DShape(new Window2D(depthwise.Window.Output, 1), depthwise.Filters, Filters);
        var depthwiseKernel = new Shape(depthwise.KernelHeight, depthwise.KernelWidth, depthwise.Channels, DepthMultiplier);
        Weight first = AddWeight("depthwise_kernel", depthwiseKernel, DepthwiseInitializer, WeightRole.Decayed);
        List<Weight> second = [AddWeight("pointwise_kernel", new Shape(1, 1, depthwise.Filters, Filters), PointwiseInitializer, WeightRole.Decayed)];
        if (UseBias)
        {
            second.Add(AddWeight("bias", new Shape(Filters), BiasInitializer, WeightRole.Undecayed));
        }

        Value between = new DepthwiseConv2DNode(depthwise, input, [first]).Output;
        return Activation.Apply(new Conv2DNode(pointwise, between, second).Output);
    }

    private DepthwiseConv2DShape DepthwiseShape(Shape input) =>
        new(ImageWindow.Over(input, KernelSize, Strides, Dilation, Padding, border: null), input[2], DepthMultiplier);
}
