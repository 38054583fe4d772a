using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>The exponential linear unit.</summary>
internal sealed class ELUCodec : FunctionCodec<ELU>
{
    /// <inheritdoc/>
    public override string Kind => "elu";

    /// <inheritdoc/>
    public override string KerasClass => "ELU";

    /// <inheritdoc/>
    public override IReadOnlyList<string> OnnxOps => ["Elu", "Celu"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new ELU(settings.Real("alpha"));

    /// <inheritdoc/>
    public override Layer Make(KerasSettings settings) => new ELU(settings.Decimal("alpha", 1));

    /// <inheritdoc/>
    protected override Layer Make(OnnxCall call)
    {
        // max(0, x) + min(0, a (exp(x / a) - 1)) is the same function for 1 alone.
        double alpha = KerasText.Shortest(call.Node.Number("alpha", 1));
        return call.Node.Op == "Elu" || alpha == 1 ? new ELU(alpha) : throw call.Node.Refused(FormattableString.Invariant($"with the alpha {alpha}"));
    }

    /// <inheritdoc/>
    protected override void Write(ELU layer, LayerWriter settings) => settings.Number("alpha", layer.Alpha);

    /// <inheritdoc/>
    protected override void WriteKeras(ELU layer, KerasWriter keras) => keras.Number("alpha", layer.Alpha);

    /// <inheritdoc/>
    protected override void WriteOnnx(ELU layer, OnnxCallWriter call) => call.Give(call.IsFirst, "Elu", [call.Either()], ("alpha", (float)layer.Alpha));
}
