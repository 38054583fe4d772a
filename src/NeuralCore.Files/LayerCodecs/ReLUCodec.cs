using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>The rectified linear unit as a layer of its own, with or without a bound, a slope and a threshold.</summary>
internal sealed class ReLUCodec : FunctionCodec<ReLU>
{
    /// <inheritdoc/>
    public override string Kind => "re_lu";

    /// <inheritdoc/>
    public override string KerasClass => "ReLU";

    /// <inheritdoc/>
    public override IReadOnlyList<string> KerasClasses => ["ReLU", "ThresholdedReLU"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> OnnxOps => ["Relu"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new ReLU(
        settings.Has("max_value") ? settings.Real("max_value") : null, settings.RealOr("negative_slope", 0), settings.RealOr("threshold", 0));

    /// <inheritdoc/>
    public override Layer Make(KerasSettings settings) => settings.ClassName == "ThresholdedReLU"
        ? new ReLU(threshold: settings.Decimal("theta", 1))
        : new ReLU(
            settings.Find("max_value") is null ? null : settings.Decimal("max_value", 0), settings.Decimal("negative_slope", 0), settings.Decimal("threshold", 0));

    /// <inheritdoc/>
    protected override Layer Make(OnnxCall call) => new ReLU();

    /// <inheritdoc/>
    protected override void Write(ReLU layer, LayerWriter settings)
    {
        if (layer.MaxValue is { } most)
        {
            settings.Number("max_value", most);
        }

        settings.NumberUnless("negative_slope", layer.NegativeSlope, 0);
        settings.NumberUnless("threshold", layer.Threshold, 0);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(ReLU layer, KerasWriter keras)
    {
        if (layer.MaxValue is { } most)
        {
            keras.Number("max_value", most);
        }
        else
        {
            keras.Null("max_value");
        }

        keras.Number("negative_slope", layer.NegativeSlope);
        keras.Number("threshold", layer.Threshold);
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(ReLU layer, OnnxCallWriter call) =>
        OnnxActivations.WriteRectified(call, call.Either(), layer.MaxValue ?? double.PositiveInfinity, layer.NegativeSlope, layer.Threshold);
}
