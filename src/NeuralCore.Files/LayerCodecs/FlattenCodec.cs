using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Flattening, in the engine's order: rows, columns, channels. Files that flatten channels first have the order noted for who reads it.</summary>
internal sealed class FlattenCodec : EngineCodec<Flatten>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override string KerasClass => "Flatten";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Flatten"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Flatten"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new Flatten();

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        // Keras brings channels_first images to channels_last before it flattens them.
        FileValue input = call.ChannelsFirst && call.Input.Dims.Length == 3 ? call.Transpose(call.Input, [1, 2, 0]) : call.Input;
        Flatten flatten = call.Layer(() => new Flatten());
        Value y = call.Apply(flatten, input.Value);
        call.Output = new FileValue(y, input.Placement, [input.Count]);
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        long axis = call.Node.Integer("axis", 1);
        if (axis != 1 && axis != -call.Input.Dims.Length)
        {
            throw call.Node.Refused($"with the axis {axis}");
        }

        call.Give(call.Input.Reshape([call.Input.Count]));
    }

    /// <inheritdoc/>
    protected override void Write(Flatten layer, LayerWriter settings)
    {
    }

    /// <inheritdoc/>
    protected override void WriteKeras(Flatten layer, KerasWriter keras) => keras.Text("data_format", "channels_last");

    /// <inheritdoc/>
    protected override void WriteOnnx(Flatten layer, OnnxCallWriter call) => call.Give(isFirst: false, "Flatten", [call.Last()]);
}
