using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Training;

namespace NeuralCore.Files;

/// <summary>
/// Keeps networks in files: layers, preprocessing and weights, so that a model needs nothing but its file to predict. The
/// extension chooses the format: .safetensors.
/// </summary>
public static class ModelFile
{
    private static readonly Dictionary<string, IModelFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".safetensors"] = new SafetensorsModel(),
    };

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
    public static void Save(Sequential model, string path, IReadOnlyDictionary<string, string>? metadata = null) =>
        FormatOf(path).Save(model, path, metadata ?? new Dictionary<string, string>());

    /// <summary>Loads a model, compiled and ready to predict or to be trained further.</summary>
    /// <param name="path">The file; its extension chooses the format.</param>
    /// <param name="backend">What computes; the fastest of this machine if null. The model disposes of it, and a failure to load too.</param>
    /// <param name="optimizer">The optimiser for further training; Adam with Keras's defaults if null.</param>
    /// <param name="seed">The key of every random number in further training.</param>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing, damaged, or holds no model that this
    /// program can run.</exception>
    public static Sequential Load(string path, IBackend<float>? backend = null, Adam? optimizer = null, ulong seed = 0)
    {
        try
        {
            return FormatOf(path).Read(path, model => model.Compile(optimizer, backend, seed));
        }
        catch
        {
            backend?.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model's layers and preprocessing without its weights; the model is not compiled.</summary>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing, damaged, or holds no model that this
    /// program can run.</exception>
    public static Sequential ReadArchitecture(string path) => FormatOf(path).Read(path, compile: null);

    /// <summary>Reads the texts that are kept with a model, those of the file format among them.</summary>
    /// <returns>The texts by name; none where the format has no place for them.</returns>
    /// <exception cref="DataFileException">The extension is unknown, or the file is missing or damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => FormatOf(path).ReadMetadata(path);

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
            path, $"The file '{path}' has no known model format; use a name that ends in {string.Join(" or ", Formats.Keys)}.");
}
