using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Softmax over the last axis as a layer of its own.</summary>
internal sealed class SoftmaxCodec : EngineCodec<Softmax>, IKerasReader, IOnnxReader
{
    private const int FirstOpsetOfOneAxis = 13;

    /// <inheritdoc/>
    public override string Kind => "softmax";

    /// <inheritdoc/>
    public override string KerasClass => "Softmax";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Softmax"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Softmax", "LogSoftmax"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new Softmax();

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        call.Settings.RequireNumber("axis", -1);
        call.Output = call.Input.With(call.Apply(call.Layer(() => new Softmax()), call.Input.Value));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        int rank = call.Input.Dims.Length;
        long axis = node.Integer("axis", call.Opset < FirstOpsetOfOneAxis ? 1 : -1);
        if ((axis < 0 ? axis + rank + 1 : axis) != rank || (rank > 1 && !call.Input.Placement.IsSame))
        {
            throw node.Refused($"over the axis {axis} of a tensor of {rank + 1}");
        }

        if (node.Op == "LogSoftmax")
        {
            call.Remark("ends with logarithms of probabilities, which are given as probabilities here");
        }

        Value input = rank == 1 ? call.Vector(call.Input) : call.Input.Value;
        call.Give(call.Input.With(call.Apply(call.New(new Softmax()), input)));
    }

    /// <inheritdoc/>
    protected override void Write(Softmax layer, LayerWriter settings)
    {
    }

    /// <inheritdoc/>
    protected override void WriteKeras(Softmax layer, KerasWriter keras) => keras.Number("axis", -1);

    /// <inheritdoc/>
    protected override void WriteOnnx(Softmax layer, OnnxCallWriter call)
    {
        if (call.InputShape.Rank > 1 && call.Opset < FirstOpsetOfOneAxis)
        {
            throw new NotSupportedException($"A softmax over one axis of several needs version {FirstOpsetOfOneAxis} of ONNX's operations or a later one.");
        }

        // Of a batch of vectors the last axis is the second in every version.
        call.Give(isFirst: false, "Softmax", [call.Last()], ("axis", call.InputShape.Rank == 1 ? 1L : -1L));
    }
}
