using System.Globalization;
using System.IO.Compression;
using PureHDF;

namespace NeuralCore.Files.Keras;

/// <summary>Keras 3's own format: a stored zip archive of the network as JSON and the weights as HDF5.</summary>
internal sealed class KerasArchiveFormat : IModelFormat
{
    /// <inheritdoc/>
    public string Advice => KerasAdvice.Text;

    /// <inheritdoc/>
    public void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        byte[] config = KerasConfigWriter.Text(json =>
        {
            var writer = new KerasConfigWriter(json, isArchive: true);
            writer.Model(model, () =>
            {
                json.WritePropertyName("compile_config");
                writer.Compilation(AdamText.Require(model.Optimizer));
            });
        });
        byte[] about = KerasConfigWriter.Text(json =>
        {
            json.WriteStartObject();
            json.WriteString("keras_version", KerasText.Version);
            json.WriteString("date_saved", DateTime.UtcNow.ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture));
            json.WritePropertyName(KerasNote.Key);
            KerasNote.Write(json, model, metadata);
            json.WriteEndObject();
        });
        using MemoryStream weights = Hdf5Output.Bytes(Weights(model));
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

    private static H5File Weights(Model model)
    {
        var file = new H5File();
        var layers = new H5Group();
        var used = new Dictionary<string, int>();
        var parameters = Hdf5Output.ByLayer(model);
        LayerChain chain = LayerChain.Of(model);
        for (int i = 1; i < chain.Layers.Count; i++)
        {
            Layer layer = chain.Layers[i];
            H5Group variables = Hdf5Output.Group(("name", KerasConfigWriter.LayerName(chain, i)));
            foreach ((int number, (_, _, ModelParameter parameter)) in parameters[i].Index())
            {
                variables[$"{number}"] = Hdf5Output.Tensor(parameter.Shape, parameter.Read());
            }

            string name = KerasText.SnakeCase(KerasConfigWriter.ClassName(layer));
            int before = used.GetValueOrDefault(name);
            used[name] = before + 1;
            layers[before == 0 ? name : $"{name}_{before}"] = new H5Group { ["vars"] = variables };
        }

        file["layers"] = layers;
        file["optimizer"] = new H5Group { ["vars"] = Optimizer(model) };
        file["vars"] = Hdf5Output.Group(("name", KerasConfigWriter.ModelName));
        return file;
    }

    private static H5Group Optimizer(Model model)
    {
        H5Group variables = Hdf5Output.Group(("name", "adam"));
        variables["0"] = Hdf5Output.Number(checked((int)model.Steps));
        variables["1"] = Hdf5Output.Number((float)model.Optimizer.LearningRate);
        if (model.Steps > 0)
        {
            TrainingState state = model.TrainingState;
            foreach ((int index, ModelParameter parameter) in model.Parameters.Index())
            {
                variables[$"{(2 * index) + 2}"] = Hdf5Output.Tensor(parameter.Shape, state["m"][index]);
                variables[$"{(2 * index) + 3}"] = Hdf5Output.Tensor(parameter.Shape, state["v"][index]);
            }
        }

        return variables;
    }
}
