namespace NeuralCore.Files.Onnx;

/// <summary>A model as ONNX's messages describe it (onnx.proto3, IR versions 3 to 13), as far as a network needs it.</summary>
internal sealed class OnnxGraph
{
    // More than any network that this program can run, and few enough to be listed.
    private const int MostNodes = 10_000;
    private const int LargestIrVersion = 13;

    /// <summary>The nodes, in the order in which they compute.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The version of ONNX's operations.</summary>
    public long Opset { get; private set; } = 13;

    /// <summary>The constants.</summary>
    public Dictionary<string, OnnxTensor> Constants { get; } = [];

    /// <summary>The inputs that are no constants.</summary>
    public List<OnnxValue> Inputs { get; } = [];

    /// <summary>The names of the outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Texts that were kept with the model.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Reads a ModelProto.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file; the message completes "the file ...".</exception>
    public static OnnxGraph Read(byte[] bytes)
    {
        const int IrField = 1, GraphField = 7, OpsetField = 8, MetadataField = 14;
        var reader = new ProtoReader();
        var graph = new OnnxGraph();
        bool hasGraph = false;
        foreach (ProtoField field in reader.Fields(bytes))
        {
            switch (field.Number)
            {
                case IrField when field.Value is 0 or > LargestIrVersion:
                    throw new InvalidDataException($"has the ONNX IR version {field.Value}, and those from 3 to {LargestIrVersion} are read");
                case GraphField:
                    Require(!hasGraph, "has two graphs");
                    hasGraph = true;
                    graph.TakeGraph(reader, field.Bytes);
                    break;
                case OpsetField:
                    graph.TakeOpset(reader, field.Bytes);
                    break;
                case MetadataField:
                    graph.TakeMetadata(reader, field.Bytes);
                    break;
            }
        }

        Require(hasGraph, "holds no graph, so it is not an ONNX file");
        graph.Inputs.RemoveAll(input => graph.Constants.ContainsKey(input.Name));
        return graph;
    }

    private void TakeGraph(ProtoReader reader, ArraySegment<byte> message)
    {
        const int NodeField = 1, ConstantField = 5, InputField = 11, OutputField = 12, SparseField = 15;
        foreach (ProtoField field in reader.Fields(message))
        {
            Require(Nodes.Count + Constants.Count + Inputs.Count + Outputs.Count < MostNodes, $"has more than {MostNodes:N0} nodes and constants");
            switch (field.Number)
            {
                case NodeField:
                    Nodes.Add(OnnxNode.Read(reader, field.Bytes));
                    break;
                case ConstantField:
                    OnnxTensor tensor = OnnxTensor.Read(reader, field.Bytes);
                    Require(Constants.TryAdd(tensor.Name, tensor), $"has the constant {FileText.Quote(tensor.Name)} twice");
                    break;
                case InputField:
                    Inputs.Add(OnnxValue.Read(reader, field.Bytes));
                    break;
                case OutputField:
                    Outputs.Add(OnnxValue.Read(reader, field.Bytes).Name);
                    break;
                case SparseField:
                    throw new InvalidDataException("holds sparse constants, which are not read");
            }
        }
    }

    private void TakeMetadata(ProtoReader reader, ArraySegment<byte> message)
    {
        (string key, string value) = reader.Entry(message);
        Require(Metadata.Count < MostNodes && Metadata.TryAdd(key, value), $"has the metadata {FileText.Quote(key)} twice");
    }

    /// <summary>The version of the operations; those of other domains are refused where they stand.</summary>
    private void TakeOpset(ProtoReader reader, ArraySegment<byte> message)
    {
        const int DomainField = 1, VersionField = 2;
        string domain = "";
        long version = 0;
        foreach (ProtoField field in reader.Fields(message))
        {
            (domain, version) = (field.Number == DomainField ? reader.Text(field) : domain, field.Number == VersionField ? (long)field.Value : version);
        }

        if (domain is "" or "ai.onnx")
        {
            Opset = version;
        }
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException(fault);
        }
    }
}

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The ONNX data type of its elements.</param>
/// <param name="Dims">Its extents; 0 for one that is left open.</param>
internal sealed record OnnxValue(string Name, ulong Type, IReadOnlyList<long> Dims)
{
    private const int MostAxes = 16;

    /// <summary>Reads a ValueInfoProto.</summary>
    public static OnnxValue Read(ProtoReader reader, ArraySegment<byte> message)
    {
        const int NameField = 1, TypeField = 2, TensorField = 1, ElementField = 1, ShapeField = 2, DimField = 1, ExtentField = 1;
        string name = "";
        ulong type = 0;
        var dims = new List<long>();
        foreach (ProtoField field in reader.Fields(message))
        {
            name = field.Number == NameField ? reader.Text(field) : name;
            foreach (ProtoField part in Inner(field, TypeField).SelectMany(inner => Inner(inner, TensorField)))
            {
                type = part.Number == ElementField ? part.Value : type;
                foreach (ProtoField dim in Inner(part, ShapeField).Where(inner => inner.Number == DimField && dims.Count < MostAxes))
                {
                    dims.Add(reader.Fields(dim.Bytes).Where(extent => extent.Number == ExtentField).Select(extent => (long)extent.Value).LastOrDefault());
                }
            }
        }

        return new OnnxValue(name, type, dims);

        IEnumerable<ProtoField> Inner(ProtoField field, int number) => field.Number == number ? reader.Fields(field.Bytes) : [];
    }
}
