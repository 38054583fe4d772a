using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>Convolutions of each channel by itself. ONNX has them as convolutions of as many groups as there are channels.</summary>
internal sealed class DepthwiseConv2DCodec : EngineCodec<DepthwiseConv2D>, IKerasReader
{
    /// <inheritdoc/>
    public override string Kind => "depthwise_conv2d";

    /// <inheritdoc/>
    public override string KerasClass => "DepthwiseConv2D";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["DepthwiseConv2D"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new DepthwiseConv2D(
        settings.Size("kernel_size", LayerSettings.LargestWindow), settings.Strides(), settings.Choice<Padding>("padding"),
        settings.Number("depth_multiplier", LayerSettings.LargestWidth), settings.Choice<Activation>("activation"), settings.FlagOr("use_bias", true),
        settings.SizeOr("dilation", LayerSettings.LargestExtent, 1))
    { ExplicitPadding = settings.BorderOrNone("explicit_padding") };

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        KerasFunction function = call.Function(mayBeSoftmax: false);
        bool hasBias = settings.Flag("use_bias", true);
        DepthwiseConv2D conv = call.Layer(() => new DepthwiseConv2D(
            settings.Size("kernel_size"), settings.Size("strides", 1), settings.Padding(), settings.NumberOr("depth_multiplier", 1), function.Activation, hasBias,
            settings.Size("dilation_rate", 1)));
        Value y = call.Activate(function, call.Apply(conv, call.Image(call.Input)));
        call.Take(call.IsKeras3 ? "kernel" : "depthwise_kernel", conv, "kernel");
        if (hasBias)
        {
            call.Take("bias", conv);
        }

        call.Output = call.OfImage(y);
    }

    /// <summary>Reads a convolution of as many groups as there are channels.</summary>
    /// <param name="call">The node.</param>
    /// <param name="image">What it is applied to.</param>
    /// <param name="kernel">Its kernel, of filters x 1 x rows x columns.</param>
    public static void ReadOnnx(OnnxCall call, Value image, OnnxConstant kernel)
    {
        int filters = kernel.Dims[0], channels = image.Shape[2];
        OnnxWindow window = OnnxWindow.Read(call.Node, [kernel.Dims[2], kernel.Dims[3]]);
        OnnxConstant? bias = OnnxBias.Find(call, filters);
        Activation activation = OnnxActivations.Follow(call, mayBeSoftmax: false);
        (Padding padding, Border? border) = window.Padding(call.Node, image);
        DepthwiseConv2D conv = call.Shared($"{kernel.Name}|{bias?.Name}|{activation}|{padding}|{border}", () => new DepthwiseConv2D(
            window.Kernel, window.Strides, padding, filters / channels, activation, bias is not null, window.Dilations)
        { ExplicitPadding = border });
        Value y = call.Apply(conv, image);
        Shape shape = conv.Weights[0].Shape;
        call.Take(conv, "kernel", kernel, values => OnnxOrder.ChannelsFirst.ToEngine(values, shape));
        if (bias is not null)
        {
            call.Take(conv, "bias", bias);
        }

        call.Give(OnnxCall.OfImage(y));
    }

    /// <inheritdoc/>
    public override string KerasName(Weight weight, bool isKeras3) => weight.Name == "kernel" && !isKeras3 ? "depthwise_kernel" : weight.Name;

    /// <inheritdoc/>
    protected override void Write(DepthwiseConv2D layer, LayerWriter settings)
    {
        settings.Size("kernel_size", layer.KernelSize);
        settings.Size("strides", layer.Strides);
        settings.Choice("padding", layer.Padding);
        settings.Number("depth_multiplier", layer.DepthMultiplier);
        settings.Choice("activation", layer.Activation);
        settings.FlagUnless("use_bias", layer.UseBias, true);
        settings.SizeUnless("dilation", layer.Dilation, 1);
        settings.BorderIfAny("explicit_padding", layer.ExplicitPadding);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(DepthwiseConv2D layer, KerasWriter keras)
    {
        keras.Size("kernel_size", layer.KernelSize);
        keras.Size("strides", layer.Strides);
        keras.Padding(layer.Padding, layer.ExplicitPadding);
        keras.Text("data_format", "channels_last");
        keras.Size("dilation_rate", layer.Dilation);
        if (!keras.IsKeras3)
        {
            keras.Number("groups", 1);
        }

        keras.Activation(layer.Activation);
        keras.Flag("use_bias", layer.UseBias);
        keras.Initializer("depthwise_initializer", "GlorotUniform");
        keras.Initializer("bias_initializer", "Zeros");
        keras.Null("depthwise_regularizer", "bias_regularizer", "activity_regularizer", "depthwise_constraint", "bias_constraint");
        keras.Number("depth_multiplier", layer.DepthMultiplier);
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(DepthwiseConv2D layer, OnnxCallWriter call)
    {
        DepthwiseConv2DShape sizes = layer.OpShape(call.InputShape);
        string kernel = call.Weight("kernel", OnnxOrder.ChannelsFirst, sizes.Filters, 1, layer.KernelSize.Height, layer.KernelSize.Width);
        string[] inputs = layer.UseBias ? [call.First(), kernel, call.Weight("bias", OnnxOrder.Same, sizes.Filters)] : [call.First(), kernel];
        call.Give(layer.Activation, isFirst: true, "Conv", inputs, [("group", (long)sizes.Channels), .. OnnxWindow.Attributes(sizes.Window)]);
    }
}
