using System.Globalization;
using NeuralCore.Data;

namespace NeuralCore.Files.PyTorch;

/// <summary>What became of a tensor of a file when weights were matched by their shapes.</summary>
/// <param name="Tensor">The tensor: <c>conv1.weight</c>.</param>
/// <param name="TensorShape">Its shape in the file.</param>
/// <param name="Weight">The weight of the model: <c>conv2d/kernel</c>.</param>
/// <param name="WeightShape">Its shape.</param>
public sealed record WeightMatch(string Tensor, Shape TensorShape, string Weight, Shape WeightShape)
{
    /// <summary>The matches as a table.</summary>
    public static string Table(IReadOnlyList<WeightMatch> matches)
    {
        int tensor = matches.Max(match => match.Tensor.Length), shape = matches.Max(match => match.TensorShape.ToString().Length), weight = matches.Max(match => match.Weight.Length);
        return string.Join(Environment.NewLine, matches.Select(match => string.Create(
            CultureInfo.InvariantCulture,
            $"{match.Tensor.PadRight(tensor)}  {match.TensorShape.ToString().PadRight(shape)}  ->  {match.Weight.PadRight(weight)}  {match.WeightShape}")));
    }
}

/// <summary>Weights in the layout of PyTorch, in safetensors: a state dict.</summary>
public static class StateDictFile
{
    /// <summary>
    /// Loads weights into a model. Modules of the file become layers by the shapes of their tensors, and where several have the same by the order of their
    /// names; rows of dense layers behind a flattened image are brought from PyTorch's order, channel by channel, into the model's.
    /// </summary>
    /// <param name="model">A compiled model; nothing of it changes where the file is refused.</param>
    /// <param name="path">The file.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="DataFileException">The file is missing or damaged, or its tensors are not those of the model's layers.</exception>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="NotSupportedException">PyTorch has nothing for one of the model's layers.</exception>
    public static IReadOnlyList<WeightMatch> Load(Model model, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, SafetensorsTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        List<TorchModule> given = [.. StateDict.Modules(file.Tensors.Select(tensor => (tensor.Name, tensor.Shape)))];
        var read = new List<(Weight Weight, float[] Values)>();
        var matches = new List<WeightMatch>();
        Dictionary<Weight, ModelParameter> parameters = WrittenNetwork.Parameters(model);
        foreach ((TorchModule module, IReadOnlyList<TorchWeight> weights) in Modules(model))
        {
            TorchModule found = given.FirstOrDefault(candidate => candidate.Signature == module.Signature) ?? throw Refused(
                path, $"has no module left with {module.Signature}, which the layer '{module.Module}' takes; choose the network that the weights are of");
            given.Remove(found);
            foreach (TorchWeight weight in weights)
            {
                string name = found.Module.Length == 0 ? weight.Name : $"{found.Module}.{weight.Name}";
                read.Add((weight.Weight, weight.ToEngine(file.Read(tensors[name]))));
                matches.Add(new WeightMatch(name, weight.Shape, parameters[weight.Weight].Name, weight.Weight.Shape));
            }
        }

        if (given.Count > 0)
        {
            throw Refused(path, $"has the module {FileText.Quote(given[0].Module)} with {given[0].Signature}, for which the network has no layer left; choose the network that the weights are of");
        }

        foreach ((Weight weight, float[] values) in read)
        {
            parameters[weight].Write(values);
        }

        return matches;
    }

    /// <summary>Writes the weights of a model as a state dict of PyTorch, whole or not at all.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <returns>The lines of Python that make the network and load the file.</returns>
    /// <exception cref="NotSupportedException">PyTorch has nothing for one of the layers; the message names it.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static string Save(Model model, string path)
    {
        Dictionary<Weight, ModelParameter> parameters = WrittenNetwork.Parameters(model);
        string code = new TorchCode(model).Write(Path.GetFileName(path));
        List<(string, Shape, float[])> tensors = [.. Modules(model).SelectMany(module => module.Weights.Select(weight =>
            ($"{module.Module.Module}.{weight.Name}", weight.Shape, weight.ToTorch(parameters[weight.Weight].Read()))))];
        SafetensorsFile.Write(path, new Dictionary<string, string> { ["format"] = "pt" }, tensors);
        return code;
    }

    private static IEnumerable<(TorchModule Module, IReadOnlyList<TorchWeight> Weights)> Modules(Model model)
    {
        // A layer without a codec is taken apart; what is left has to be one that PyTorch knows.
        var network = WrittenNetwork.Of(model, layer => LayerCodecs.Find(layer) is not null);
        return network.Calls.DistinctBy(call => call.Layer, ReferenceEqualityComparer.Instance).SelectMany(call => StateDict.Of(call, TorchCode.Identifier(call.Name)));
    }

    private static DataFileException Refused(string path, string why) => new(path, $"The file '{path}' {why}.");
}
