
namespace NeuralCore.Files.Onnx;

/// <summary>ONNX: the network as a graph that other programs run. It has no place for an optimiser.</summary>
internal sealed class OnnxFormat : IModelFormat
{
    /// <summary>Where the metadata keep the layers, of which the graph does not show all: dropout does nothing in a prediction.</summary>
    public const string ArchitectureKey = "neuralcore.architecture";

    /// <summary>Where the metadata keep how raw values are prepared before they enter the graph.</summary>
    public const string PreprocessingKey = "neuralcore.preprocessing";

    /// <inheritdoc/>
    public string Advice => "use a whole ONNX file with a plain chain of Conv, MaxPool, Relu, Flatten, Gemm and Softmax nodes in float32";

    /// <inheritdoc/>
    public void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Keys.FirstOrDefault(key => key is ArchitectureKey or PreprocessingKey) is { } taken)
        {
            throw new ArgumentException($"The name '{taken}' belongs to the file format; keep the text under another.", nameof(metadata));
        }

        byte[] bytes = OnnxExport.Write(model, metadata);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path)
    {
        OnnxGraph graph = OnnxGraph.Read(FileContent.Read(path));
        return new Network(graph, OnnxImport.Read(graph));
    }

    private sealed class Network : StoredNetwork
    {
        private readonly OnnxImport _import;
        private readonly string? _architecture;

        public Network(OnnxGraph graph, OnnxImport import)
        {
            _import = import;
            Metadata = graph.Metadata.Where(entry => entry.Key is not (ArchitectureKey or PreprocessingKey)).ToDictionary();
            _architecture = graph.Metadata.GetValueOrDefault(ArchitectureKey);
            Preprocessing = graph.Metadata.TryGetValue(PreprocessingKey, out string? name)
                ? PreprocessingName.Parse(name) ?? throw new InvalidDataException($"asks for the unknown preprocessing {FileText.Quote(name)}")
                : import.Preprocessing;
        }

        public override Preprocessing? Preprocessing { get; }

        public override IReadOnlyDictionary<string, string> Metadata { get; }

        public override IReadOnlyList<string> Remarks => _import.Remarks;

        public override IReadOnlyList<Layer> Layers(Preprocessing preprocessing)
        {
            Layer[] seen = [new Input(_import.Input, preprocessing), .. _import.Layers];
            if (_architecture is null)
            {
                return seen;
            }

            // The graph is what computes: the description counts only as long as it says the same.
            Layer[] described = ArchitectureJson.Read(_architecture, preprocessing);
            return OnnxExport.Visible(described) is { } visible && ArchitectureJson.Write(visible) == ArchitectureJson.Write(OnnxExport.Visible(seen) ?? [])
                ? described
                : seen;
        }

        public override IReadOnlyList<StoredTensor> Weights(IReadOnlyList<(string Name, Shape Shape)> parameters) => _import.Weights;
    }
}
