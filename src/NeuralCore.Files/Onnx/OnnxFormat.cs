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

    /// <inheritdoc/>
    public string Advice => "use a whole ONNX file with a network of operations that this program has layers for";

    /// <inheritdoc/>
    public void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata, SaveOptions options)
    {
        if (metadata.Keys.FirstOrDefault(IsReserved) is { } taken)
        {
            throw new ArgumentException($"The name '{taken}' belongs to the file format; keep the text under another.", nameof(metadata));
        }

        byte[] bytes = OnnxExport.Write(model, metadata, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path)
    {
        byte[] bytes = FileContent.Read(path);
        return new Network(OnnxGraph.Read(bytes), new OnnxExternalFiles(Path.GetDirectoryName(Path.GetFullPath(path))!), bytes.Length);
    }

    private static bool IsReserved(string key) => key is ArchitectureKey or PreprocessingKey or LayoutKey;

    private sealed class Network(OnnxGraph graph, OnnxExternalFiles files, long bytes) : StoredNetwork
    {
        public override IReadOnlyDictionary<string, string> Metadata => graph.Metadata.Where(entry => !IsReserved(entry.Key)).ToDictionary();

        public override long OtherBytes => files.Bytes;

        public override NetworkParts Build(LoadOptions options)
        {
            IReadOnlyList<Preprocessing>? noted = graph.Metadata.TryGetValue(PreprocessingKey, out string? name) ? PreprocessingText.Read(name) : null;
            return (noted is null ? null : OnnxOwnGraph.Read(graph, files, noted)) ?? OnnxAssembly.Read(graph, files, options, noted, bytes);
        }
    }
}
