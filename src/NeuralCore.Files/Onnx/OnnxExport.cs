using System.Runtime.InteropServices;

namespace NeuralCore.Files.Onnx;

/// <summary>Who writes a layer of the engine as nodes of ONNX.</summary>
internal interface IOnnxWriter
{
    /// <summary>Writes one application.</summary>
    void WriteOnnx(OnnxCallWriter call);
}

/// <summary>
/// Writes a network as an ONNX graph. Its inputs take batches of values that are already prepared (<c>pixel / 255</c> for a model of scaled pixels).
/// ONNX convolves channels first, and the engine has them last: each value is transposed where a layer wants it the other way, once, and what comes
/// in and goes out has the order that is asked for. Kernels of dense layers stay as they are.
/// </summary>
internal sealed class OnnxExport
{
    private const long Float = 1, Integer = 7;

    private readonly ProtoWriter _graph;
    private readonly SaveOptions _options;
    private readonly IReadOnlyDictionary<Weight, ModelParameter>? _parameters;
    private readonly Dictionary<Value, string> _last = [], _first = [], _wantedLast = [], _wantedFirst = [];
    private readonly Dictionary<Value, string> _labels = [];
    private readonly Dictionary<string, (long[] Dims, byte[] Values)> _constants = [];
    private readonly Dictionary<Weight, (string Name, OnnxOrder Order)> _weights = [];

    private OnnxExport(ProtoWriter graph, SaveOptions options, IReadOnlyDictionary<Weight, ModelParameter>? parameters) => (_graph, _options, _parameters) = (graph, options, parameters);

    /// <summary>The version of ONNX's operations.</summary>
    public int Opset => _options.Opset;

    /// <summary>The bytes of a model's file.</summary>
    /// <exception cref="NotSupportedException">ONNX, or this program, cannot hold a layer; the message names it.</exception>
    public static byte[] Write(Model model, IReadOnlyDictionary<string, string> metadata, SaveOptions options) => ProtoWriter.Message(file =>
    {
        const int IrField = 1, ProducerField = 2, DocField = 6, GraphField = 7, OpsetField = 8, MetadataField = 14, VersionField = 2;
        string preprocessing = PreprocessingText.Write(model);
        file.Integer(IrField, IrVersion(options.Opset));
        file.Text(ProducerField, "neuralcore");
        file.Text(DocField, $"The input is a batch of {model.Input.Shape} values, prepared as '{preprocessing}' says (scale: pixel / 255).");
        file.Inner(OpsetField, opset => opset.Integer(VersionField, options.Opset));
        IEnumerable<KeyValuePair<string, string>> own =
        [
            new(OnnxFormat.PreprocessingKey, preprocessing), new(OnnxFormat.ArchitectureKey, ArchitectureJson.Write(model)),
            new(OnnxFormat.LayoutKey, options.InputLayout == InputLayout.ChannelsFirst ? "nchw" : "nhwc"),
        ];
        foreach ((string key, string value) in metadata.Concat(own))
        {
            file.Inner(MetadataField, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        // The graph comes last: a file that is cut short has none, and says so.
        Dictionary<Weight, ModelParameter> parameters = WrittenNetwork.Parameters(model);
        file.Inner(GraphField, graph => new OnnxExport(graph, options, parameters).Graph(model));
    });

    /// <summary>The graph of a model that has no numbers, and which tensor each of its weights would be.</summary>
    public static (OnnxGraph Graph, IReadOnlyDictionary<Weight, (string Name, OnnxOrder Order)> Weights) Sketch(Model model, SaveOptions options)
    {
        const int GraphField = 7;
        OnnxExport? export = null;
        byte[] bytes = ProtoWriter.Message(file => file.Inner(GraphField, graph => (export = new OnnxExport(graph, options, parameters: null)).Graph(model)));
        return (OnnxGraph.Read(bytes), export!._weights);
    }

    /// <summary>The name of a value with channels last, as the engine has it.</summary>
    public string Last(Value value) => _last.TryGetValue(value, out string? name)
        ? name
        : _last[value] = Transposed(_first[value], NameOf(value, isFirst: false), [0, 2, 3, 1]);

    /// <summary>The name of an image with channels first.</summary>
    public string First(Value value) => _first.TryGetValue(value, out string? name)
        ? name
        : _first[value] = Transposed(_last[value], NameOf(value, isFirst: true), [0, 3, 1, 2]);

    /// <summary>Whether a value is an image that is there with channels first, so that what takes either order may leave it so.</summary>
    public bool IsFirst(Value value) => _first.ContainsKey(value);

    /// <summary>The name of a layer's application: the layer's, and a number from the second on.</summary>
    public string LabelOf(Value value) => _labels[value];

    /// <summary>The name that a value gets in one of the two orders.</summary>
    public string NameOf(Value value, bool isFirst) => (isFirst ? _wantedFirst : _wantedLast).TryGetValue(value, out string? name)
        ? name
        : $"{_labels[value]}{(isFirst && value.Shape.Rank == 3 ? "/channels_first" : "/channels_last")}";

    /// <summary>Keeps the name of a value.</summary>
    public void Keep(Value value, bool isFirst, string name) => (isFirst ? _first : _last)[value] = name;

    /// <summary>Keeps a value under the names of another.</summary>
    public void Keep(Value value, Value same)
    {
        foreach (Dictionary<Value, string> names in new[] { _last, _first })
        {
            if (names.TryGetValue(same, out string? name))
            {
                names[value] = name;
            }
        }
    }

    /// <summary>Writes a node.</summary>
    public void Node(string op, string name, IEnumerable<string> inputs, string output, params IEnumerable<(string Name, object Value)> attributes)
    {
        const int NodeField = 1, InputField = 1, OutputField = 2, NameField = 3, OpField = 4, AttributeField = 5;
        _graph.Inner(NodeField, node =>
        {
            foreach (string input in inputs)
            {
                node.Text(InputField, input);
            }

            node.Text(OutputField, output);
            node.Text(NameField, name);
            node.Text(OpField, op);
            foreach ((string key, object value) in attributes)
            {
                node.Inner(AttributeField, attribute => Attribute(attribute, key, value));
            }
        });
    }

    /// <summary>Writes a weight, once.</summary>
    public string Weight(string layer, Weight weight, OnnxOrder order, ReadOnlySpan<long> dims)
    {
        string name = $"{layer}/{weight.Name}";
        if (_weights.TryAdd(weight, (name, order)))
        {
            Constant(name, dims, Float, _parameters is null ? [] : MemoryMarshal.AsBytes<float>(order.ToOnnx(_parameters[weight].Read(), weight.Shape)));
        }

        return _weights[weight].Name;
    }

    /// <summary>Writes numbers that are no weight.</summary>
    /// <returns>Their name: the given one, or that and a number where it holds others already, as of a layer applied in two orders of axes.</returns>
    public string Numbers(string name, float[] values, params ReadOnlySpan<long> dims) => OwnConstant(name, dims, Float, MemoryMarshal.AsBytes<float>(values));

    /// <summary>Writes whole numbers.</summary>
    /// <returns>Their name, as of <see cref="Numbers"/>.</returns>
    public string Integers(string name, params ReadOnlySpan<long> values) => OwnConstant(name, [values.Length], Integer, MemoryMarshal.AsBytes(values));

    private void Graph(Model model)
    {
        const int NameField = 2, InputField = 11, OutputField = 12;
        WrittenNetwork network = WrittenNetwork.Of(model, layer => LayerCodecs.Find(layer) is IOnnxWriter);
        var applied = new Dictionary<string, int>();
        foreach (WrittenCall call in network.Calls)
        {
            int before = applied.GetValueOrDefault(call.Name);
            applied[call.Name] = before + 1;
            _labels[call.Output] = before == 0 ? call.Name : $"{call.Name}:{before}";
        }

        bool takesFirst = _options.InputLayout == InputLayout.ChannelsFirst;
        foreach (Value input in network.Inputs)
        {
            bool isFirst = takesFirst && input.Shape.Rank == 3;
            _labels[input] = input.Name;
            Keep(input, isFirst, input.Name);
            _graph.Inner(InputField, value => Declare(value, input.Name, input.Shape, isFirst));
        }

        string[] outputs = OutputNames(network);
        foreach ((Value output, string name) in network.Outputs.Zip(outputs))
        {
            (takesFirst && output.Shape.Rank == 3 ? _wantedFirst : _wantedLast).TryAdd(output, name);
        }

        foreach (WrittenCall call in network.Calls)
        {
            ((IOnnxWriter)LayerCodecs.Find(call.Layer)!).WriteOnnx(new OnnxCallWriter(this, call));
        }

        _graph.Text(NameField, "network");
        foreach ((Value output, string name) in network.Outputs.Zip(outputs))
        {
            bool isFirst = takesFirst && output.Shape.Rank == 3;
            string given = isFirst ? First(output) : Last(output);
            if (given != name)
            {
                Node("Identity", name, [given], name);
            }

            _graph.Inner(OutputField, value => Declare(value, name, output.Shape, isFirst));
        }
    }

    /// <summary>Outputs are called by the layers that give them; a single one of probabilities is called so.</summary>
    private string[] OutputNames(WrittenNetwork network)
    {
        if (network.Outputs is [var only])
        {
            return [Ending.IsSoftmax(only) ? "probabilities" : only.IsInput ? "output" : _labels[only]];
        }

        var taken = new HashSet<string>(network.Inputs.Select(input => input.Name));
        return [.. network.Outputs.Select(output =>
        {
            string name = _labels[output];
            for (int number = 1; !taken.Add(name); number++)
            {
                name = $"{_labels[output]}_{number}";
            }

            return name;
        })];
    }

    private static long IrVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    private string Transposed(string from, string to, long[] order)
    {
        Node("Transpose", to, [from], to, ("perm", order));
        return to;
    }

    private static void Attribute(ProtoWriter attribute, string key, object value)
    {
        const int NumberField = 2, IntegerField = 3, TextField = 4, IntegersField = 8, TypeField = 20;
        const int NumberType = 1, IntegerType = 2, TextType = 3, IntegersType = 7;
        attribute.Text(1, key);
        switch (value)
        {
            case long[] integers:
                attribute.Integers(IntegersField, integers);
                attribute.Integer(TypeField, IntegersType);
                break;
            case long integer:
                attribute.Integer(IntegerField, integer);
                attribute.Integer(TypeField, IntegerType);
                break;
            case float number:
                attribute.Number(NumberField, number);
                attribute.Integer(TypeField, NumberType);
                break;
            default:
                attribute.Text(TextField, (string)value);
                attribute.Integer(TypeField, TextType);
                break;
        }
    }

    /// <summary>Writes a constant, unless it is there already, under a name that no other one has.</summary>
    private string OwnConstant(string wanted, ReadOnlySpan<long> dims, long type, ReadOnlySpan<byte> values)
    {
        string name = wanted;
        for (int number = 1; _constants.TryGetValue(name, out (long[] Dims, byte[] Values) there); number++)
        {
            if (dims.SequenceEqual(there.Dims) && values.SequenceEqual(there.Values))
            {
                return name;
            }

            name = $"{wanted}_{number}";
        }

        _constants.Add(name, (dims.ToArray(), values.ToArray()));
        Constant(name, dims, type, values);
        return name;
    }

    private void Constant(string name, ReadOnlySpan<long> dims, long type, ReadOnlySpan<byte> values)
    {
        const int ConstantField = 5, DimsField = 1, TypeField = 2, NameField = 8, RawField = 9;
        (long[] extents, byte[] bytes) = (dims.ToArray(), values.ToArray());
        _graph.Inner(ConstantField, tensor =>
        {
            tensor.Integers(DimsField, extents);
            tensor.Integer(TypeField, type);
            tensor.Text(NameField, name);
            tensor.Bytes(RawField, bytes);
        });
    }

    private static void Declare(ProtoWriter value, string name, Shape shape, bool isFirst)
    {
        const int NameField = 1, TypeField = 2, TensorField = 1, ElementField = 1, ShapeField = 2, DimField = 1, ExtentField = 1, SymbolField = 2;
        int[] extents = isFirst ? [shape[2], shape[0], shape[1]] : shape.Extents.ToArray();
        value.Text(NameField, name);
        value.Inner(TypeField, type => type.Inner(TensorField, tensor =>
        {
            tensor.Integer(ElementField, Float);
            tensor.Inner(ShapeField, dims =>
            {
                dims.Inner(DimField, batch => batch.Text(SymbolField, "N"));
                foreach (int extent in extents)
                {
                    dims.Inner(DimField, dim => dim.Integer(ExtentField, extent));
                }
            });
        }));
    }
}
