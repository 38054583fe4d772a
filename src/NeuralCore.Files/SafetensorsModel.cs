using NeuralCore.Data;
using NeuralCore.Layers;
using NeuralCore.Tensors;
using NeuralCore.Training;

namespace NeuralCore.Files;

/// <summary>
/// Networks as safetensors: each parameter is a tensor of its own name (<c>conv2d/kernel</c>), and the metadata tell the rest:
/// <c>format</c> and <c>format_version</c>, the <c>architecture</c> as JSON, and the <c>preprocessing</c>.
/// </summary>
internal sealed class SafetensorsModel : IModelFormat
{
    private const string FormatKey = "format";
    private const string VersionKey = "format_version";
    private const string ArchitectureKey = "architecture";
    private const string PreprocessingKey = "preprocessing";
    private const string FormatName = "neuralcore";
    private const string Version = "1";

    // A batch of 128 items of this size takes 4 GiB: whatever is larger is damage, or nothing for this program.
    private const int MostElements = 1 << 23;

    /// <inheritdoc/>
    public void Save(Sequential model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        Dictionary<string, string> all = Describe(model);
        foreach ((string key, string text) in metadata)
        {
            if (!all.TryAdd(key, text))
            {
                throw new ArgumentException($"The name '{key}' belongs to the file format; keep the text under another.", nameof(metadata));
            }
        }

        SafetensorsFile.Write(path, all, [.. model.Parameters.Select(p => (p.Name, p.Shape, p.Read()))]);
    }

    /// <inheritdoc/>
    public Sequential Read(string path, Action<Sequential>? compile)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Sequential? model = null;
        try
        {
            model = ReadNetwork(file.Metadata);
            Dictionary<string, SafetensorsTensor> tensors = MatchTensors(model, file);
            if (compile is not null)
            {
                compile(model);
                foreach (ModelParameter parameter in model.Parameters)
                {
                    parameter.Write(file.Read(tensors[parameter.Name]));
                }
            }

            return model;
        }
        catch (Exception failure)
        {
            model?.Dispose();
            if (failure is InvalidDataException)
            {
                throw new DataFileException(path, $"The file '{path}' {failure.Message}; use a model that this program saved.", failure);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Metadata;
    }

    /// <summary>The metadata that tell what network the tensors belong to.</summary>
    internal static Dictionary<string, string> Describe(Sequential model) => new()
    {
        [FormatKey] = FormatName,
        [VersionKey] = Version,
        [PreprocessingKey] = PreprocessingName.Of(model.Input.Preprocessing),
        [ArchitectureKey] = ArchitectureJson.Write(model.Layers),
    };

    private static Sequential ReadNetwork(IReadOnlyDictionary<string, string> metadata)
    {
        Require(metadata.GetValueOrDefault(FormatKey) == FormatName, $"holds tensors without a network, since its metadata lack {FormatKey}={FormatName}");
        string version = metadata.GetValueOrDefault(VersionKey, "none");
        Require(version == Version, $"has the format version {FileText.Quote(version)}, and this program reads version {Version}");
        string name = metadata.GetValueOrDefault(PreprocessingKey, "none given");
        Preprocessing? preprocessing = PreprocessingName.Parse(name);
        Require(preprocessing is not null, $"asks for the unknown preprocessing {FileText.Quote(name)}");
        Layer[] layers = ArchitectureJson.Read(metadata.GetValueOrDefault(ArchitectureKey, ""), preprocessing!.Value);
        try
        {
            var model = new Sequential(layers);
            int largest = model.Summary.Layers.Select(layer => layer.OutputShape.Count).Append(model.Input.Shape.Count).Max();
            Require(largest <= MostElements, $"has a layer of {largest:N0} outputs, and at most {MostElements:N0} are taken");
            return model;
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"describes layers that do not fit together ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    /// <summary>
    /// The tensors by name, when they are the network's parameters, all of them and no others. The file is as long as its tensors,
    /// so afterwards it is also certain that the network takes no more memory than a few times its file.
    /// </summary>
    private static Dictionary<string, SafetensorsTensor> MatchTensors(Sequential model, SafetensorsFile file)
    {
        Dictionary<string, SafetensorsTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        int matched = 0;
        foreach ((string name, Shape shape) in model.ParameterShapes)
        {
            Require(tensors.TryGetValue(name, out SafetensorsTensor? tensor), $"lacks the tensor '{name}' of its own network");
            Require(tensor!.Shape == shape, $"has the tensor '{name}' as {tensor.Shape} where its own network has {shape}");
            matched++;
        }

        Require(matched == tensors.Count, "has tensors that belong to no layer of its own network");
        return tensors;
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException(fault);
        }
    }
}
