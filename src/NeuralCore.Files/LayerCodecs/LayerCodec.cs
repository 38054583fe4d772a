namespace NeuralCore.Files;

/// <summary>
/// How one kind of layer is said in files. Every layer of the engine has one, which knows it in all formats; a layer of one's own that is to be kept
/// in this program's own format gets one by <see cref="LayerCodecs.Register"/>. A layer that is composed of others and has none is written as those.
/// </summary>
public abstract class LayerCodec
{
    /// <summary>The name of the kind in files; no two are the same.</summary>
    public abstract string Kind { get; }

    /// <summary>The layer's class.</summary>
    public abstract Type LayerType { get; }

    /// <summary>Writes a layer's settings, all that its constructor takes.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="settings">Takes them.</param>
    public abstract void Write(Layer layer, LayerWriter settings);

    /// <summary>Makes a layer of its settings.</summary>
    /// <param name="settings">What <see cref="Write"/> wrote, or anything else: files may be damaged.</param>
    /// <exception cref="InvalidDataException">These are none; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public abstract Layer Read(LayerSettings settings);
}

/// <summary>How one kind of layer is said in files.</summary>
/// <typeparam name="TLayer">The layer's class.</typeparam>
public abstract class LayerCodec<TLayer> : LayerCodec
    where TLayer : Layer
{
    /// <inheritdoc/>
    public sealed override Type LayerType => typeof(TLayer);

    /// <inheritdoc/>
    public sealed override void Write(Layer layer, LayerWriter settings) => Write((TLayer)layer, settings);

    /// <summary>Writes a layer's settings, all that its constructor takes.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="settings">Takes them.</param>
    protected abstract void Write(TLayer layer, LayerWriter settings);
}
