using System.Text;
using PureHDF;

namespace NeuralCore.Files.Keras;

/// <summary>Keras's legacy format: an HDF5 file with the network as JSON, a group a layer, and the optimiser.</summary>
internal sealed class KerasH5Format : IModelFormat
{
    // Which of Keras's backends wrote a file matters to old readers, and to them this one needs no conversion.
    private const string Backend = "tensorflow";

    /// <inheritdoc/>
    public string Advice => KerasAdvice.Text;

    /// <inheritdoc/>
    public void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        var file = new H5File
        {
            Attributes =
            {
                ["backend"] = Backend,
                ["keras_version"] = KerasText.Version,
                ["model_config"] = Text(KerasConfigWriter.Text(json => new KerasConfigWriter(json, isArchive: false).Model(model))),
                [KerasNote.Key] = KerasNote.Write(model, metadata),
                ["training_config"] = Text(KerasConfigWriter.Text(json => new KerasConfigWriter(json, isArchive: false).Compilation(AdamText.Require(model.Optimizer)))),
            },
            ["model_weights"] = Weights(model),
            ["optimizer_weights"] = Optimizer(model),
        };
        using MemoryStream bytes = Hdf5Output.Bytes(file);
        AtomicFile.Write(path, bytes.CopyTo);
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path) => KerasH5Network.Open(FileContent.Read(path));

    private static H5Group Weights(Model model)
    {
        LayerChain chain = LayerChain.Of(model);
        var names = Enumerable.Range(1, chain.Layers.Count - 1).Select(layer => KerasConfigWriter.LayerName(chain, layer)).ToList();
        H5Group weights = Hdf5Output.Group(("backend", Backend), ("keras_version", KerasText.Version), ("layer_names", Hdf5Output.Names(names)));
        var parameters = Hdf5Output.ByLayer(model);
        for (int layer = 1; layer < chain.Layers.Count; layer++)
        {
            List<string> tensors = [.. parameters[layer].Select(entry => WeightName(entry.Parameter))];
            H5Group group = Hdf5Output.Group(("weight_names", Hdf5Output.Names(tensors)));
            foreach ((_, _, ModelParameter parameter) in parameters[layer])
            {
                Hdf5Output.Add(group, WeightName(parameter), Hdf5Output.Tensor(parameter.Shape, parameter.Read()));
            }

            weights[names[layer - 1]] = group;
        }

        weights["top_level_model_weights"] = Hdf5Output.Group(("weight_names", Hdf5Output.Names([])));
        return weights;
    }

    private static H5Group Optimizer(Model model)
    {
        const string Iteration = "adam/iteration", Rate = "adam/learning_rate";
        var tensors = new List<(string Name, object Item)>
        {
            (Iteration, Hdf5Output.Number(checked((int)model.Steps))),
            (Rate, Hdf5Output.Number((float)model.Optimizer.LearningRate)),
        };
        if (model.Steps > 0)
        {
            TrainingState state = model.TrainingState;
            foreach ((int index, ModelParameter parameter) in model.Parameters.Index())
            {
                string slot = "adam/" + WeightName(parameter).Replace('/', '_');
                tensors.Add((slot + "_momentum", Hdf5Output.Tensor(parameter.Shape, state["m"][index])));
                tensors.Add((slot + "_velocity", Hdf5Output.Tensor(parameter.Shape, state["v"][index])));
            }
        }

        H5Group group = Hdf5Output.Group(("weight_names", Hdf5Output.Names([.. tensors.Select(tensor => tensor.Name)])));
        tensors.ForEach(tensor => Hdf5Output.Add(group, tensor.Name, tensor.Item));
        return group;
    }

    private static string WeightName(ModelParameter parameter) => $"{KerasConfigWriter.ModelName}/{parameter.Name}";

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}

/// <summary>What to do about a Keras file that cannot be used.</summary>
internal static class KerasAdvice
{
    public const string Text = "use a whole file of Keras or of this program, with a network of Conv2D, MaxPooling2D, ReLU, Dropout, Flatten and Dense layers";
}
