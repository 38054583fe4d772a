using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Values side by side.</summary>
internal sealed class ConcatenateCodec : EngineCodec<Concatenate>, IKerasReader, IOnnxReader
{
    private const int MostAxes = 4;

    /// <inheritdoc/>
    public override string Kind => "concatenate";

    /// <inheritdoc/>
    public override string KerasClass => "Concatenate";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Concatenate"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Concat"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new Concatenate(settings.Number("axis", MostAxes, smallest: -MostAxes));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        int rank = call.Inputs[0].Dims.Length;
        double axis = call.Settings.Decimal("axis", -1);
        double place = axis < 0 ? axis + rank : axis - 1;
        if (place < 0 || place >= rank || place != Math.Floor(place))
        {
            throw call.Settings.Refused("axis", FormattableString.Invariant($"{axis}"));
        }

        call.Output = FileConcatenation.Apply([.. call.Inputs.Select(call.Settled)], (int)place, axisOf => call.Layer(() => new Concatenate(axisOf)), call.Apply, call.Vector)
            ?? throw new ArgumentException("It joins tensors whose axes are in different orders.");
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        FileValue[] inputs = [.. Enumerable.Range(0, call.Count).Select(call.Value).Select(call.Settled)];
        int rank = inputs[0].Dims.Length;
        long axis = call.Node.Integer("axis", 1);
        long place = axis < 0 ? axis + rank : axis - 1;
        if (place < 0 || place >= rank || inputs.Any(input => input.Dims.Length != rank))
        {
            throw call.Node.Refused($"along the axis {axis} of tensors of {rank + 1}");
        }

        call.Give(FileConcatenation.Apply(inputs, (int)place, axisOf => call.New(new Concatenate(axisOf)), call.Apply, call.Vector)
            ?? throw call.Node.Refused("of tensors whose axes are in different orders"));
    }

    /// <inheritdoc/>
    protected override void Write(Concatenate layer, LayerWriter settings) => settings.Number("axis", layer.Axis);

    /// <inheritdoc/>
    protected override void WriteKeras(Concatenate layer, KerasWriter keras) => keras.Number("axis", layer.Axis);

    /// <inheritdoc/>
    protected override void WriteOnnx(Concatenate layer, OnnxCallWriter call)
    {
        int rank = call.InputShape.Rank, axis = layer.Axis < 0 ? layer.Axis + rank + 1 : layer.Axis;
        bool isFirst = call.IsFirst;
        long place = !isFirst ? axis : axis == rank ? 1 : axis + 1;
        call.Give(isFirst, "Concat", [.. Enumerable.Range(0, call.Inputs.Count).Select(call.Either)], ("axis", place));
    }
}
