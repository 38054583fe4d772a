using NeuralCore.Data;
using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>
/// Keeps networks in files: layers, preprocessing and weights, so that a model needs nothing but its file to predict, and Adam's
/// state where the format has room, so that its training can go on. The extension chooses the format: <c>.safetensors</c>,
/// Keras's <c>.keras</c> and <c>.h5</c>, or <c>.onnx</c>, which holds no training state.
/// </summary>
public static class ModelFile
{
    /// <summary>The room in a file that each number of a trained model takes: itself, and Adam's two moments of it.</summary>
    public const int MostBytesPerParameter = 3 * sizeof(float);

    private static readonly Dictionary<string, IModelFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".safetensors"] = new SafetensorsModel(),
        [".h5"] = new KerasH5Format(),
        [".hdf5"] = new KerasH5Format(),
        [".keras"] = new KerasArchiveFormat(),
        [".onnx"] = new OnnxFormat(),
    };

    /// <summary>The extensions of model files, for a message: <c>.safetensors, .h5, .hdf5, .keras or .onnx</c>.</summary>
    public static string Extensions => $"{string.Join(", ", Formats.Keys.SkipLast(1))} or {Formats.Keys.Last()}";

    /// <summary>Whether a file of this name can hold a model.</summary>
    public static bool IsKnown(string path) => Formats.ContainsKey(Path.GetExtension(path));

    /// <summary>Saves a compiled model, whole or not at all: a save that fails leaves the file that was there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; its extension chooses the format, and it is replaced if it exists.</param>
    /// <param name="metadata">Texts to keep with the model, under names of one's own.</param>
    /// <exception cref="ArgumentException">A text is under a name that the file format uses itself.</exception>
    /// <exception cref="DataFileException">The extension is unknown.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="NotSupportedException">The format has no words for one of the layers; the message names it.</exception>
    public static void Save(Model model, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        IModelFormat format = FormatOf(path);
        if (!model.IsCompiled)
        {
            throw new InvalidOperationException("The model is not compiled: it has no weights to save yet.");
        }

        format.Save(model, path, metadata ?? new Dictionary<string, string>());
    }

    /// <summary>Loads a model, compiled and ready to predict or to be trained further.</summary>
    /// <param name="path">The file; its extension chooses the format.</param>
    /// <param name="backend">What computes; the fastest of this machine if null. The model disposes of it, and a failure to load too.</param>
    /// <param name="optimizer">The optimiser for further training; if null the one that the file was saved with, or else Adam with
    /// Keras's defaults.</param>
    /// <param name="seed">The key of every random number in further training.</param>
    /// <param name="unsaid">How raw values were prepared, for files that do not say, as most from other programs do not.</param>
    /// <param name="remark">Hears, in one sentence each, how a file was understood that leaves something open.</param>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing, damaged, or holds no model that this
    /// program can run.</exception>
    public static Model Load(
        string path, IBackend<float>? backend = null, Adam? optimizer = null, ulong seed = 0,
        Preprocessing unsaid = Preprocessing.Scale, Action<string>? remark = null)
    {
        try
        {
            return Read(path, unsaid, remark, (model, stored) => model.Compile(optimizer ?? stored, backend: backend, seed: seed));
        }
        catch
        {
            backend?.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model's layers and preprocessing without its weights; the model is not compiled.</summary>
    /// <param name="path">The file; its extension chooses the format.</param>
    /// <param name="unsaid">How raw values were prepared, for files that do not say.</param>
    /// <param name="remark">Hears, in one sentence each, how a file was understood that leaves something open.</param>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing, damaged, or holds no model that this
    /// program can run.</exception>
    public static Model ReadArchitecture(string path, Preprocessing unsaid = Preprocessing.Scale, Action<string>? remark = null) =>
        Read(path, unsaid, remark, compile: null);

    private static Model Read(string path, Preprocessing unsaid, Action<string>? remark, Action<Model, Adam?>? compile) =>
        Open(path, stored =>
        {
            Model model = NetworkLoader.Load(stored, new FileInfo(path).Length, unsaid, compile);
            if (remark is not null)
            {
                Remark(path, stored, unsaid, remark);
            }

            return model;
        });

    private static T Open<T>(string path, Func<StoredNetwork, T> read)
    {
        IModelFormat format = FormatOf(path);
        try
        {
            using StoredNetwork stored = format.Open(path);
            return read(stored);
        }
        catch (Exception failure) when (FileContent.Explain(path, failure, format.Advice) is { } explained)
        {
            throw explained;
        }
    }

    private static void Remark(string path, StoredNetwork stored, Preprocessing unsaid, Action<string> remark)
    {
        foreach (string sentence in stored.Remarks)
        {
            remark($"The file '{path}' {sentence}.");
        }

        if (stored.Preprocessing is null)
        {
            remark($"The file '{path}' does not say how its pixels were prepared; '{PreprocessingName.Of(unsaid)}' is assumed.");
        }
    }

    /// <summary>Reads the texts that were kept with a model when it was saved.</summary>
    /// <returns>The texts by name, without those of the file format itself.</returns>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing, damaged, or holds no model.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => Open(path, stored => stored.Metadata);

    /// <summary>Reads how a model was trained, where its file holds it under <see cref="HistoryText.Key"/>.</summary>
    /// <returns>The curves; null if there are none.</returns>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing or damaged.</exception>
    public static LearningCurves? ReadCurves(string path)
    {
        try
        {
            return ReadMetadata(path).TryGetValue(HistoryText.Key, out string? text) ? HistoryText.Read(text) : null;
        }
        catch (InvalidDataException failure)
        {
            throw new DataFileException(path, $"The file '{path}' {failure.Message}; use a model that this program saved.", failure);
        }
    }

    private static IModelFormat FormatOf(string path) =>
        Formats.GetValueOrDefault(Path.GetExtension(path)) ?? throw new DataFileException(
            path, $"The file '{path}' has no known model format; use a name that ends in {Extensions}.");
}
