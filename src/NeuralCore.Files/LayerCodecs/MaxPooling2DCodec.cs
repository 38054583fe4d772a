using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>Max-pooling.</summary>
internal sealed class MaxPooling2DCodec : EngineCodec<MaxPooling2D>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "max_pooling2d";

    /// <inheritdoc/>
    public override string KerasClass => "MaxPooling2D";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["MaxPooling2D", "MaxPool2D"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["MaxPool"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new MaxPooling2D(
        settings.Number("pool_size", LayerSettings.LargestWindow), settings.Number("stride", LayerSettings.LargestExtent), settings.Choice<Padding>("padding"));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        int window = call.Settings.Square("pool_size", 2);
        MaxPooling2D pool = call.Layer(() => new MaxPooling2D(window, call.Settings.Square("strides", window), call.Settings.Padding()));
        call.Output = call.OfImage(call.Apply(pool, call.Image(call.Input)));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        node.Integer("storage_order", 0);
        Value image = call.Image(call.Input);
        OnnxWindow window = OnnxWindow.Read(node, kernel: null);
        (int size, int stride) = window.Square(node);
        Padding padding = window.Padding(node, image.Shape[0], image.Shape[1]);
        bool isExact = padding == Padding.Same || ((image.Shape[0] - size) % stride == 0 && (image.Shape[1] - size) % stride == 0);
        if (node.Integer("ceil_mode", 0) != 0 && !isExact)
        {
            throw node.Refused("with a 'ceil_mode' that adds windows");
        }

        call.Give(OnnxCall.OfImage(call.Apply(call.New(new MaxPooling2D(size, stride, padding)), image)));
    }

    /// <inheritdoc/>
    protected override void Write(MaxPooling2D layer, LayerWriter settings)
    {
        settings.Number("pool_size", layer.PoolSize);
        settings.Number("stride", layer.Stride);
        settings.Choice("padding", layer.Padding);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(MaxPooling2D layer, KerasWriter keras)
    {
        keras.Numbers("pool_size", layer.PoolSize, layer.PoolSize);
        keras.Text("padding", LayerSettings.Name(layer.Padding));
        keras.Numbers("strides", layer.Stride, layer.Stride);
        keras.Text("data_format", "channels_last");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(MaxPooling2D layer, OnnxCallWriter call)
    {
        MaxPool2DShape sizes = layer.OpShape(call.InputShape);
        call.Give(
            isFirst: true, "MaxPool", [call.First()], ("kernel_shape", (long[])[layer.PoolSize, layer.PoolSize]), ("strides", (long[])[layer.Stride, layer.Stride]),
            ("pads", (long[])[sizes.PadTop, sizes.PadLeft, sizes.PadBottom, sizes.PadRight]));
    }
}
