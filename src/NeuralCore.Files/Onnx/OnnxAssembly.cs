namespace NeuralCore.Files.Onnx;

/// <summary>
/// Turns the graph of an ONNX model into layers of the engine. What is computed of constants and shapes is computed first; what is left is the
/// network, whose nodes the readers in <see cref="LayerCodecs"/> take one by one.
/// </summary>
internal sealed class OnnxAssembly
{
    private const int LargestExtent = 1 << 20;

    private readonly OnnxGraph _graph;
    private readonly OnnxExternalFiles _files;
    private readonly List<OnnxNode> _nodes;
    private readonly Dictionary<string, OnnxNode> _constantNodes;
    private readonly Dictionary<string, FileValue> _values = [];
    private readonly Dictionary<string, OnnxConstant> _constants = [];
    private readonly Dictionary<string, List<OnnxNode>> _readers = [];
    private readonly Dictionary<string, Layer> _shared = [];
    private readonly HashSet<OnnxNode> _taken = [];
    private readonly HashSet<string> _outputs;
    private readonly List<FileInput> _inputs = [];
    private long _budget;

    private OnnxAssembly(OnnxGraph graph, OnnxExternalFiles files, LoadOptions options)
    {
        (_graph, _files, Options) = (graph, files, options);
        _outputs = [.. graph.Outputs];
        _constantNodes = graph.Nodes.Where(node => node.Op == "Constant" && node.Outputs.Count == 1).DistinctBy(node => node.Outputs[0]).ToDictionary(node => node.Outputs[0]);
        _nodes = Needed(new OnnxPatterns(OnnxSorting.Sorted(graph.Nodes), ConstantOf).Joined());
        foreach (OnnxNode node in _nodes)
        {
            foreach (string input in node.Inputs)
            {
                (_readers.TryGetValue(input, out List<OnnxNode>? readers) ? readers : _readers[input] = []).Add(node);
            }
        }
    }

    /// <summary>The network as far as it is there.</summary>
    public NetworkAssembly Network { get; } = new();

    /// <summary>What the caller says.</summary>
    public LoadOptions Options { get; }

    /// <summary>The version of ONNX's operations.</summary>
    public long Opset => _graph.Opset;

    /// <summary>The size of the batch, where the file fixes it; else 0.</summary>
    public int FixedBatch { get; private set; }

    /// <summary>Reads a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="files">The files beside it.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="noted">How raw values are prepared, where a note of this program's says so.</param>
    /// <param name="fileBytes">The file's length.</param>
    /// <exception cref="InvalidDataException">It is no network that the engine has; the message completes "the file ..." and names the node.</exception>
    public static NetworkParts Read(OnnxGraph graph, OnnxExternalFiles files, LoadOptions options, IReadOnlyList<Preprocessing>? noted, long fileBytes)
    {
        var assembly = new OnnxAssembly(graph, files, options) { _budget = OnnxFolding.Budget(fileBytes) };
        assembly.RequireKnown();
        assembly.AddInputs(noted);
        foreach (OnnxNode node in assembly._nodes)
        {
            try
            {
                assembly.Take(node);
            }
            catch (ArgumentException failure)
            {
                throw new InvalidDataException($"has {node.Description} where it does not fit ({failure.Message.TrimEnd('.')})", failure);
            }
        }

        return assembly.Finish();
    }

    /// <summary>A tensor that depends on the inputs; null for what is none.</summary>
    public FileValue? Value(string name) => _values.GetValueOrDefault(name);

    /// <summary>A tensor that does not; null for what is none.</summary>
    public OnnxConstant? Constant(string name)
    {
        if (!_constants.TryGetValue(name, out OnnxConstant? constant) && _graph.Constants.TryGetValue(name, out OnnxTensor? tensor))
        {
            _constants[name] = constant = tensor.Constant(_files);
        }

        return constant;
    }

    /// <summary>How often a tensor is read; being an output of the network counts, too.</summary>
    public int ReadersOf(string name) => (_readers.TryGetValue(name, out List<OnnxNode>? readers) ? readers.Count : 0) + (_outputs.Contains(name) ? 1 : 0);

    /// <summary>Whether the network gives a tensor.</summary>
    public bool IsOutput(string name) => _outputs.Contains(name);

    /// <summary>The one node that reads a tensor; null where there are others, or the network gives it.</summary>
    public OnnxNode? OnlyReaderOf(string name) => ReadersOf(name) == 1 && _readers.TryGetValue(name, out List<OnnxNode>? readers) ? readers[0] : null;

    /// <summary>Says that a node was taken together with one before it.</summary>
    public void Skip(OnnxNode node) => _taken.Add(node);

    /// <summary>Keeps what a node gives.</summary>
    public void Give(OnnxNode node, FileValue value) => Add(_values, node, value);

    /// <summary>The layer of a key; it is made if it does not exist.</summary>
    public TLayer Shared<TLayer>(string key, string? hint, Func<TLayer> make)
        where TLayer : Layer
    {
        if (_shared.TryGetValue(key, out Layer? layer))
        {
            return (TLayer)layer;
        }

        TLayer made = Named(make(), hint);
        _shared[key] = made;
        return made;
    }

    /// <summary>Gives a layer a name of its own.</summary>
    public TLayer Named<TLayer>(TLayer layer, string? hint)
        where TLayer : Layer
    {
        layer.SetName(Network.NameFor(hint ?? layer.Kind));
        return layer;
    }

    /// <summary>A constant of the file, or of a Constant node.</summary>
    private OnnxConstant? ConstantOf(string name) =>
        Constant(name) ?? (_constantNodes.TryGetValue(name, out OnnxNode? node) ? OnnxConstantNode.Read(node, _files) : null);

    /// <summary>The nodes that an output of the network depends on.</summary>
    private List<OnnxNode> Needed(List<OnnxNode> nodes)
    {
        var needed = new HashSet<string>(_outputs);
        var kept = new List<OnnxNode>();
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Outputs.Any(needed.Contains))
            {
                kept.Add(nodes[i]);
                needed.UnionWith(nodes[i].Inputs);
            }
        }

        kept.Reverse();
        return kept;
    }

    /// <summary>Refuses an operation that nothing is known of by its name, before what it reads is looked at.</summary>
    private void RequireKnown()
    {
        foreach (OnnxNode node in _nodes)
        {
            if (node.Domain is not ("" or "ai.onnx"))
            {
                throw node.Refused($"of the domain {FileText.Quote(node.Domain)}");
            }

            if (LayerCodecs.ForOnnx(node.Op) is null && node.Op is not ("Constant" or "Shape") && !OnnxFolding.Ops.Contains(node.Op))
            {
                throw new InvalidDataException($"has {node.Description}, and this program has nothing for that operation");
            }
        }
    }

    private void AddInputs(IReadOnlyList<Preprocessing>? noted)
    {
        foreach (OnnxValue input in _graph.Inputs)
        {
            if (_readers.ContainsKey(input.Name))
            {
                AddInput(input, noted is { Count: > 0 } ? noted[Math.Min(_inputs.Count, noted.Count - 1)] : null);
            }
        }

        if (_inputs.Count == 0)
        {
            throw new InvalidDataException("has a graph that reads no input");
        }
    }

    private void AddInput(OnnxValue input, Preprocessing? noted)
    {
        int[] dims = [.. input.Dims.Skip(1).Select(dim => dim is > 0 and <= LargestExtent ? (int)dim : 0)];
        var type = (OnnxType)input.Type;
        if (type is not (OnnxType.Float or OnnxType.UInt8 or OnnxType.Double or OnnxType.Half) || dims.Length is < 1 or > 3 || dims.Contains(0))
        {
            throw new InvalidDataException(
                $"has the input {FileText.Quote(input.Name)} of {_readers[input.Name][0].Description}, which is not a batch of images or vectors of a fixed size, in numbers of a type that this program knows");
        }

        NetworkAssembly.RequireSize(dims);
        int batch = input.Dims[0] is > 0 and <= LargestExtent ? (int)input.Dims[0] : 0;
        FixedBatch = _inputs.Count == 0 || FixedBatch == batch ? batch : 0;
        var made = new FileInput(Network.NameFor(input.Name), dims, HasChannelsFirst(input.Name)) { Unsaid = Options.Unsaid, Noted = noted, TakesBytes = type == OnnxType.UInt8 };
        _inputs.Add(made);
        if (!_values.TryAdd(input.Name, made.Begin()))
        {
            throw new InvalidDataException($"has two inputs called {FileText.Quote(input.Name)}");
        }
    }

    /// <summary>Whether an image comes in with its channels first, as operations over images have them, unless it is transposed at once; null where nothing tells.</summary>
    private bool? HasChannelsFirst(string input) => _readers[input].FirstOrDefault(node => node.Op == "Transpose")?.Integers("perm") switch
    {
        [0, 3, 1, 2] => false,
        [0, 2, 3, 1] => true,
        _ when _readers[input].Any(node => node.Op is "Transpose" or "Reshape") => null,
        _ => _nodes.Any(node => node.Op is "Conv" or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" or "BatchNormalization") ? true : null,
    };

    private void Take(OnnxNode node)
    {
        if (_taken.Contains(node))
        {
            return;
        }

        if (node.Outputs.Count == 0)
        {
            throw node.Refused("without an output");
        }

        if (node.Inputs.FirstOrDefault(name => name.Length > 0 && !_values.ContainsKey(name) && Constant(name) is null) is { } unknown)
        {
            throw node.Refused($"that reads {FileText.Quote(unknown)}, which nothing before it makes");
        }

        if (node.Op == "Constant")
        {
            Add(_constants, node, OnnxConstantNode.Read(node, _files));
        }
        else if (node.Op == "Shape" && Value(node.Inputs[0]) is { } shaped)
        {
            long batch = FixedBatch > 0 ? FixedBatch : OnnxConstant.Batch;
            Add(_constants, node, OnnxFolding.Cut(node, OnnxConstant.Of([shaped.Dims.Length + 1], [batch, .. shaped.Dims.Select(dim => (long)dim)])));
        }
        else if (!node.Inputs.Any(_values.ContainsKey))
        {
            Fold(node);
        }
        else
        {
            foreach (string name in node.Inputs.Where(IsShared))
            {
                Value(name)?.Raw?.Share();
            }

            IOnnxReader reader = LayerCodecs.ForOnnx(node.Op) ?? throw new InvalidDataException($"has {node.Description}, and this program has nothing for that operation");
            reader.ReadOnnx(new OnnxCall(this, node));
            node.RequireAllAsked();
        }
    }

    /// <summary>Whether the numbers of a tensor are read more than once, of which its shape is not one.</summary>
    private bool IsShared(string name) => ReadersOf(name) > 1 && ReadersOf(name) - _readers[name].Count(reader => reader.Op == "Shape") > 1;

    private void Fold(OnnxNode node)
    {
        OnnxConstant?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : Constant(name))];
        OnnxConstant made = OnnxFolding.Compute(node, inputs, Opset)
            ?? throw new InvalidDataException($"has {node.Description}, which computes with constants in a way that this program does not know");
        _budget -= made.Count + 1;
        if (_budget < 0)
        {
            throw new InvalidDataException("computes far more numbers of constants than it holds");
        }

        Add(_constants, node, made);
    }

    private void Add<T>(Dictionary<string, T> all, OnnxNode node, T value)
    {
        string name = node.Outputs[0];
        if (_values.ContainsKey(name) || _graph.Constants.ContainsKey(name) || !all.TryAdd(name, value))
        {
            throw node.Refused($"that gives {FileText.Quote(name)}, which is there already");
        }
    }

    private NetworkParts Finish()
    {
        FileValue[] outputs = [.. _graph.Outputs.Select(name => Value(name) ?? throw new InvalidDataException(_nodes.FirstOrDefault(node => node.Outputs.Skip(1).Contains(name)) is { } node
            ? $"gives {FileText.Quote(name)}, an output of {node.Description} that this program does not have"
            : $"gives {FileText.Quote(name)}, which does not depend on its inputs"))];
        if (outputs.Length == 0)
        {
            throw new InvalidDataException("has a graph that gives nothing");
        }

        Value[] values = [.. outputs.Select(Finished)];
        if (Options.IsClassifier && values is [var only] && Ending.IsLogits(only))
        {
            Network.Remark("ends without a softmax, which is added, so that it gives probabilities");
            values = [Network.Apply(Named(new Softmax(), hint: null), only)];
        }

        return new NetworkParts([.. _inputs.Select(input => input.Value)], values, _inputs.All(input => input.SaysPreprocessing))
        {
            Tensors = Network.Tensors,
            Remarks = Network.Remarks,
        };
    }

    /// <summary>The engine's value of an output: of images with channels last, of anything else in the order of the file.</summary>
    private Value Finished(FileValue output)
    {
        if (output.Dims.Length == 3 && output.AsImage(channelsFirst: true) is { } image)
        {
            return image.Value;
        }

        if (!output.Placement.IsSame)
        {
            throw new InvalidDataException("gives a tensor whose axes are in an order that this program has no layer for");
        }

        return output.Dims.Length == 1 ? Network.Vector(output) : output.Value;
    }
}
