using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>The leaky rectified linear unit.</summary>
internal sealed class LeakyReLUCodec : FunctionCodec<LeakyReLU>
{
    // Keras 2 calls the slope alpha, and has this one where nothing is said.
    private const double KerasSlope = 0.3;
    private const float OnnxSlope = 0.01f;

    /// <inheritdoc/>
    public override string Kind => "leaky_re_lu";

    /// <inheritdoc/>
    public override string KerasClass => "LeakyReLU";

    /// <inheritdoc/>
    public override IReadOnlyList<string> OnnxOps => ["LeakyRelu"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new LeakyReLU(settings.Real("negative_slope"));

    /// <inheritdoc/>
    public override Layer Make(KerasSettings settings) => new LeakyReLU(settings.Decimal("negative_slope", settings.Decimal("alpha", KerasSlope)));

    /// <inheritdoc/>
    protected override Layer Make(OnnxCall call) => new LeakyReLU(KerasText.Shortest(call.Node.Number("alpha", OnnxSlope)));

    /// <inheritdoc/>
    protected override void Write(LeakyReLU layer, LayerWriter settings) => settings.Number("negative_slope", layer.NegativeSlope);

    /// <inheritdoc/>
    protected override void WriteKeras(LeakyReLU layer, KerasWriter keras) => keras.Number(keras.IsKeras3 ? "negative_slope" : "alpha", layer.NegativeSlope);

    /// <inheritdoc/>
    protected override void WriteOnnx(LeakyReLU layer, OnnxCallWriter call) => OnnxActivations.WriteRectified(call, call.Either(), double.PositiveInfinity, layer.NegativeSlope, 0);
}
