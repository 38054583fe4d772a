using NeuralCore.Ops;

namespace NeuralCore.Files.Onnx;

/// <summary>
/// Turns the graph of an ONNX model into layers, when it is one chain of the operations that the engine has. Nodes follow one
/// tensor from the input to the output; what is computed from constants or shapes is computed on the way.
/// </summary>
internal sealed partial class OnnxImport
{
    private const int LargestExtent = 1 << 20;

    // What stands for the bias of a layer that has none.
    private const string NoBias = "";

    private readonly OnnxGraph _graph;
    private readonly OnnxShapes _shapes;
    private readonly List<Layer> _layers = [];
    private readonly List<StoredTensor> _weights = [];
    private readonly List<string> _remarks = [];
    private readonly OnnxImage _image;
    private string _current;
    private bool _isEnded;

    private OnnxImport(OnnxGraph graph)
    {
        _graph = graph;
        _shapes = new OnnxShapes(graph.Constants);
        if (graph.Inputs is not [var input] || graph.Outputs.Count != 1)
        {
            throw new InvalidDataException($"has a graph of {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs, and one of each is read");
        }

        const ulong Float = 1;
        int[] dims = [.. input.Dims.Skip(1).Select(dim => dim is > 0 and <= LargestExtent ? (int)dim : 0)];
        if (input.Type != Float || dims.Length is < 1 or > 3 || dims.Contains(0))
        {
            throw new InvalidDataException(
                $"has the input {FileText.Quote(input.Name)}, which is no batch of float32 images or vectors of a fixed size");
        }

        (_image, _current) = (OnnxImage.OfInput(dims), input.Name);
    }

    /// <summary>The layers behind the input.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Kernels and biases, in the order of the layers.</summary>
    public IReadOnlyList<StoredTensor> Weights => _weights;

    /// <summary>The shape of an item in the engine.</summary>
    public Shape Input { get; private set; }

    /// <summary>The preprocessing that a division of the input by 255 stands for; null where there is none.</summary>
    public Preprocessing? Preprocessing { get; private set; }

    /// <summary>What was understood differently from what is written: sentences that follow "The file ...".</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Reads a graph.</summary>
    /// <exception cref="InvalidDataException">It is no chain of known operations; the message completes "the file ..." and names the first that is not.</exception>
    public static OnnxImport Read(OnnxGraph graph)
    {
        var import = new OnnxImport(graph);
        foreach (OnnxNode node in graph.Nodes)
        {
            try
            {
                import.Take(node);
            }
            catch (ArgumentException failure)
            {
                throw new InvalidDataException($"has {node.Description} where it does not fit ({failure.Message.TrimEnd('.')})", failure);
            }
        }

        import.Finish();
        return import;
    }

    private void Take(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx"))
        {
            throw node.Refused($"of the domain {FileText.Quote(node.Domain)}");
        }

        string? input = node.Input(0);
        if (node.Op == "Constant")
        {
            TakeConstant(node);
        }
        else if (node.Op == "Shape" && input == _current)
        {
            _shapes.TakeShape(node, _image.Dims);
        }
        else if (_shapes.IsKnown(input) || (input != _current && node.Op is "Unsqueeze" or "Concat" or "Gather" && IsConstant(input)))
        {
            if (!_shapes.TryCompute(node))
            {
                throw node.Refused("that computes with shapes");
            }
        }
        else if (IsConstant(input) && node.Input(1) != _current)
        {
            TakeConstantOf(node, _graph.Constants[input!]);
        }
        else
        {
            Follow(node);
        }
    }

    private bool IsConstant(string? name) => name is not null && _graph.Constants.ContainsKey(name);

    private void TakeConstant(OnnxNode node)
    {
        OnnxTensor value = node.Tensor("value") ?? throw node.Refused("without a tensor");
        AddConstant(node, value);
    }

    /// <summary>What is done to a constant: nothing, or the transposition of a matrix.</summary>
    private void TakeConstantOf(OnnxNode node, OnnxTensor tensor)
    {
        bool isSwap = node.Op == "Transpose" && tensor.Dims.Count == 2 && (node.Integers("perm") ?? [1, 0]) is [1, 0];
        if (!isSwap && node.Op is not "Identity")
        {
            throw node.Refused("that computes with constants");
        }

        AddConstant(node, isSwap ? tensor.Transpose() : tensor);
    }

    private void AddConstant(OnnxNode node, OnnxTensor tensor)
    {
        if (node.Outputs.Count != 1 || !_graph.Constants.TryAdd(node.Outputs[0], tensor))
        {
            throw node.Refused("with outputs of other number, or of a name that is taken");
        }
    }

    /// <summary>A node of the chain.</summary>
    private void Follow(OnnxNode node)
    {
        int place = node.Inputs.IndexOf(_current);
        bool swaps = node.Op is "Add" or "Mul";
        if (place < 0 || (place > 0 && !(swaps && place == 1)) || node.Outputs.Count == 0)
        {
            throw new InvalidDataException($"branches at {node.Description}, and only one plain chain of nodes is read");
        }

        if (_isEnded && node.Op is not ("Identity" or "Cast"))
        {
            throw node.Refused("after the softmax");
        }

        Apply(node, other: node.Input(1 - place));
        node.RequireAllAsked();
        _current = node.Outputs[0];
    }

    private void Apply(OnnxNode node, string? other)
    {
        switch (node.Op)
        {
            case "Transpose":
                TakeTranspose(node);
                break;
            case "Conv":
                TakeConv(node);
                break;
            case "MaxPool":
                TakeMaxPool(node);
                break;
            case "Gemm" or "MatMul":
                TakeDense(node);
                break;
            case "Add":
                TakeBias(node, other);
                break;
            case "Relu":
                TakeRelu();
                break;
            case "Dropout":
                TakeDropout(node);
                break;
            case "Flatten":
                if (node.Integer("axis", 1) is var axis && axis != 1 && axis != -_image.Dims.Length)
                {
                    throw node.Refused($"with the axis {axis}");
                }

                Flatten();
                break;
            case "Reshape":
                TakeReshape(node);
                break;
            case "Softmax" or "LogSoftmax":
                TakeSoftmax(node);
                break;
            case "Div" or "Mul":
                TakeScale(node, other);
                break;
            case "Identity":
                break;
            case "Cast" when node.Integer("to", 0) == 1 && node.Integer("saturate", 1) == 1:
                break;
            default:
                throw new InvalidDataException($"has {node.Description}, and this program has nothing for that operation");
        }
    }

    private void Append(Layer layer)
    {
        if (layer is Conv2D or MaxPooling2D)
        {
            Begin();
        }

        Shape shape = layer.OutputShape(_image.Flattened is not null ? new Shape(_image.Dims) : _image.Shape);
        _layers.Add(layer);
        if (layer is Conv2D or MaxPooling2D)
        {
            _image.Resize(shape);
        }
    }

    /// <summary>At the first layer to which they matter the input's axes get their meaning, and with it the engine its input.</summary>
    private void Begin()
    {
        if (Input.Rank == 0)
        {
            _image.Guess();
            Input = _image.Flattened ?? _image.Shape;
        }
    }

    private void Finish()
    {
        if (_graph.Outputs[0] != _current)
        {
            throw new InvalidDataException($"gives {FileText.Quote(_graph.Outputs[0])}, which is not the end of its chain of nodes");
        }

        if (!_isEnded && _layers is [.., Dense { Activation: Activation.Linear } dense])
        {
            _layers[^1] = new Dense(dense.Units, Activation.Softmax);
            _remarks.Add("ends without a softmax, which is added, so that it gives probabilities");
        }
    }
}
