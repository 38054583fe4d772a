using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Dropout, which does nothing in prediction; ONNX files do without.</summary>
internal sealed class DropoutCodec : EngineCodec<Dropout>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "dropout";

    /// <inheritdoc/>
    public override string KerasClass => "Dropout";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Dropout"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Dropout"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new Dropout(settings.Fraction("rate"));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        if (call.Settings.Find("noise_shape") is not null)
        {
            throw call.Settings.Refused("noise_shape", "a shape");
        }

        Dropout dropout = call.Layer(() => new Dropout(call.Settings.Fraction("rate")));
        call.Output = call.Input.With(call.Apply(dropout, call.Input.Value));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        const float Default = 0.5f;
        OnnxNode node = call.Node;
        node.Integer("seed", 0);
        node.Integer("is_test", 1);
        double rate = call.Has(1) ? call.Required(1).Scalar() ?? double.NaN : node.Number("ratio", Default);
        if (call.Has(2) && call.Required(2).Scalar() is not 0)
        {
            throw node.Refused("that also drops values in prediction");
        }

        Dropout dropout = call.New(rate is >= 0 and < 1 ? new Dropout(rate) : throw node.Refused("with a rate that is not at least 0 and below 1"));
        call.Give(call.Input.With(call.Apply(dropout, call.Input.Value)));
    }

    /// <inheritdoc/>
    protected override void Write(Dropout layer, LayerWriter settings) => settings.Number("rate", layer.Rate);

    /// <inheritdoc/>
    protected override void WriteKeras(Dropout layer, KerasWriter keras)
    {
        keras.Number("rate", layer.Rate);
        keras.Null("noise_shape", "seed");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(Dropout layer, OnnxCallWriter call) => call.Hand();
}
