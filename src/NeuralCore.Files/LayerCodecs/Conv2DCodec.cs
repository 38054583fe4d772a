using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>Convolutions.</summary>
internal sealed class Conv2DCodec : EngineCodec<Conv2D>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "conv2d";

    /// <inheritdoc/>
    public override string KerasClass => "Conv2D";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Conv2D", "Convolution2D"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Conv"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new Conv2D(
        settings.Number("filters", LayerSettings.LargestWidth), settings.Size("kernel_size", LayerSettings.LargestWindow), settings.Strides(),
        settings.Choice<Padding>("padding"), settings.Choice<Activation>("activation"), settings.FlagOr("use_bias", true),
        settings.SizeOr("dilation", LayerSettings.LargestExtent, 1))
    { ExplicitPadding = settings.BorderOrNone("explicit_padding") };

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        settings.RequireNumber("groups", 1);
        KerasFunction function = call.Function(mayBeSoftmax: false);
        bool hasBias = settings.Flag("use_bias", true);
        Conv2D conv = call.Layer(() => new Conv2D(
            settings.Number("filters"), settings.Size("kernel_size"), settings.Size("strides", 1), settings.Padding(), function.Activation, hasBias,
            settings.Size("dilation_rate", 1)));
        Value y = call.Activate(function, call.Apply(conv, call.Image(call.Input)));
        call.Take("kernel", conv);
        if (hasBias)
        {
            call.Take("bias", conv);
        }

        call.Output = call.OfImage(y);
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        OnnxConstant kernel = call.Required(1);
        Value image = call.Image(call.Input);
        long groups = node.Integer("group", 1);
        if (kernel.Dims is not [var filters and > 0, var channels, var rows, var columns] || channels * groups != image.Shape[2] || filters % groups != 0)
        {
            throw node.Refused($"with a kernel of {string.Join('x', kernel.Dims)} for {image.Shape[2]} channels in {groups} groups");
        }

        if (groups != 1)
        {
            if (channels != 1)
            {
                throw node.Refused($"with {groups} groups of {channels} channels");
            }

            DepthwiseConv2DCodec.ReadOnnx(call, image, kernel);
            return;
        }

        OnnxWindow window = OnnxWindow.Read(node, [rows, columns]);
        OnnxConstant? bias = OnnxBias.Find(call, filters);
        Activation activation = OnnxActivations.Follow(call, mayBeSoftmax: false);
        (Padding padding, Border? border) = window.Padding(node, image);
        Conv2D conv = call.Shared($"{kernel.Name}|{bias?.Name}|{activation}|{padding}|{border}", () => new Conv2D(
            filters, window.Kernel, window.Strides, padding, activation, bias is not null, window.Dilations)
        { ExplicitPadding = border });
        Value y = call.Apply(conv, image);
        Shape shape = conv.Weights[0].Shape;
        call.Take(conv, "kernel", kernel, values => OnnxOrder.FiltersFirst.ToEngine(values, shape));
        if (bias is not null)
        {
            call.Take(conv, "bias", bias);
        }

        call.Give(OnnxCall.OfImage(y));
    }

    /// <inheritdoc/>
    protected override void Write(Conv2D layer, LayerWriter settings)
    {
        settings.Number("filters", layer.Filters);
        settings.Size("kernel_size", layer.KernelSize);
        settings.Size("strides", layer.Strides);
        settings.Choice("padding", layer.Padding);
        settings.Choice("activation", layer.Activation);
        settings.FlagUnless("use_bias", layer.UseBias, true);
        settings.SizeUnless("dilation", layer.Dilation, 1);
        settings.BorderIfAny("explicit_padding", layer.ExplicitPadding);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(Conv2D layer, KerasWriter keras)
    {
        keras.Number("filters", layer.Filters);
        keras.Size("kernel_size", layer.KernelSize);
        keras.Size("strides", layer.Strides);
        keras.Padding(layer.Padding, layer.ExplicitPadding);
        keras.Text("data_format", "channels_last");
        keras.Size("dilation_rate", layer.Dilation);
        keras.Number("groups", 1);
        keras.Activation(layer.Activation);
        keras.Flag("use_bias", layer.UseBias);
        keras.Initializer("kernel_initializer", "GlorotUniform");
        keras.Initializer("bias_initializer", "Zeros");
        keras.Null("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(Conv2D layer, OnnxCallWriter call)
    {
        Conv2DShape sizes = layer.OpShape(call.InputShape);
        string kernel = call.Weight("kernel", OnnxOrder.FiltersFirst, layer.Filters, sizes.Channels, layer.KernelSize.Height, layer.KernelSize.Width);
        string[] inputs = layer.UseBias ? [call.First(), kernel, call.Weight("bias", OnnxOrder.Same, layer.Filters)] : [call.First(), kernel];
        call.Give(layer.Activation, isFirst: true, "Conv", inputs, OnnxWindow.Attributes(sizes.Window));
    }
}
