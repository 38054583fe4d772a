namespace NeuralCore.Files.Keras;

/// <summary>Who turns layers of some classes of Keras into layers of the engine.</summary>
internal interface IKerasReader
{
    /// <summary>The classes.</summary>
    IReadOnlyList<string> KerasClasses { get; }

    /// <summary>Applies a layer.</summary>
    /// <exception cref="InvalidDataException">The engine has nothing for its settings; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">It cannot take such inputs.</exception>
    void ReadKeras(KerasCall call);
}

/// <summary>One application of a layer of Keras, while the network is put together.</summary>
/// <param name="network">The network.</param>
/// <param name="made">What the layer became so far: with its second application it is all there.</param>
/// <param name="name">The name that the engine's layer gets.</param>
/// <param name="inputs">What it is applied to.</param>
/// <param name="isKeras3">Whether Keras 3 wrote the file.</param>
internal sealed class KerasCall(NetworkAssembly network, KerasMade made, string name, IReadOnlyList<FileValue> inputs, bool isKeras3)
{
    private readonly bool _isFirst = made.Layers.Count == 0 && made.Weights.Count == 0;
    private int _used;

    /// <summary>Whether Keras 3 wrote the file.</summary>
    public bool IsKeras3 => isKeras3;

    /// <summary>The layer's settings.</summary>
    public KerasSettings Settings { get; } = new(made.Layer.Name, made.Layer.ClassName, made.Layer.Config, isKeras3);

    /// <summary>What it is applied to.</summary>
    public IReadOnlyList<FileValue> Inputs => inputs;

    /// <summary>The one value that it is applied to.</summary>
    /// <exception cref="ArgumentException">There are several.</exception>
    public FileValue Input => inputs is [var input] ? input : throw new ArgumentException($"It takes one input, and gets {inputs.Count}.");

    /// <summary>What it gives.</summary>
    public FileValue? Output { get; set; }

    /// <summary>Reads the tensors that the file keeps for the layer, for settings that Keras keeps as such; empty where there are none.</summary>
    public required Func<IReadOnlyList<NamedDataset>> Tensors { get; init; }

    /// <summary>Whether the layer wants channels before rows and columns.</summary>
    public bool ChannelsFirst => Settings.Choice("data_format", "channels_last", "channels_last", "channels_first") == "channels_first";

    /// <summary>Says something to the user.</summary>
    public void Remark(string sentence) => network.Remark(sentence);

    /// <summary>A value as the engine's image.</summary>
    public Value Image(FileValue value) => network.Image(value, ChannelsFirst)
        ?? throw new ArgumentException($"It takes an image, and gets a tensor of {string.Join('x', value.Dims)} in another order of axes.");

    /// <summary>A value as the engine's image, whose channels stand last in the file, too.</summary>
    public Value LastImage(FileValue value) => network.Image(value, channelsFirst: false)
        ?? throw new ArgumentException($"It works on the last axis of a tensor of {string.Join('x', value.Dims)}, which is not that of its channels.");

    /// <summary>An image that a layer gave, with its channels where the layer has them.</summary>
    public FileValue OfImage(Value image) => ChannelsFirst
        ? new FileValue(image, Placement.ChannelsFirst(image.Shape[2], image.Shape[0] * image.Shape[1]), [image.Shape[2], image.Shape[0], image.Shape[1]])
        : OfValue(image);

    /// <summary>A value of the engine's order and shape.</summary>
    public static FileValue OfValue(Value value) => new(value, Placement.Same(value.Shape.Count), value.Shape.Extents.ToArray());

    /// <summary>Values that meet element by element, in the engine's shape.</summary>
    public Value[] Alike(IReadOnlyList<FileValue> values) => network.Alike(values);

    /// <summary>A value whose shape in the engine is the file's.</summary>
    public FileValue Settled(FileValue value) => network.Settled(value);

    /// <summary>The same for a layer that works along an axis.</summary>
    public FileValue SettledAxes(FileValue value) => network.SettledAxes(value);

    /// <summary>A value as the engine's flat vector.</summary>
    public Value Vector(FileValue value) => network.Vector(value);

    /// <summary>A value with its axes in another order.</summary>
    public FileValue Transpose(FileValue value, int[] order) => network.Transpose(value, order);

    /// <summary>The layer's next piece: made with its first application, and the same one later.</summary>
    /// <param name="make">Makes it.</param>
    public TLayer Layer<TLayer>(Func<TLayer> make)
        where TLayer : Layer
    {
        if (_used == made.Layers.Count)
        {
            TLayer layer = make();
            layer.SetName(network.NameFor(_used == 0 ? name : $"{name}_{layer.Kind}"));
            layer.Trainable = Settings.Flag("trainable", true);
            made.Layers.Add(layer);
        }

        return (TLayer)made.Layers[_used++];
    }

    /// <summary>Refuses a value whose last axis in the file is not the engine's last one.</summary>
    public void RequireLastAxis(FileValue value)
    {
        if (value.EngineAxis(value.Dims.Length - 1) != value.Value.Shape.Rank - 1)
        {
            throw new ArgumentException($"It works on the last axis of a tensor of {string.Join('x', value.Dims)}, which is not that of its channels.");
        }
    }

    /// <summary>A value as the engine's, whose channels are an axis of the file's.</summary>
    /// <param name="value">The value.</param>
    /// <param name="axis">The axis of an item.</param>
    public Value ChannelsOf(FileValue value, int axis)
    {
        Value? image = value.Dims.Length == 3 ? network.Image(value, channelsFirst: axis == 0) : null;
        return image ?? (value.EngineAxis(axis) == value.Value.Shape.Rank - 1
            ? value.Value
            : throw new ArgumentException($"It works on axis {axis + 1} of a tensor of {string.Join('x', value.Dims)}, which is not that of its channels."));
    }

    /// <summary>What the layer applies to its outputs.</summary>
    /// <param name="mayBeSoftmax">Whether the engine's layer can apply a softmax itself; else that becomes a layer.</param>
    public KerasFunction Function(bool mayBeSoftmax)
    {
        KerasFunction function = Settings.Function("activation");
        if (function.Activation != Activation.Softmax || mayBeSoftmax)
        {
            return function;
        }

        return ChannelsFirst
            ? throw Settings.Refused("activation", "softmax over the columns of an image")
            : new KerasFunction(Activation.Linear, () => new Softmax());
    }

    /// <summary>Applies what the layer applies to its outputs, as far as the engine's layer does not do it itself.</summary>
    public Value Activate(KerasFunction function, Value output) => function.Make is { } make ? Apply(Layer(make), output) : output;

    /// <summary>Applies a piece of the layer.</summary>
    public Value Apply(Layer layer, params ReadOnlySpan<Value> values) => network.Apply(layer, values);

    /// <summary>Says that the file's next tensor is one of the engine's weights.</summary>
    /// <param name="keras">Its name in Keras.</param>
    /// <param name="layer">The engine's layer.</param>
    /// <param name="weight">The weight's name; that in Keras if null.</param>
    /// <param name="toEngine">Brings the file's values into the engine's order.</param>
    /// <param name="shape">Its shape in the file; the engine's if null.</param>
    public void Take(string keras, Layer layer, string? weight = null, Func<float[], float[]>? toEngine = null, Shape? shape = null)
    {
        if (_isFirst)
        {
            Weight taken = Find(layer, weight ?? keras);
            made.Weights.Add(new KerasWeight(keras, shape ?? taken.Shape, taken, toEngine));
        }
    }

    /// <summary>Says that the file's next tensor is none of the engine's weights.</summary>
    public void Pass(string keras, Shape shape)
    {
        if (_isFirst)
        {
            made.Weights.Add(new KerasWeight(keras, shape, Weight: null));
        }
    }

    /// <summary>Says that a weight is not in the file, and has one value everywhere.</summary>
    public void Fill(Layer layer, string weight, float value)
    {
        Weight filled = Find(layer, weight);
        network.Set(filled, StoredTensor.Constant(weight, filled.Shape, value));
    }

    /// <summary>Sets the factors and offsets of an <see cref="AffineLayer"/> that was applied.</summary>
    public void Set(BatchNormalization layer, double[] scale, double[] shift) => AffineLayer.Set(network, layer, scale, shift);

    private static Weight Find(Layer layer, string name) => layer.Weights.First(weight => weight.Name == name);
}
