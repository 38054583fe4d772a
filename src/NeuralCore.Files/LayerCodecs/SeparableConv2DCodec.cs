using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>Depthwise convolutions with one of 1x1 behind. ONNX has them as two nodes.</summary>
internal sealed class SeparableConv2DCodec : EngineCodec<SeparableConv2D>, IKerasReader
{
    /// <inheritdoc/>
    public override string Kind => "separable_conv2d";

    /// <inheritdoc/>
    public override string KerasClass => "SeparableConv2D";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["SeparableConv2D", "SeparableConvolution2D"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new SeparableConv2D(
        settings.Number("filters", LayerSettings.LargestWidth), settings.Size("kernel_size", LayerSettings.LargestWindow), settings.Strides(),
        settings.Choice<Padding>("padding"), settings.Number("depth_multiplier", LayerSettings.LargestWidth), settings.Choice<Activation>("activation"),
        settings.FlagOr("use_bias", true), settings.SizeOr("dilation", LayerSettings.LargestExtent, 1));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        settings.RequireNumber("groups", 1);
        KerasFunction function = call.Function(mayBeSoftmax: false);
        bool hasBias = settings.Flag("use_bias", true);
        SeparableConv2D conv = call.Layer(() => new SeparableConv2D(
            settings.Number("filters"), settings.Size("kernel_size"), settings.Size("strides", 1), settings.Padding(), settings.NumberOr("depth_multiplier", 1),
            function.Activation, hasBias, settings.Size("dilation_rate", 1)));
        Value y = call.Activate(function, call.Apply(conv, call.Image(call.Input)));
        call.Take("depthwise_kernel", conv);
        call.Take("pointwise_kernel", conv);
        if (hasBias)
        {
            call.Take("bias", conv);
        }

        call.Output = call.OfImage(y);
    }

    /// <inheritdoc/>
    protected override void Write(SeparableConv2D layer, LayerWriter settings)
    {
        settings.Number("filters", layer.Filters);
        settings.Size("kernel_size", layer.KernelSize);
        settings.Size("strides", layer.Strides);
        settings.Choice("padding", layer.Padding);
        settings.Number("depth_multiplier", layer.DepthMultiplier);
        settings.Choice("activation", layer.Activation);
        settings.FlagUnless("use_bias", layer.UseBias, true);
        settings.SizeUnless("dilation", layer.Dilation, 1);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(SeparableConv2D layer, KerasWriter keras)
    {
        keras.Number("filters", layer.Filters);
        keras.Size("kernel_size", layer.KernelSize);
        keras.Size("strides", layer.Strides);
        keras.Padding(layer.Padding, explicitPadding: null);
        keras.Text("data_format", "channels_last");
        keras.Size("dilation_rate", layer.Dilation);
        if (!keras.IsKeras3)
        {
            keras.Number("groups", 1);
        }

        keras.Number("depth_multiplier", layer.DepthMultiplier);
        keras.Activation(layer.Activation);
        keras.Flag("use_bias", layer.UseBias);
        keras.Initializer("depthwise_initializer", "GlorotUniform");
        keras.Initializer("pointwise_initializer", "GlorotUniform");
        keras.Initializer("bias_initializer", "Zeros");
        keras.Null(
            "depthwise_regularizer", "pointwise_regularizer", "bias_regularizer", "activity_regularizer", "depthwise_constraint", "pointwise_constraint", "bias_constraint");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(SeparableConv2D layer, OnnxCallWriter call)
    {
        Size2D size = layer.KernelSize;
        int channels = call.InputShape[2], between = channels * layer.DepthMultiplier;
        var window = Window2D.Of((call.InputShape[0], call.InputShape[1]), size, layer.Strides, layer.Dilation, layer.Padding);
        string depthwise = call.Weight("depthwise_kernel", OnnxOrder.ChannelsFirst, between, 1, size.Height, size.Width);
        string middle = call.Node("Conv", [call.First(), depthwise], [("group", (long)channels), .. OnnxWindow.Attributes(window)]);
        string pointwise = call.Weight("pointwise_kernel", OnnxOrder.FiltersFirst, layer.Filters, between, 1, 1);
        call.Give(
            layer.Activation, isFirst: true, "Conv", layer.UseBias ? [middle, pointwise, call.Weight("bias", OnnxOrder.Same, layer.Filters)] : [middle, pointwise],
            ("kernel_shape", (long[])[1, 1]));
    }
}
