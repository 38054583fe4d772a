using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

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
        settings.Size("pool_size", LayerSettings.LargestWindow), settings.Strides(), settings.Choice<Padding>("padding"))
    { ExplicitPadding = settings.BorderOrNone("explicit_padding") };

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        Size2D window = call.Settings.Size("pool_size", 2);
        MaxPooling2D pool = call.Layer(() => new MaxPooling2D(window, call.Settings.Size("strides", window), call.Settings.Padding()));
        call.Output = call.OfImage(call.Apply(pool, call.Image(call.Input)));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        node.Integer("storage_order", 0);
        if (node.Outputs.Count > 1)
        {
            throw node.Refused("that also gives the positions of the largest values");
        }

        Value image = call.Image(call.Input);
        OnnxWindow window = OnnxWindow.Read(node, kernel: null);
        if (window.Dilations != 1)
        {
            throw node.Refused("with dilated windows");
        }

        (Padding padding, Border? border) = window.Padding(node, image, node.Integer("ceil_mode", 0) != 0);
        call.Give(OnnxCall.OfImage(call.Apply(call.New(new MaxPooling2D(window.Kernel, window.Strides, padding) { ExplicitPadding = border }), image)));
    }

    /// <inheritdoc/>
    protected override void Write(MaxPooling2D layer, LayerWriter settings)
    {
        settings.Size("pool_size", layer.PoolSize);
        settings.Size("strides", layer.Strides);
        settings.Choice("padding", layer.Padding);
        settings.BorderIfAny("explicit_padding", layer.ExplicitPadding);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(MaxPooling2D layer, KerasWriter keras)
    {
        keras.Size("pool_size", layer.PoolSize);
        keras.Padding(layer.Padding, layer.ExplicitPadding);
        keras.Size("strides", layer.Strides);
        keras.Text("data_format", "channels_last");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(MaxPooling2D layer, OnnxCallWriter call) =>
        call.Give(isFirst: true, "MaxPool", [call.First()], OnnxWindow.Attributes(layer.OpShape(call.InputShape).Window));
}
