using System.Globalization;

namespace NeuralCore.Files;

/// <summary>
/// Networks as safetensors: each parameter is a tensor of its own name (<c>conv2d/kernel</c>), and the metadata tell the rest:
/// <c>format</c> and <c>format_version</c>, the <c>architecture</c> as JSON, the <c>preprocessing</c>, and the <c>optimizer</c>'s settings. Of a
/// model that was trained the file also holds how far (<c>training_steps</c>, <c>training_epochs</c>), and what the optimiser keeps as the
/// tensors <c>adam/m/...</c> and <c>adam/v/...</c>, which are called so for every optimiser.
/// </summary>
internal sealed class SafetensorsModel : IModelFormat
{
    private const string FormatKey = "format";
    private const string VersionKey = "format_version";
    private const string ArchitectureKey = "architecture";
    private const string PreprocessingKey = "preprocessing";
    private const string OptimizerKey = "optimizer", AdamKey = "adam";
    private const string StepsKey = "training_steps";
    private const string EpochsKey = "training_epochs";
    private const string FormatName = "neuralcore";
    private const string Version = "1";
    private const string StatePrefix = "adam/";

    private static readonly string[] Reserved = [FormatKey, VersionKey, ArchitectureKey, PreprocessingKey, OptimizerKey, AdamKey, StepsKey, EpochsKey];

    /// <inheritdoc/>
    public string Advice => "use a model that this program saved";

    /// <inheritdoc/>
    public bool IsReserved(string name) => Reserved.Contains(name);

    /// <inheritdoc/>
    public void Save(WrittenModel written, string path)
    {
        Model model = written.Model;
        Dictionary<string, string> all = Describe(model);
        List<(string, Shape, float[])> tensors = [.. model.Parameters.Select(p => (p.Name, p.Shape, p.Read()))];
        if (written.Optimizer is { } optimizer)
        {
            all.Add(OptimizerKey, OptimizerText.Write(optimizer));
        }

        if (written.CopyTraining() is { } state)
        {
            all.Add(StepsKey, state.Steps.ToString(CultureInfo.InvariantCulture));
            all.Add(EpochsKey, state.Epochs.ToString(CultureInfo.InvariantCulture));
            foreach (OptimizerState kept in state.Optimizer)
            {
                tensors.AddRange(model.Parameters.Zip(kept.Values).Where(pair => pair.First.IsTrained).Select(pair => ($"{StatePrefix}{kept.Name}/{pair.First.Name}", pair.First.Shape, pair.Second)));
            }
        }

        foreach ((string key, string text) in written.Metadata)
        {
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
        [PreprocessingKey] = PreprocessingText.Write(model),
        [ArchitectureKey] = ArchitectureJson.Write(model),
    };

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
        private readonly IReadOnlyList<Preprocessing> _preprocessing;

        public Network(SafetensorsFile file)
        {
            _file = file;
            IReadOnlyDictionary<string, string> metadata = file.Metadata;
            Require(metadata.GetValueOrDefault(FormatKey) == FormatName, $"holds tensors without a network, since its metadata lack {FormatKey}={FormatName}");
            string version = metadata.GetValueOrDefault(VersionKey, "none");
            Require(version == Version, $"has the format version {FileText.Quote(version)}, and this program reads version {Version}");
            _preprocessing = PreprocessingText.Read(metadata.GetValueOrDefault(PreprocessingKey, "none given"));
            Optimizer = metadata.TryGetValue(OptimizerKey, out string? described) ? OptimizerText.Read(described)
                : metadata.TryGetValue(AdamKey, out string? adam) ? OptimizerText.ReadFourNumbers(adam) : null;
            _tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        }

        public override Optimizer? Optimizer { get; }

        public override IReadOnlyDictionary<string, string> Metadata => _file.Metadata.Where(entry => !Reserved.Contains(entry.Key)).ToDictionary();

        private bool IsTrained => _file.Metadata.ContainsKey(StepsKey);

        public override NetworkParts Build(LoadOptions options) => ArchitectureJson.Read(_file.Metadata.GetValueOrDefault(ArchitectureKey, ""), _preprocessing);

        /// <summary>The tensors by name, when they are the network's weights and what the optimiser keeps, all of them and no others.</summary>
        public override IReadOnlyList<StoredTensor> Weights(Model model, NetworkParts parts)
        {
            IReadOnlyList<(string Name, Weight Weight, bool IsTrained)> weights = model.Description.Weights;
            IReadOnlyList<StoredTensor> tensors = [.. weights.Select(weight => Find(weight.Name))];
            int kept = IsTrained ? States.Count * weights.Count(weight => weight.IsTrained) : 0;
            Require(_tensors.Count == tensors.Count + kept, "has tensors that belong to no layer of its own network");
            return tensors;
        }

        public override StoredTraining? Training(Model model) => IsTrained
            ? new StoredTraining(
                Count(StepsKey, uint.MaxValue), (int)Count(EpochsKey, int.MaxValue),
                [.. States.Select(state => (state, (IReadOnlyList<StoredTensor>)[.. model.Description.Weights.Where(weight => weight.IsTrained).Select(weight => Find($"{StatePrefix}{state}/{weight.Name}"))]))])
            : null;

        public override void Dispose() => _file.Dispose();

        private IReadOnlyList<string> States => (Optimizer ?? new Adam()).StateNames;

        private StoredTensor Find(string name)
        {
            Require(_tensors.TryGetValue(name, out SafetensorsTensor? tensor), $"lacks the tensor '{name}' of its own network");
            return new StoredTensor(tensor!.Name, tensor.Shape, () => _file.Read(tensor));
        }

        private long Count(string key, long largest)
        {
            string text = _file.Metadata.GetValueOrDefault(key, "none given");
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count <= largest
                ? count
                : throw new InvalidDataException($"counts {FileText.Quote(text)} under '{key}', which is not a whole number up to {largest}");
        }
    }
}
