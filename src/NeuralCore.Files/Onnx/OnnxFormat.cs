namespace NeuralCore.Files.Onnx;

/// <summary>ONNX: the network as a graph that other programs run. It has no place for an optimiser.</summary>
internal sealed class OnnxFormat : IModelFormat
{
    /// <summary>Where the metadata keep the layers, of which the graph does not show all: dropout does nothing in a prediction.</summary>
    public const string ArchitectureKey = "neuralcore.architecture";

    /// <summary>Where the metadata keep how raw values are prepared before they enter the graph.</summary>
    public const string PreprocessingKey = "neuralcore.preprocessing";

    /// <summary>Where the metadata keep which order of axes the graph's inputs have.</summary>
    public const string LayoutKey = "neuralcore.layout";

    private static readonly string[] Reserved = [ArchitectureKey, PreprocessingKey, LayoutKey];

    /// <inheritdoc/>
    public string Advice => "use a whole ONNX file with a network of operations that this program has layers for";

    /// <inheritdoc/>
    public bool IsReserved(string name) => Reserved.Contains(name);

    /// <inheritdoc/>
    public void Save(WrittenModel written, string path)
    {
        byte[] bytes = OnnxExport.Write(written.Model, written.Metadata, written.Options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path)
    {
        byte[] bytes = FileContent.Read(path);
        return new Network(OnnxGraph.Read(bytes), new OnnxExternalFiles(Path.GetDirectoryName(Path.GetFullPath(path))!), bytes.Length);
    }

    private sealed class Network(OnnxGraph graph, OnnxExternalFiles files, long bytes) : StoredNetwork
    {
        public override IReadOnlyDictionary<string, string> Metadata => graph.Metadata.Where(entry => !Reserved.Contains(entry.Key)).ToDictionary();

        public override long OtherBytes => files.Bytes;

        public override NetworkParts Build(LoadOptions options)
        {
            IReadOnlyList<Preprocessing>? noted = graph.Metadata.TryGetValue(PreprocessingKey, out string? name) ? PreprocessingText.Read(name) : null;
            return (noted is null ? null : OnnxOwnGraph.Read(graph, files, noted)) ?? OnnxAssembly.Read(graph, files, options, noted, bytes);
        }
    }
}
