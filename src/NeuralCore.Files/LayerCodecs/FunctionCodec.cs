using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>How a layer is said that is a function of each number, so that the order of axes does not matter to it.</summary>
/// <typeparam name="TLayer">The layer's class.</typeparam>
internal abstract class FunctionCodec<TLayer> : EngineCodec<TLayer>, IKerasFunction, IOnnxReader
    where TLayer : Layer
{
    /// <inheritdoc/>
    public virtual IReadOnlyList<string> KerasClasses => [KerasClass];

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> OnnxOps { get; }

    /// <inheritdoc/>
    public abstract Layer Make(KerasSettings settings);

    /// <inheritdoc/>
    public virtual void ReadKeras(KerasCall call) => call.Output = call.Input.With(call.Apply(call.Layer(() => Make(call.Settings)), call.Input.Value));

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call) => call.Give(call.Input.With(call.Apply(call.New(Make(call)), call.Input.Value)));

    /// <summary>Makes the layer of a node.</summary>
    /// <exception cref="InvalidDataException">The engine has nothing for it.</exception>
    protected abstract Layer Make(OnnxCall call);
}
