using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Pooling over a whole image, channel by channel.</summary>
/// <typeparam name="TLayer">The layer's class.</typeparam>
internal abstract class GlobalPoolingCodec<TLayer> : EngineCodec<TLayer>, IKerasReader, IOnnxReader
    where TLayer : Layer
{
    private const int OpsetOfSqueeze = 13;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => [KerasClass, KerasClass.Replace("Average", "Avg", StringComparison.Ordinal).Replace("Pooling", "Pool", StringComparison.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => [PoolOp, ReduceOp];

    /// <summary>The operations of ONNX: over all axes behind the channels, and over those that are asked for.</summary>
    protected abstract string PoolOp { get; }

    /// <inheritdoc cref="PoolOp"/>
    protected abstract string ReduceOp { get; }

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => Make(settings.FlagOr("keep_dims", false));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        bool keepDims = call.Settings.Flag("keepdims", false);
        Value y = call.Apply(call.Layer(() => Make(keepDims)), call.Image(call.Input));
        call.Output = keepDims ? call.OfImage(y) : KerasCall.OfValue(y);
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        bool keepDims = true, isFirst = true;
        if (node.Op == ReduceOp)
        {
            keepDims = node.Integer("keepdims", 1) != 0;
            node.Integer("noop_with_empty_axes", 0);
            long[] axes = [.. (OnnxFolding.Axes(node, call.Has(1) ? call.Required(1) : null) ?? []).Select(axis => axis < 0 ? axis + call.Input.Dims.Length + 1 : axis).Order()];
            isFirst = axes switch
            {
                [2, 3] when call.Input.Dims.Length == 3 => true,
                [1, 2] when call.Input.Dims.Length == 3 => false,
                _ => throw node.Refused($"over the axes {string.Join(", ", axes)} of a tensor of {call.Input.Dims.Length + 1}, and not over rows and columns"),
            };
        }

        Value image = isFirst ? call.Image(call.Input) : call.LastImage(call.Input);
        Value y = call.Apply(call.New((TLayer)Make(keepDims)), image);
        call.Give(!keepDims ? OnnxCall.OfVector(y) : isFirst ? OnnxCall.OfImage(y) : OnnxCall.OfLastImage(y));
    }

    /// <summary>Makes the layer.</summary>
    protected abstract Layer Make(bool keepDims);

    /// <summary>Whether a layer keeps the two axes of one row and one column.</summary>
    protected abstract bool KeepsDims(TLayer layer);

    /// <inheritdoc/>
    protected override void Write(TLayer layer, LayerWriter settings) => settings.FlagUnless("keep_dims", KeepsDims(layer), false);

    /// <inheritdoc/>
    protected override void WriteKeras(TLayer layer, KerasWriter keras)
    {
        keras.Text("data_format", "channels_last");
        if (keras.IsKeras3)
        {
            keras.Flag("keepdims", KeepsDims(layer));
        }
        else if (KeepsDims(layer))
        {
            // Keras 2.4 had no such setting; those that do not know it say so.
            keras.Flag("keepdims", true);
        }
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(TLayer layer, OnnxCallWriter call)
    {
        if (KeepsDims(layer))
        {
            call.Give(isFirst: true, PoolOp, [call.First()]);
            return;
        }

        string pooled = call.Node(PoolOp, [call.First()]);
        if (call.Opset >= OpsetOfSqueeze)
        {
            call.Give(isFirst: false, "Squeeze", [pooled, call.Integers("axes", 2, 3)]);
        }
        else
        {
            call.Give(isFirst: false, "Squeeze", [pooled], ("axes", (long[])[2, 3]));
        }
    }
}

/// <summary>The average of each channel.</summary>
internal sealed class GlobalAveragePooling2DCodec : GlobalPoolingCodec<GlobalAveragePooling2D>
{
    /// <inheritdoc/>
    public override string Kind => "global_average_pooling2d";

    /// <inheritdoc/>
    public override string KerasClass => "GlobalAveragePooling2D";

    /// <inheritdoc/>
    protected override string PoolOp => "GlobalAveragePool";

    /// <inheritdoc/>
    protected override string ReduceOp => "ReduceMean";

    /// <inheritdoc/>
    protected override Layer Make(bool keepDims) => new GlobalAveragePooling2D(keepDims);

    /// <inheritdoc/>
    protected override bool KeepsDims(GlobalAveragePooling2D layer) => layer.KeepDims;
}

/// <summary>The maximum of each channel.</summary>
internal sealed class GlobalMaxPooling2DCodec : GlobalPoolingCodec<GlobalMaxPooling2D>
{
    /// <inheritdoc/>
    public override string Kind => "global_max_pooling2d";

    /// <inheritdoc/>
    public override string KerasClass => "GlobalMaxPooling2D";

    /// <inheritdoc/>
    protected override string PoolOp => "GlobalMaxPool";

    /// <inheritdoc/>
    protected override string ReduceOp => "ReduceMax";

    /// <inheritdoc/>
    protected override Layer Make(bool keepDims) => new GlobalMaxPooling2D(keepDims);

    /// <inheritdoc/>
    protected override bool KeepsDims(GlobalMaxPooling2D layer) => layer.KeepDims;
}
