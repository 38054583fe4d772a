namespace NeuralCore.Files.Onnx;

/// <summary>Who turns nodes of some operations of ONNX into layers of the engine.</summary>
internal interface IOnnxReader
{
    /// <summary>The operations.</summary>
    IReadOnlyList<string> OnnxOps { get; }

    /// <summary>Applies a node.</summary>
    /// <exception cref="InvalidDataException">The engine has nothing for it; the message completes "the file ...".</exception>
    /// <exception cref="ArgumentException">It cannot take such inputs.</exception>
    void ReadOnnx(OnnxCall call);
}

/// <summary>One node of an ONNX graph, while the network is put together.</summary>
/// <param name="graph">The graph.</param>
/// <param name="node">The node.</param>
internal sealed class OnnxCall(OnnxAssembly graph, OnnxNode node)
{
    private OnnxNode? _followed;

    /// <summary>The node.</summary>
    public OnnxNode Node => node;

    /// <summary>The version of ONNX's operations.</summary>
    public long Opset => graph.Opset;

    /// <summary>The number of inputs.</summary>
    public int Count => node.Inputs.Count;

    /// <summary>What the caller says.</summary>
    public LoadOptions Options => graph.Options;

    /// <summary>The size of the batch, where the file fixes it; else 0.</summary>
    public int FixedBatch => graph.FixedBatch;

    /// <summary>The first input.</summary>
    public FileValue Input => Value(0);

    /// <summary>An input that depends on the network's.</summary>
    public FileValue Value(int index) => Find(index) ?? throw node.Refused(node.Input(index) is null ? "with an input left out" : "whose input is constant");

    /// <summary>The same, or null for one that does not.</summary>
    public FileValue? Find(int index) => node.Input(index) is { } name ? graph.Value(name) : null;

    /// <summary>A constant input; null for one that is left out, or no constant.</summary>
    public OnnxConstant? Constant(int index) => node.Input(index) is { } name ? graph.Constant(name) : null;

    /// <summary>Whether an input is given at all.</summary>
    public bool Has(int index) => node.Input(index) is not null;

    /// <summary>A constant input that has to be there.</summary>
    public OnnxConstant Required(int index) => Constant(index) ?? throw node.Refused("whose weights are not constant");

    /// <summary>Whether the network gives what this node gives, and nothing else reads it.</summary>
    public bool IsOutput => graph.IsOutput(node.Outputs[0]) && graph.ReadersOf(node.Outputs[0]) == 1;

    /// <summary>Says something to the user.</summary>
    public void Remark(string sentence) => graph.Network.Remark(sentence);

    /// <summary>A value as the engine's image, of height x width x channels.</summary>
    public Value Image(FileValue value) => graph.Network.Image(value, channelsFirst: true)
        ?? throw node.Refused("on something other than an image with its channels first");

    /// <summary>An image with its channels last, as some exporters have it for a while.</summary>
    public Value LastImage(FileValue value) => graph.Network.Image(value, channelsFirst: false)
        ?? throw node.Refused("on something other than an image with its channels last");

    /// <summary>Values that meet element by element, in the engine's shape.</summary>
    public Value[] Alike(IReadOnlyList<FileValue> values) => graph.Network.Alike(values);

    /// <summary>A value whose shape in the engine is the file's.</summary>
    public FileValue Settled(FileValue value) => graph.Network.Settled(value);

    /// <summary>The same for a layer that works along an axis.</summary>
    public FileValue SettledAxes(FileValue value) => graph.Network.SettledAxes(value);

    /// <summary>A value as the engine's flat vector.</summary>
    public Value Vector(FileValue value) => graph.Network.Vector(value);

    /// <summary>A value with its axes in another order.</summary>
    public FileValue Transpose(FileValue value, int[] order) => graph.Network.Transpose(value, order);

    /// <summary>An image that a layer gave, with its channels first.</summary>
    public static FileValue OfImage(Value image) =>
        new(image, Placement.ChannelsFirst(image.Shape[2], image.Shape[0] * image.Shape[1]), [image.Shape[2], image.Shape[0], image.Shape[1]]);

    /// <summary>An image that a layer gave, with its channels last, as some exporters have it for a while.</summary>
    public static FileValue OfLastImage(Value image) => new(image, Placement.Same(image.Shape.Count), image.Shape.Extents.ToArray());

    /// <summary>A flat vector that a layer gave.</summary>
    public static FileValue OfVector(Value vector) => new(vector, Placement.Same(vector.Shape.Count), [vector.Shape.Count]);

    /// <summary>A layer, once for all nodes that have the same settings and weights.</summary>
    /// <param name="key">What tells it from others beside the node's attributes: the names of its weights.</param>
    /// <param name="make">Makes it.</param>
    public TLayer Shared<TLayer>(string key, Func<TLayer> make)
        where TLayer : Layer => graph.Shared($"{node.Op}|{node.Signature}|{key}", NameHint(), make);

    /// <summary>A layer of this node alone.</summary>
    public TLayer New<TLayer>(TLayer layer)
        where TLayer : Layer => graph.Named(layer, hint: null);

    /// <summary>Applies a layer.</summary>
    public Value Apply(Layer layer, params ReadOnlySpan<Value> values) => graph.Network.Apply(layer, values);

    /// <summary>Says which tensor a weight of a layer is.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weight">The weight's name.</param>
    /// <param name="tensor">The tensor, with as many numbers.</param>
    /// <param name="toEngine">Brings its numbers into the engine's order; null for the same order.</param>
    public void Take(Layer layer, string weight, OnnxConstant tensor, Func<float[], float[]>? toEngine = null)
    {
        Weight taken = layer.Weights.First(found => found.Name == weight);
        if (tensor.Count != taken.Shape.Count)
        {
            throw node.Refused($"with the tensor {FileText.Quote(tensor.Name)} of {tensor.Count} numbers for {taken.Shape.Count}");
        }

        graph.Network.Set(taken, new StoredTensor(tensor.Name, taken.Shape, () => toEngine is null ? tensor.Read() : toEngine(tensor.Read())) { Bytes = tensor.Bytes });
    }

    /// <summary>Says that all numbers of a weight are the same.</summary>
    public void Fill(Layer layer, string weight, float value)
    {
        Weight filled = layer.Weights.First(found => found.Name == weight);
        graph.Network.Set(filled, StoredTensor.Constant(weight, filled.Shape, value));
    }

    /// <summary>Sets the factors and offsets of an <see cref="AffineLayer"/> that was applied.</summary>
    public void Set(BatchNormalization layer, double[] scale, double[] shift) => AffineLayer.Set(graph.Network, layer, scale, shift);

    /// <summary>
    /// The node that alone reads what this one gives, or the one followed last, if it does something that belongs to the same layer: then it is taken
    /// with this one.
    /// </summary>
    /// <param name="isWanted">Whether it belongs to the layer.</param>
    public OnnxNode? Follow(Func<OnnxNode, bool> isWanted)
    {
        if (graph.OnlyReaderOf((_followed ?? node).Outputs[0]) is not { } next || !isWanted(next))
        {
            return null;
        }

        graph.Skip(next);
        return _followed = next;
    }

    /// <summary>A constant by its name; null for what is none.</summary>
    public OnnxConstant? ConstantOf(string? name) => name is null ? null : graph.Constant(name);

    /// <summary>Gives what the node, with those that were followed, makes.</summary>
    public void Give(FileValue value) => graph.Give(_followed ?? node, value);

    /// <summary>The name of a layer in the file, where its weights tell one: <c>conv1.weight</c> is of <c>conv1</c>.</summary>
    private string? NameHint() => node.Inputs.Count > 1 && graph.Constant(node.Inputs[1]) is { Name: var name } ? OnnxNames.LayerOf(name) : null;
}
