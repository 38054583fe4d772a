using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Softmax over the last axis as a layer of its own.</summary>
internal sealed class SoftmaxCodec : EngineCodec<Softmax>, IKerasFunction, IOnnxReader
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
    public Layer Make(KerasSettings settings)
    {
        settings.RequireNumber("axis", -1);
        return new Softmax();
    }

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        // Axis 3 is the last one of a batch of images, too.
        if (call.Settings.Decimal("axis", -1) is var axis && axis != -1 && axis != call.Input.Dims.Length)
        {
            throw call.Settings.Refused("axis", FormattableString.Invariant($"{axis}"));
        }

        FileValue input = call.SettledAxes(call.Input);
        call.RequireLastAxis(input);
        call.Output = input.With(call.Apply(call.Layer(() => new Softmax()), input.Value));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        int rank = call.Input.Dims.Length;
        long axis = node.Integer("axis", call.Opset < FirstOpsetOfOneAxis ? 1 : -1);
        axis = axis < 0 ? axis + rank : axis - 1;

        // Before opset 13 the axes from that one on are one; so far as they are the last, that is the same.
        bool isOne = call.Opset >= FirstOpsetOfOneAxis || axis == rank - 1 || call.Input.Dims.Skip((int)Math.Clamp(axis, 0, rank)).Count(extent => extent > 1) <= 1;
        // A picture without an axis of channels has one of a single channel here, which is not the last one that the file means.
        FileValue input = rank == 2 && call.Input.Placement.IsSame && call.Input.Value.Shape.Rank == 3
            ? new FileValue(call.Apply(call.New(new Reshape(call.Input.Dims)), call.Input.Value), call.Input.Placement, call.Input.Dims)
            : call.SettledAxes(call.Input);
        bool isLast = axis >= 0 && axis < rank && (rank == 1 || input.EngineAxis((int)axis) == input.Value.Shape.Rank - 1);
        if (!isLast || !isOne)
        {
            throw node.Refused($"over the axis {axis + 1} of a tensor of {rank + 1}");
        }

        if (node.Op == "LogSoftmax")
        {
            if (!call.IsOutput)
            {
                throw node.Refused("that is not what the network gives");
            }

            call.Remark("ends with logarithms of probabilities, which are given as probabilities here");
        }

        call.Give(input.With(call.Apply(call.New(new Softmax()), rank == 1 ? call.Vector(input) : input.Value)));
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
