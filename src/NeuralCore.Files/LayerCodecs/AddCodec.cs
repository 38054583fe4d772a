using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Sums of values.</summary>
internal sealed class AddCodec : EngineCodec<Add>, IKerasReader
{
    /// <inheritdoc/>
    public override string Kind => "add";

    /// <inheritdoc/>
    public override string KerasClass => "Add";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Add"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new Add();

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        FileValue first = call.Inputs[0];
        if (call.Inputs.Any(input => !input.Dims.SequenceEqual(first.Dims)))
        {
            throw new ArgumentException($"It adds values of equal shapes, and gets {string.Join(", ", call.Inputs.Select(input => string.Join('x', input.Dims)))}.");
        }

        call.Output = first.With(call.Apply(call.Layer(() => new Add()), call.Alike(call.Inputs)));
    }

    /// <inheritdoc/>
    protected override void Write(Add layer, LayerWriter settings)
    {
    }

    /// <inheritdoc/>
    protected override void WriteKeras(Add layer, KerasWriter keras)
    {
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(Add layer, OnnxCallWriter call)
    {
        string sum = call.Either();
        for (int i = 1; i < call.Inputs.Count - 1; i++)
        {
            sum = call.Node("Add", [sum, call.Either(i)]);
        }

        call.Give(call.IsFirst, "Add", [sum, call.Either(call.Inputs.Count - 1)]);
    }
}
