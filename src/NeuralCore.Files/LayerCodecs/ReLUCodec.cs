using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>The rectified linear unit as a layer of its own.</summary>
internal sealed class ReLUCodec : EngineCodec<ReLU>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "re_lu";

    /// <inheritdoc/>
    public override string KerasClass => "ReLU";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["ReLU"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Relu"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new ReLU();

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings.RequirePlainRelu(call.Settings);
        call.Output = call.Input.With(call.Apply(call.Layer(() => new ReLU()), call.Input.Value));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call) => call.Give(call.Input.With(call.Apply(call.New(new ReLU()), call.Input.Value)));

    /// <inheritdoc/>
    protected override void Write(ReLU layer, LayerWriter settings)
    {
    }

    /// <inheritdoc/>
    protected override void WriteKeras(ReLU layer, KerasWriter keras)
    {
        keras.Null("max_value");
        keras.Number("negative_slope", 0.0);
        keras.Number("threshold", 0.0);
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(ReLU layer, OnnxCallWriter call) => call.Give(call.IsFirst, "Relu", [call.IsFirst ? call.First() : call.Last()]);
}
