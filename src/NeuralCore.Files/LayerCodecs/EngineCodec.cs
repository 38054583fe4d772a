using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>How a layer of the engine is said in all formats.</summary>
/// <typeparam name="TLayer">The layer's class.</typeparam>
internal abstract class EngineCodec<TLayer> : LayerCodec<TLayer>, IKerasWriter, IOnnxWriter
    where TLayer : Layer
{
    /// <inheritdoc/>
    public abstract string KerasClass { get; }

    /// <inheritdoc/>
    public virtual bool IsBuilt => false;

    /// <inheritdoc/>
    public void WriteKeras(Layer layer, KerasWriter keras) => WriteKeras((TLayer)layer, keras);

    /// <inheritdoc/>
    public void WriteOnnx(OnnxCallWriter call) => WriteOnnx((TLayer)call.Layer, call);

    /// <inheritdoc/>
    public virtual string KerasName(Weight weight, bool isKeras3) => weight.Name;

    /// <summary>Writes the layer's settings for Keras, without name and type.</summary>
    protected abstract void WriteKeras(TLayer layer, KerasWriter keras);

    /// <summary>Writes one application of the layer as nodes of ONNX.</summary>
    protected abstract void WriteOnnx(TLayer layer, OnnxCallWriter call);
}
