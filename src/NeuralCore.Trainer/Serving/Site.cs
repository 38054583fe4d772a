using System.Security.Cryptography;
using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Serving;

/// <summary>
/// The page: its own files, as publishing NeuralCore.Web makes them, and beside them a model and images to learn from, which
/// <c>content/content.json</c> lists.
/// </summary>
internal sealed class Site
{
    /// <summary>The images that the page trains on, tests with, and rehearses while it is taught other marks.</summary>
    private const int TrainCount = 10_000, TestCount = 1000, KnownCount = 1000;

    private const string Content = "content/";

    /// <summary>The page in the program's own folder, and where publishing leaves it in a clone.</summary>
    private static readonly string[] InProgram = ["site"], InClone = ["src", "NeuralCore.Web", "bin", "Release", "net10.0", "publish", "wwwroot"];

    private Site(IReadOnlyDictionary<string, SiteFile> files) => Files = files;

    /// <summary>All files by their paths.</summary>
    public IReadOnlyDictionary<string, SiteFile> Files { get; }

    /// <summary>Puts the page together.</summary>
    /// <param name="model">The model that the page reads with.</param>
    /// <param name="modelPath">The model's file.</param>
    /// <exception cref="DataFileException">The model is not for pictures.</exception>
    /// <exception cref="RunException">The page was not published.</exception>
    public static Site Of(Model model, string modelPath)
    {
        ModelNotes notes = ModelNotes.Read(modelPath);
        if (model.Classes < 2 || notes.PreparationFor(model.Input.Shape) is null)
        {
            throw new DataFileException(modelPath, $"The model '{modelPath}' takes {model.Input.Shape}, and the page shows it pictures, such as {Zoo.MnistImage}; use a model that was trained on pictures.");
        }

        string folder = Folder();
        var files = new Dictionary<string, SiteFile>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (Path.GetExtension(file) is not (".br" or ".gz"))
            {
                files[path] = SiteFile.OnDisk(path, file);
            }
        }

        byte[] saved = Saved(model, notes);
        Add(new SiteFile(Content + "model.safetensors", () => saved));
        bool hasImages = TryFindImages(out string images);
        if (hasImages)
        {
            Lazy<(LabelledImages Train, LabelledImages Test)> mnist = new(() => Mnist.Load(images));
            Add(new SiteFile(Content + "train.bin", () => Samples(mnist.Value.Train, 0, TrainCount, mnist.Value.Test, TestCount)));
            Add(new SiteFile(Content + "known.bin", () => InFewShades(Samples(mnist.Value.Train, TrainCount, KnownCount, mnist.Value.Test, 0), KnownCount)));
        }

        // Each model has an address of its own, since browsers keep what they have fetched.
        string version = Convert.ToHexStringLower(SHA256.HashData(saved).AsSpan(0, 6));
        byte[] list = List($"{Content}model.safetensors?v={version}", Path.GetFileNameWithoutExtension(modelPath) + ".safetensors", hasImages);
        Add(new SiteFile(Content + "content.json", () => list));
        return new Site(files);

        void Add(SiteFile file) => files[file.Path] = file;
    }

    /// <summary>Writes the page into a folder that any web server can hand out, compressed files beside the others.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <returns>How many bytes a browser fetches, compressed.</returns>
    public long Write(string folder)
    {
        long total = 0;
        foreach (SiteFile file in Files.Values)
        {
            string path = Path.Combine(folder, file.Path.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(file.Bytes));

            // The images to train on are fetched only when training begins, and it would take a minute to make them as small as can be.
            bool isFetchedFirst = file.Path != Content + "train.bin";
            byte[] compressed = isFetchedFirst ? file.SmallestBrotli() : file.Brotli;
            if (compressed.Length < file.Bytes.Length)
            {
                AtomicFile.Write(path + ".br", stream => stream.Write(compressed));
            }

            total += isFetchedFirst ? Math.Min(compressed.Length, file.Bytes.Length) : 0;
        }

        return total;
    }

    private static string Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            foreach (string[] place in (string[][])[InProgram, InClone])
            {
                string folder = Path.Combine([at.FullName, .. place]);
                if (File.Exists(Path.Combine(folder, "index.html")) && Directory.Exists(Path.Combine(folder, "_framework")))
                {
                    return folder;
                }
            }
        }

        throw new RunException(ExitCode.RuntimeFailure, "The page is not built: run 'dotnet publish src/NeuralCore.Web -c Release' in a clone, which takes a minute or two.");
    }

    private static bool TryFindImages(out string folder)
    {
        try
        {
            folder = Mnist.FindDirectory();
            return true;
        }
        catch (DataFileException)
        {
            // Models for other images are served without MNIST; the page then cannot train.
            folder = "";
            return false;
        }
    }

    private static byte[] Saved(Model model, ModelNotes notes)
    {
        var texts = new Dictionary<string, string>();
        notes.Write(texts);
        string folder = Directory.CreateTempSubdirectory("neuralcore-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.safetensors"), rounded = Path.Combine(folder, "rounded.safetensors");
            ModelFile.Save(model, path, texts, new SaveOptions { WeightsOnly = true });
            ShortWeights.Write(path, rounded);
            return File.ReadAllBytes(rounded);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>All labels, then all pixels: images from one place of the training set on, and behind them the first of the test set.</summary>
    private static byte[] Samples(LabelledImages train, int first, int count, LabelledImages test, int testCount)
    {
        using var bytes = new MemoryStream();
        bytes.Write(train.Labels.Slice(first, count));
        bytes.Write(test.Labels[..testCount]);
        for (int i = 0; i < count; i++)
        {
            bytes.Write(train.Pixels(first + i));
        }

        for (int i = 0; i < testCount; i++)
        {
            bytes.Write(test.Pixels(i));
        }

        return bytes.ToArray();
    }

    /// <summary>Images that only remind a model of the digits: in 16 shades of grey they take 0.6 of the room.</summary>
    /// <param name="samples">From <see cref="Samples"/>; the pixels are changed in place.</param>
    /// <param name="labels">The number of labels before the pixels.</param>
    private static byte[] InFewShades(byte[] samples, int labels)
    {
        const int Step = byte.MaxValue / 15;
        for (int i = labels; i < samples.Length; i++)
        {
            samples[i] = (byte)((samples[i] + (Step / 2)) / Step * Step);
        }

        return samples;
    }

    private static byte[] List(string modelUrl, string modelName, bool hasImages)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("model");
            json.WriteString("url", modelUrl);
            json.WriteString("name", modelName);
            json.WriteEndObject();
            if (hasImages)
            {
                WriteImages(json, "known", KnownCount, 0);
                WriteImages(json, "train", TrainCount, TestCount);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteImages(Utf8JsonWriter json, string name, int count, int test)
    {
        json.WriteStartObject(name);
        json.WriteString("url", $"{Content}{name}.bin");
        json.WriteNumber("count", count + test);
        json.WriteNumber("test", test);
        json.WriteEndObject();
    }
}
