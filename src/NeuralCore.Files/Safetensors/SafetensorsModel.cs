using System.Globalization;

namespace NeuralCore.Files;

/// <summary>
/// Networks as safetensors: each parameter is a tensor of its own name (<c>conv2d/kernel</c>), and the metadata tell the rest:
/// <c>format</c> and <c>format_version</c>, the <c>architecture</c> as JSON, the <c>preprocessing</c>, and Adam's settings. Of a
/// model that was trained the file also holds how far (<c>training_steps</c>, <c>training_epochs</c>), and Adam's moments as the
/// tensors <c>adam/m/...</c> and <c>adam/v/...</c>.
/// </summary>
internal sealed class SafetensorsModel : IModelFormat
{
    private const string FormatKey = "format";
    private const string VersionKey = "format_version";
    private const string ArchitectureKey = "architecture";
    private const string PreprocessingKey = "preprocessing";
    private const string OptimizerKey = "adam";
    private const string StepsKey = "training_steps";
    private const string EpochsKey = "training_epochs";
    private const string FormatName = "neuralcore";
    private const string Version = "1";
    private const string FirstMoments = "adam/m/";
    private const string SecondMoments = "adam/v/";

    /// <inheritdoc/>
    public string Advice => "use a model that this program saved";

    /// <inheritdoc/>
    public void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        Dictionary<string, string> all = Describe(model);
        all.Add(OptimizerKey, AdamText.Write(AdamText.Require(model.Optimizer)));
        List<(string, Shape, float[])> tensors = [.. model.Parameters.Select(p => (p.Name, p.Shape, p.Read()))];
        if (model.Steps > 0)
        {
            TrainingState state = model.TrainingState;
            all.Add(StepsKey, state.Steps.ToString(CultureInfo.InvariantCulture));
            all.Add(EpochsKey, state.Epochs.ToString(CultureInfo.InvariantCulture));
            tensors.AddRange(model.ParameterShapes.Zip(state["m"], (p, m) => (FirstMoments + p.Name, p.Shape, m)));
            tensors.AddRange(model.ParameterShapes.Zip(state["v"], (p, v) => (SecondMoments + p.Name, p.Shape, v)));
        }

        foreach ((string key, string text) in metadata)
        {
            if (IsReserved(key))
            {
                throw new ArgumentException($"The name '{key}' belongs to the file format; keep the text under another.", nameof(metadata));
            }

            all.Add(key, text);
        }

        SafetensorsFile.Write(path, all, tensors);
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            return new Network(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The metadata that tell what network the tensors belong to.</summary>
    internal static Dictionary<string, string> Describe(Model model) => new()
    {
        [FormatKey] = FormatName,
        [VersionKey] = Version,
        [PreprocessingKey] = PreprocessingName.Of(model.Input.Preprocessing),
        [ArchitectureKey] = ArchitectureJson.Write(LayerChain.Of(model).Layers),
    };

    private static bool IsReserved(string key) =>
        key is FormatKey or VersionKey or ArchitectureKey or PreprocessingKey or OptimizerKey or StepsKey or EpochsKey;

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException(fault);
        }
    }

    private sealed class Network : StoredNetwork
    {
        private readonly SafetensorsFile _file;
        private readonly Dictionary<string, SafetensorsTensor> _tensors;

        public Network(SafetensorsFile file)
        {
            _file = file;
            IReadOnlyDictionary<string, string> metadata = file.Metadata;
            Require(metadata.GetValueOrDefault(FormatKey) == FormatName, $"holds tensors without a network, since its metadata lack {FormatKey}={FormatName}");
            string version = metadata.GetValueOrDefault(VersionKey, "none");
            Require(version == Version, $"has the format version {FileText.Quote(version)}, and this program reads version {Version}");
            string name = metadata.GetValueOrDefault(PreprocessingKey, "none given");
            Preprocessing = PreprocessingName.Parse(name);
            Require(Preprocessing is not null, $"asks for the unknown preprocessing {FileText.Quote(name)}");
            Optimizer = metadata.TryGetValue(OptimizerKey, out string? adam) ? AdamText.Read(adam) : null;
            _tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        }

        public override Preprocessing? Preprocessing { get; }

        public override Adam? Optimizer { get; }

        public override IReadOnlyDictionary<string, string> Metadata => _file.Metadata.Where(entry => !IsReserved(entry.Key)).ToDictionary();

        private bool IsTrained => _file.Metadata.ContainsKey(StepsKey);

        public override IReadOnlyList<Layer> Layers(Preprocessing preprocessing) =>
            ArchitectureJson.Read(_file.Metadata.GetValueOrDefault(ArchitectureKey, ""), preprocessing);

        /// <summary>The tensors by name, when they are the network's parameters and moments, all of them and no others.</summary>
        public override IReadOnlyList<StoredTensor> Weights(IReadOnlyList<(string Name, Shape Shape)> parameters)
        {
            IReadOnlyList<StoredTensor> weights = Tensors("", parameters);
            Require(_tensors.Count == parameters.Count * (IsTrained ? 3 : 1), "has tensors that belong to no layer of its own network");
            return weights;
        }

        public override StoredTraining? Training(IReadOnlyList<(string Name, Shape Shape)> parameters) => IsTrained
            ? new StoredTraining(Count(StepsKey, uint.MaxValue), (int)Count(EpochsKey, int.MaxValue), Tensors(FirstMoments, parameters), Tensors(SecondMoments, parameters))
            : null;

        public override void Dispose() => _file.Dispose();

        private IReadOnlyList<StoredTensor> Tensors(string prefix, IReadOnlyList<(string Name, Shape Shape)> parameters) =>
            [.. parameters.Select(parameter =>
            {
                Require(_tensors.TryGetValue(prefix + parameter.Name, out SafetensorsTensor? tensor), $"lacks the tensor '{prefix}{parameter.Name}' of its own network");
                return new StoredTensor(tensor!.Name, tensor.Shape, () => _file.Read(tensor));
            })];

        private long Count(string key, long largest)
        {
            string text = _file.Metadata.GetValueOrDefault(key, "none given");
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count <= largest
                ? count
                : throw new InvalidDataException($"counts {FileText.Quote(text)} under '{key}', which is no such number");
        }
    }
}
