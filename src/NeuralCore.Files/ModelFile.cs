using NeuralCore.Data;
using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>
/// Keeps networks in files: layers, preprocessing and weights, so that a model needs nothing but its file to predict, and the
/// optimiser's state where the format has room, so that its training can go on. When a model is saved the extension chooses the
/// format: <c>.safetensors</c>, Keras's <c>.keras</c> and <c>.h5</c>, or <c>.onnx</c>, which holds no training state. When a file
/// is read, its contents tell the format.
/// </summary>
public static class ModelFile
{
    /// <summary>The room in a file that each number of a trained model takes: itself, and Adam's two moments of it.</summary>
    public const int MostBytesPerParameter = 3 * sizeof(float);

    private static readonly SafetensorsModel Safetensors = new();
    private static readonly KerasH5Format KerasH5 = new();
    private static readonly KerasArchiveFormat KerasArchive = new();
    private static readonly OnnxFormat Onnx = new();

    private static readonly Dictionary<string, IModelFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".safetensors"] = Safetensors,
        [".h5"] = KerasH5,
        [".hdf5"] = KerasH5,
        [".keras"] = KerasArchive,
        [".onnx"] = Onnx,
    };

    /// <summary>The extensions of model files, for a message: <c>.safetensors, .h5, .hdf5, .keras or .onnx</c>.</summary>
    public static string Extensions => $"{string.Join(", ", Formats.Keys.SkipLast(1))} or {Formats.Keys.Last()}";

    /// <summary>Whether a file of this name can hold a model.</summary>
    public static bool IsKnown(string path) => Formats.ContainsKey(Path.GetExtension(path));

    /// <summary>
    /// Saves a compiled model, completely or not at all: a save that fails leaves the file that was there. If the optimiser is not Adam, AdamW, RMSprop
    /// or SGD, the file holds the weights without a training state.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; its extension chooses the format, and it is replaced if it exists.</param>
    /// <param name="metadata">Texts to keep with the model, under names of one's own.</param>
    /// <param name="options">How, where the format leaves a choice.</param>
    /// <exception cref="ArgumentException">A text is under a name that the file format uses itself.</exception>
    /// <exception cref="DataFileException">The extension is unknown.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold one of the layers; the message names it.</exception>
    public static void Save(Model model, string path, IReadOnlyDictionary<string, string>? metadata = null, SaveOptions? options = null)
    {
        IModelFormat format = FormatOf(path);
        if (!model.IsCompiled)
        {
            throw new InvalidOperationException("The model is not compiled: it has no weights to save yet.");
        }

        metadata ??= new Dictionary<string, string>();
        if (metadata.Keys.FirstOrDefault(format.IsReserved) is { } taken)
        {
            throw new ArgumentException($"The name '{taken}' belongs to the file format; keep the text under another.", nameof(metadata));
        }

        format.Save(new WrittenModel(model, metadata, options ?? new SaveOptions()), path);
    }

    /// <summary>Loads a model, compiled and ready to predict or to be trained further.</summary>
    /// <param name="path">The file; its contents tell the format.</param>
    /// <param name="backend">What computes; the fastest of this machine if null. The model disposes of it, and a failure to load too.</param>
    /// <param name="optimizer">The optimiser for further training; if null the one that the file was saved with, or else Adam with
    /// Keras's defaults.</param>
    /// <param name="seed">The key of every random number in further training.</param>
    /// <param name="unsaid">How raw values were prepared, for files that do not say, as most from other programs do not; divided by 255 if null.</param>
    /// <param name="remark">Hears, in one sentence each, how a file was understood that leaves something open.</param>
    /// <param name="probabilities">Whether a network that ends in one number a class, before any softmax, gets the softmax that makes them probabilities.</param>
    /// <param name="architecture">The network as Keras's <c>to_json</c> writes it, for a file of Keras that holds weights alone (<c>.weights.h5</c>).</param>
    /// <exception cref="DataFileException">The file is missing, damaged, or holds no model that this program can run.</exception>
    public static Model Load(
        string path, IBackend<float>? backend = null, Optimizer? optimizer = null, ulong seed = 0,
        Preprocessing? unsaid = null, Action<string>? remark = null, bool probabilities = true, string? architecture = null)
    {
        try
        {
            return Read(
                path, new LoadOptions(unsaid ?? Preprocessing.Scale, probabilities) { Architecture = architecture }, remark,
                (model, stored, loss) => model.CompileToLoad(optimizer ?? stored, loss, backend, seed));
        }
        catch
        {
            backend?.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model's layers and preprocessing without its weights; the model is not compiled.</summary>
    /// <param name="path">The file; its contents tell the format.</param>
    /// <param name="unsaid">How raw values were prepared, for files that do not say; divided by 255 if null.</param>
    /// <param name="remark">Hears, in one sentence each, how a file was understood that leaves something open.</param>
    /// <param name="probabilities">Whether a network that ends in one number a class, before any softmax, gets the softmax that makes them probabilities.</param>
    /// <exception cref="DataFileException">The file is missing, damaged, or holds no model that this program can run.</exception>
    public static Model ReadArchitecture(string path, Preprocessing? unsaid = null, Action<string>? remark = null, bool probabilities = true) =>
        Read(path, new LoadOptions(unsaid ?? Preprocessing.Scale, probabilities), remark, compile: null);

    private static Model Read(string path, LoadOptions options, Action<string>? remark, Action<Model, Optimizer?, Loss>? compile) =>
        Open(path, options.Architecture, stored =>
        {
            (Model model, NetworkParts parts) = NetworkLoader.Load(stored, new FileInfo(path).Length, options, compile);
            if (remark is not null)
            {
                Remark(path, parts, options, remark);
            }

            return model;
        });

    private static T Open<T>(string path, string? architecture, Func<StoredNetwork, T> read)
    {
        string advice = "check the name of the file";
        try
        {
            IModelFormat format = Recognize(path);
            advice = format.Advice;
            using StoredNetwork stored = architecture is null ? format.Open(path) : KerasArchiveNetwork.OpenWeights(path, architecture);
            return read(stored);
        }
        catch (Exception failure) when (FileContent.Explain(path, failure, advice) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>
    /// The format by what a file begins with: people rename files, and Keras 2 wrote its old format under the new one's name. If it begins like none,
    /// its extension chooses the format, which then explains what is wrong with it.
    /// </summary>
    private static IModelFormat Recognize(string path)
    {
        const byte FirstFieldOfOnnx = 8;
        Span<byte> start = stackalloc byte[9];
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        {
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        return start switch
        {
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => KerasH5,
            [(byte)'P', (byte)'K', 3 or 5, ..] => KerasArchive,
            [_, _, _, _, 0, 0, 0, 0, (byte)'{'] => Safetensors,
            _ when Formats.TryGetValue(Path.GetExtension(path), out IModelFormat? named) => named,
            [FirstFieldOfOnnx, ..] => Onnx,
            _ => throw Unknown(path),
        };
    }

    private static void Remark(string path, NetworkParts parts, LoadOptions options, Action<string> remark)
    {
        foreach (string sentence in parts.Remarks)
        {
            remark($"The file '{path}' {sentence}.");
        }

        if (!parts.SaysPreprocessing)
        {
            remark($"The file '{path}' does not say how its pixels were prepared; '{options.Unsaid}' is assumed.");
        }
    }

    /// <summary>Reads the texts that were kept with a model when it was saved.</summary>
    /// <returns>The texts by name, without those of the file format itself.</returns>
    /// <exception cref="DataFileException">The file is missing, damaged, or holds no model.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => Open(path, architecture: null, stored => stored.Metadata);

    /// <summary>Reads how a model was trained, where its file holds it under <see cref="HistoryText.Key"/>.</summary>
    /// <returns>The curves; null if there are none.</returns>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
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

    private static IModelFormat FormatOf(string path) => Formats.GetValueOrDefault(Path.GetExtension(path)) ?? throw Unknown(path);

    private static DataFileException Unknown(string path) => new(path, $"The file '{path}' has no known model format; use a name that ends in {Extensions}.");
}
