using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>An activation as a layer of its own.</summary>
internal sealed class ActivationCodec : FunctionCodec<ActivationLayer>
{
    /// <inheritdoc/>
    public override string Kind => "activation";

    /// <inheritdoc/>
    public override string KerasClass => "Activation";

    /// <inheritdoc/>
    public override IReadOnlyList<string> OnnxOps => OnnxActivations.Ops;

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new ActivationLayer(settings.Choice<Activation>("activation"));

    /// <inheritdoc/>
    public override Layer Make(KerasSettings settings) => settings.Function("activation") is { Make: { } make } ? make() : new ActivationLayer(settings.Function("activation").Activation);

    /// <inheritdoc/>
    public override void ReadKeras(KerasCall call)
    {
        if (call.Settings.Function("activation").Activation == Activation.Softmax)
        {
            FileValue input = call.SettledAxes(call.Input);
            call.RequireLastAxis(input);
            call.Output = input.With(call.Apply(call.Layer(() => Make(call.Settings)), input.Value));
            return;
        }

        base.ReadKeras(call);
    }

    /// <inheritdoc/>
    protected override Layer Make(OnnxCall call) => new ActivationLayer(OnnxActivations.Find(call.Node) ?? throw call.Node.Refused("with settings that this program does not have"));

    /// <inheritdoc/>
    protected override void Write(ActivationLayer layer, LayerWriter settings) => settings.Choice("activation", layer.Activation);

    /// <inheritdoc/>
    protected override void WriteKeras(ActivationLayer layer, KerasWriter keras) => keras.Activation(layer.Activation);

    /// <inheritdoc/>
    protected override void WriteOnnx(ActivationLayer layer, OnnxCallWriter call)
    {
        bool isFirst = call.IsFirst && layer.Activation != Activation.Softmax;
        OnnxActivations.Write(call, layer.Activation, isFirst ? call.First() : call.Last(), isFirst);
    }
}
