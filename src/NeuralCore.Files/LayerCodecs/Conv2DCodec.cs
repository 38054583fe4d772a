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
        settings.Number("filters", LayerSettings.LargestWidth), settings.Number("kernel_size", LayerSettings.LargestWindow),
        settings.Number("stride", LayerSettings.LargestExtent), settings.Choice<Padding>("padding"), settings.Choice<Activation>("activation"));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        settings.RequireNumber("groups", 1);
        if (settings.Square("dilation_rate", 1) != 1)
        {
            throw settings.Refused("dilation_rate", "something else than 1");
        }

        Activation activation = settings.Activation("activation");
        Conv2D conv = call.Layer(() => new Conv2D(
            settings.Number("filters"), settings.Square("kernel_size"), settings.Square("strides", 1), settings.Padding(),
            activation == Activation.Softmax ? throw settings.Refused("activation", "softmax") : activation));
        Value y = call.Apply(conv, call.Image(call.Input));
        call.Take("kernel", conv);
        if (settings.Flag("use_bias", true))
        {
            call.Take("bias", conv);
        }
        else
        {
            call.Fill(conv, "bias", 0);
            call.Remark("has layers without a bias, which get one of zeros");
        }

        call.Output = call.OfImage(y);
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        OnnxConstant kernel = call.Required(1);
        Value image = call.Image(call.Input);
        if (kernel.Dims is not [var filters and > 0, var channels, var rows, var columns] || channels != image.Shape[2])
        {
            throw node.Refused($"with a kernel of {string.Join('x', kernel.Dims)}");
        }

        if (node.Integer("group", 1) is var groups and not 1)
        {
            throw node.Refused($"with {groups} groups");
        }

        OnnxWindow window = OnnxWindow.Read(node, [rows, columns]);
        OnnxConstant? bias = call.Has(2) ? call.Required(2) : null;
        if (bias is null && call.Follow(next => next.Op == "Add" && Bias(call, next, filters) is not null) is { } added)
        {
            bias = Bias(call, added, filters);
        }

        Activation activation = OnnxActivations.Follow(call, mayBeSoftmax: false);
        Conv2D conv = call.Shared($"{kernel.Name}|{bias?.Name}|{activation}", () => new Conv2D(
            filters, window.Square(node).Kernel, window.Square(node).Stride, window.Padding(node, image.Shape[0], image.Shape[1]), activation));
        Value y = call.Apply(conv, image);
        Shape shape = conv.Weights[0].Shape;
        call.Take(conv, "kernel", kernel, values => OnnxOrder.FiltersFirst.ToEngine(values, shape));
        if (bias is null)
        {
            call.Fill(conv, "bias", 0);
        }
        else
        {
            call.Take(conv, "bias", bias);
        }

        call.Give(OnnxCall.OfImage(y));
    }

    /// <inheritdoc/>
    protected override void Write(Conv2D layer, LayerWriter settings)
    {
        settings.Number("filters", layer.Filters);
        settings.Number("kernel_size", layer.KernelSize);
        settings.Number("stride", layer.Stride);
        settings.Choice("padding", layer.Padding);
        settings.Choice("activation", layer.Activation);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(Conv2D layer, KerasWriter keras)
    {
        keras.Number("filters", layer.Filters);
        keras.Numbers("kernel_size", layer.KernelSize, layer.KernelSize);
        keras.Numbers("strides", layer.Stride, layer.Stride);
        keras.Text("padding", LayerSettings.Name(layer.Padding));
        keras.Text("data_format", "channels_last");
        keras.Numbers("dilation_rate", 1, 1);
        keras.Number("groups", 1);
        keras.Activation(layer.Activation);
        keras.Flag("use_bias", true);
        keras.Initializer("kernel_initializer", "GlorotUniform");
        keras.Initializer("bias_initializer", "Zeros");
        keras.Null("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(Conv2D layer, OnnxCallWriter call)
    {
        Conv2DShape sizes = layer.OpShape(call.InputShape);
        string kernel = call.Weight("kernel", OnnxOrder.FiltersFirst, layer.Filters, sizes.Channels, layer.KernelSize, layer.KernelSize);
        call.Give(
            layer.Activation, isFirst: true, "Conv", [call.First(), kernel, call.Weight("bias", OnnxOrder.Same, layer.Filters)],
            ("kernel_shape", (long[])[layer.KernelSize, layer.KernelSize]), ("strides", (long[])[layer.Stride, layer.Stride]),
            ("pads", (long[])[sizes.PadTop, sizes.PadLeft, sizes.PadBottom, sizes.PadRight]));
    }

    /// <summary>What is added to each channel of an image; null for an addition of something else.</summary>
    private static OnnxConstant? Bias(OnnxCall call, OnnxNode add, int filters) => add.Inputs.Select(call.ConstantOf).FirstOrDefault(constant => constant is not null) is { } bias
        && bias.Count == filters && (bias.Dims is [_, 1, 1] or [1, _, 1, 1]) ? bias : null;
}
