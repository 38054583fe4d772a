using System.Text;
using System.Text.Json;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>
/// Keras's legacy format: an HDF5 file with the network as JSON, and a group a layer. It is written in the layout of Keras 2.4, which is the one that
/// every Keras from that version on opens and trains on from, Keras 3 included.
/// </summary>
/// <remarks>
/// Keras 3 fails to train on from any <c>.h5</c> with <c>optimizer_weights</c>, its own too. So what the optimiser keeps stands in a group of this
/// program's, which Keras passes over: every Keras trains on from the file, and this program to the bit.
/// </remarks>
internal sealed class KerasH5Format : IModelFormat
{
    /// <summary>The group in which this program keeps what its optimiser needs.</summary>
    public const string OwnState = "neuralcore/optimizer";

    // Which of Keras's backends wrote a file matters to old readers, and to them this one needs no conversion.
    private const string Backend = "tensorflow", Version = "2.4.0";

    /// <inheritdoc/>
    public string Advice => KerasAdvice.Text;

    /// <inheritdoc/>
    public bool IsReserved(string name) => false;

    /// <inheritdoc/>
    public void Save(WrittenModel written, string path)
    {
        Model model = written.Model;
        var description = new KerasDescription(model, KerasLayout.Keras2);
        Hdf5Group root = new Hdf5Group()
            .With("backend", Hdf5Values.Of(Backend))
            .With("keras_version", Hdf5Values.Of(Version))
            .With("model_config", Hdf5Values.Of(Text(json => description.Write(json))))
            .With(KerasNote.Key, Hdf5Values.Of(KerasNote.Write(written)));
        AddWeights(root.Group("model_weights"), model, description);
        if (written.Optimizer is { } optimizer)
        {
            root.With("training_config", Hdf5Values.Of(Text(json => KerasCompilation.Write(new KerasWriter(json, KerasLayout.Keras2), model.Loss, optimizer))));
        }

        if (written.CopyTraining() is { } training)
        {
            AddOwnState(root.Group(OwnState), model, training);
            if (written.Options.OptimizerState)
            {
                AddOptimizer(root.Group("optimizer_weights"), model, training, description);
            }
        }

        using MemoryStream bytes = Hdf5Writer.Write(root);
        AtomicFile.Write(path, bytes.CopyTo);
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path) => KerasH5Network.Open(FileContent.Read(path));

    private static void AddWeights(Hdf5Group group, Model model, KerasDescription description)
    {
        IReadOnlyList<KerasWritten> layers = [.. description.Layers.Where(layer => layer.Layer is not null || !description.IsChain)];
        group.With("backend", Hdf5Values.Of(Backend)).With("keras_version", Hdf5Values.Of(Version));
        List(group, "layer_names", [.. layers.Select(layer => layer.Name)]);
        Dictionary<Weight, ModelParameter> parameters = WrittenNetwork.Parameters(model);
        foreach (KerasWritten layer in layers)
        {
            Hdf5Group inner = group.Group(layer.Name);
            IReadOnlyList<Weight> weights = layer.Layer?.Weights ?? [];
            List(inner, "weight_names", [.. weights.Select(weight => Name(layer, weight))]);
            foreach (Weight weight in weights)
            {
                inner.Add(Name(layer, weight), Hdf5Values.Of(weight.Shape, parameters[weight].Read()));
            }
        }
    }

    private static void AddOwnState(Hdf5Group group, Model model, TrainingState training)
    {
        foreach (OptimizerState state in training.Optimizer)
        {
            foreach ((ModelParameter parameter, float[] values) in model.Parameters.Zip(state.Values).Where(pair => pair.First.IsTrained))
            {
                group.Add($"{state.Name}/{parameter.Name}", Hdf5Values.Of(parameter.Shape, values));
            }
        }
    }

    /// <summary>The optimiser's state as Keras 2.4 names it: the steps, then each of its states of all weights.</summary>
    private static void AddOptimizer(Hdf5Group group, Model model, TrainingState training, KerasDescription description)
    {
        IReadOnlyDictionary<Weight, float[][]> states = WrittenNetwork.States(model, training);
        string name = KerasOptimizer.ClassOf(model.Optimizer is AdamW ? new Adam() : model.Optimizer);
        List<(string Name, Hdf5Values Values)> all = [($"{name}/iter:0", Hdf5Values.Of(model.Steps))];
        foreach ((int index, string state) in model.Optimizer.StateNames.Index())
        {
            string kept = KerasOptimizerState.NameInKeras2(model.Optimizer, state);
            all.AddRange(description.Layers.SelectMany(layer => (layer.Layer?.Weights ?? []).Where(states.ContainsKey)
                .Select(weight => ($"{name}/{layer.Name}/{layer.WeightName(weight)}/{kept}:0", Hdf5Values.Of(weight.Shape, states[weight][index])))));
        }

        List(group, "weight_names", [.. all.Select(entry => entry.Name)]);
        all.ForEach(entry => group.Add(entry.Name, entry.Values));
    }

    private static string Name(KerasWritten layer, Weight weight) => $"{layer.Name}/{layer.WeightName(weight)}:0";

    private static void List(Hdf5Group group, string name, IReadOnlyList<string> texts)
    {
        foreach ((string part, Hdf5Values values) in Hdf5Values.Parts(name, texts))
        {
            group.With(part, values);
        }
    }

    private static string Text(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(KerasWriter.Text(write));
}

/// <summary>What to do about a Keras file that cannot be used.</summary>
internal static class KerasAdvice
{
    public const string Text = "use a whole file of Keras or of this program, with a network of layers that this program has";
}
