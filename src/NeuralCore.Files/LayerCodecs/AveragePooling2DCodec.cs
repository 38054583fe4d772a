using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Average-pooling.</summary>
internal sealed class AveragePooling2DCodec : EngineCodec<AveragePooling2D>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "average_pooling2d";

    /// <inheritdoc/>
    public override string KerasClass => "AveragePooling2D";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["AveragePooling2D", "AvgPool2D"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["AveragePool"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new AveragePooling2D(
        settings.Size("pool_size", LayerSettings.LargestWindow), settings.Strides(), settings.Choice<Padding>("padding"))
    { ExplicitPadding = settings.BorderOrNone("explicit_padding"), CountsPadding = settings.FlagOr("counts_padding", false) };

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        Size2D window = call.Settings.Size("pool_size", 2);
        AveragePooling2D pool = call.Layer(() => new AveragePooling2D(window, call.Settings.Size("strides", window), call.Settings.Padding()));
        call.Output = call.OfImage(call.Apply(pool, call.Image(call.Input)));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        Value image = call.Image(call.Input);
        OnnxWindow window = OnnxWindow.Read(node, kernel: null);
        bool countsPadding = node.Integer("count_include_pad", 0) != 0, roundsUp = node.Integer("ceil_mode", 0) != 0;
        (Padding padding, Border? border) = window.Padding(node, image, roundsUp);
        if (window.Dilations != 1)
        {
            throw node.Refused("with dilated windows");
        }

        // What a window that was added reaches beyond the padding counts for nothing, even where the padding counts.
        if (countsPadding && roundsUp && (padding, border) != window.Padding(node, image))
        {
            throw node.Refused("with a 'ceil_mode' that adds windows, and padding that counts");
        }

        bool isPadded = border is not null || padding == Padding.Same;
        call.Give(OnnxCall.OfImage(call.Apply(
            call.New(new AveragePooling2D(window.Kernel, window.Strides, padding) { ExplicitPadding = border, CountsPadding = countsPadding && isPadded }), image)));
    }

    /// <inheritdoc/>
    protected override void Write(AveragePooling2D layer, LayerWriter settings)
    {
        settings.Size("pool_size", layer.PoolSize);
        settings.Size("strides", layer.Strides);
        settings.Choice("padding", layer.Padding);
        settings.BorderIfAny("explicit_padding", layer.ExplicitPadding);
        settings.FlagUnless("counts_padding", layer.CountsPadding, false);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(AveragePooling2D layer, KerasWriter keras)
    {
        if (layer.CountsPadding && layer.ExplicitPadding is null && layer.Padding == Padding.Same)
        {
            throw new NotSupportedException("Average pooling whose padding counts can not be written to a file of Keras, which leaves padding out of the average");
        }

        keras.Size("pool_size", layer.PoolSize);
        keras.Padding(layer.Padding, layer.ExplicitPadding);
        keras.Size("strides", layer.Strides);
        keras.Text("data_format", "channels_last");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(AveragePooling2D layer, OnnxCallWriter call) => call.Give(
        isFirst: true, "AveragePool", [call.First()],
        [.. OnnxWindow.Attributes(layer.OpShape(call.InputShape).Window), .. layer.CountsPadding ? [("count_include_pad", (object)1L)] : Array.Empty<(string, object)>()]);
}
