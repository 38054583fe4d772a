using System.Globalization;
using System.IO.Compression;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>Keras 3's own format: a stored zip archive of the network as JSON and the weights as HDF5.</summary>
internal sealed class KerasArchiveFormat : IModelFormat
{
    // The version whose files these are like.
    private const string Version = "3.16.0";

    /// <inheritdoc/>
    public string Advice => KerasAdvice.Text;

    /// <inheritdoc/>
    public bool IsReserved(string name) => false;

    /// <inheritdoc/>
    public void Save(WrittenModel written, string path)
    {
        var description = new KerasDescription(written.Model, KerasLayout.Keras3);
        byte[] config = KerasWriter.Text(json => description.Write(json, () =>
        {
            if (written.Optimizer is { } optimizer)
            {
                json.WritePropertyName("compile_config");
                KerasCompilation.Write(new KerasWriter(json, KerasLayout.Keras3), written.Model.Loss, optimizer);
            }
        }));
        byte[] about = KerasWriter.Text(json =>
        {
            json.WriteStartObject();
            json.WriteString("keras_version", Version);
            json.WriteString("date_saved", DateTime.UtcNow.ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture));
            json.WritePropertyName(KerasNote.Key);
            KerasNote.Write(json, written);
            json.WriteEndObject();
        });
        using MemoryStream weights = Hdf5Writer.Write(Weights(written, description));
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(archive, KerasArchiveNetwork.AboutFile, new MemoryStream(about));
            Add(archive, KerasArchiveNetwork.ConfigFile, new MemoryStream(config));
            Add(archive, KerasArchiveNetwork.WeightFile, weights);
        });
    }

    /// <inheritdoc/>
    public StoredNetwork Open(string path) => KerasArchiveNetwork.Open(path);

    private static void Add(ZipArchive archive, string name, MemoryStream contents)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);

        // The same model is to give the same bytes, as far as they are not the date that Keras keeps.
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using Stream target = entry.Open();
        contents.CopyTo(target);
    }

    private static Hdf5Group Weights(WrittenModel written, KerasDescription description)
    {
        var root = new Hdf5Group();
        Hdf5Group layers = root.Group("layers");
        var used = new Dictionary<string, int>();
        Dictionary<Weight, ModelParameter> parameters = WrittenNetwork.Parameters(written.Model);
        foreach (KerasWritten layer in description.Layers.Where(layer => layer.Layer is not null || !description.IsChain))
        {
            string name = KerasText.SnakeCase(layer.ClassName);
            int before = used.GetValueOrDefault(name);
            used[name] = before + 1;
            Hdf5Group variables = layers.Group(before == 0 ? name : $"{name}_{before}").Group("vars").With("name", Hdf5Values.Variable(layer.Name));
            foreach ((int number, Weight weight) in (layer.Layer?.Weights ?? []).Index())
            {
                variables.Add($"{number}", Hdf5Values.Of(weight.Shape, parameters[weight].Read()));
            }
        }

        if (written.Optimizer is { } optimizer)
        {
            AddOptimizer(root.Group("optimizer").Group("vars"), written, optimizer, description);
        }

        root.Group("vars").With("name", Hdf5Values.Variable(description.ModelName));
        return root;
    }

    /// <summary>The steps, the learning rate, then what the optimiser keeps of each weight that is trained.</summary>
    private static void AddOptimizer(Hdf5Group variables, WrittenModel written, Optimizer optimizer, KerasDescription description)
    {
        variables.With("name", Hdf5Values.Variable(KerasOptimizer.NameOf(optimizer, isKeras3: true)));
        variables.Add("0", Hdf5Values.Of(checked((int)written.Model.Steps)));
        variables.Add("1", Hdf5Values.Of((float)optimizer.LearningRate));
        if (written.CopyTraining() is not { } training)
        {
            return;
        }

        int number = 2;
        IReadOnlyDictionary<Weight, float[][]> states = WrittenNetwork.States(written.Model, training);
        foreach ((Weight weight, int state) in KerasOptimizerState.InOrder(optimizer, [.. description.Weights.Where(states.ContainsKey)]))
        {
            variables.Add($"{number++}", Hdf5Values.Of(weight.Shape, states[weight][state]));
        }
    }
}
