using System.Globalization;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Web.Page;

/// <summary>A network that reads pictures, with the names of its classes and what is done to pictures before.</summary>
internal sealed class LoadedModel : IDisposable
{
    /// <summary>Takes a network over.</summary>
    /// <param name="network">A compiled network for pictures.</param>
    /// <param name="classes">A name for each of its classes.</param>
    /// <param name="preparation">What is done to a picture before it sees it; as for signs on paper if null.</param>
    public LoadedModel(Model network, IReadOnlyList<string> classes, PicturePreparation? preparation = null)
    {
        (Network, Classes, Alphabet) = (network, classes, new Alphabet(classes));
        Preparation = preparation ?? PicturePreparation.For(Zoo.MnistImage, null, Alphabet)!;
    }

    /// <summary>The network.</summary>
    public Model Network { get; }

    /// <summary>The names of its classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The signs that they name.</summary>
    public Alphabet Alphabet { get; }

    /// <summary>What is done to a picture before the network sees it.</summary>
    public PicturePreparation Preparation { get; }

    /// <summary>Whether the network sees whole pictures, and not signs on paper.</summary>
    public bool TakesWholePictures => Preparation.Kind == PictureKind.Picture;

    /// <summary>Whether predictions are means over several views of a picture.</summary>
    public bool AveragesViews { get; init; }

    /// <summary>Reads a model's file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="DataFileException">It holds no model, or one for other pictures; the message is one sentence.</exception>
    public static LoadedModel Read(byte[] file, string name) => WithFile(name, path =>
    {
        try
        {
            File.WriteAllBytes(path, file);
            Model network = ModelFile.Load(path, CpuBackend.Create(1));
            IReadOnlyDictionary<string, string> notes = ModelFile.ReadMetadata(path);
            string[]? known = ClassNamesText.Read(notes.GetValueOrDefault(ClassNamesText.Key));
            string[] names = known?.Length == network.Classes ? known : Numbered(network.Classes);
            PictureKind? kind = PicturePreparation.ParseKind(notes.GetValueOrDefault(PicturePreparation.Key));
            if (network.Classes < 2 || PicturePreparation.For(network.Input.Shape, kind, new Alphabet(names)) is not { } preparation)
            {
                Shape shape = network.Input.Shape;
                int classes = network.Classes;
                network.Dispose();
                throw new DataFileException(path, $"The model '{name}' takes {shape} and gives {classes} numbers, and the page shows it pictures, such as {Zoo.MnistImage}, to name the class of: use a model that was trained on pictures.");
            }

            return new LoadedModel(network, names, preparation) { AveragesViews = notes.GetValueOrDefault(ViewAverage.Key) == "true" };
        }
        catch (DataFileException failure)
        {
            throw new DataFileException(name, failure.Message.Replace(path, name, StringComparison.Ordinal));
        }
    });

    /// <summary>Names for classes that have none: letters where there are 26, else numbers.</summary>
    public static string[] Numbered(int classes) =>
        [.. Enumerable.Range(0, classes).Select(i => classes == 26 ? ((char)('A' + i)).ToString() : i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The bytes of a file of the model, without the optimiser's state.</summary>
    /// <param name="extension">What the file's name ends in.</param>
    /// <exception cref="DataFileException">No format has that extension.</exception>
    public byte[] Write(string extension) => WithFile("model" + extension, path =>
    {
        var notes = new Dictionary<string, string> { [ClassNamesText.Key] = ClassNamesText.Write(Classes), [PicturePreparation.Key] = Preparation.Name };
        if (AveragesViews)
        {
            notes[ViewAverage.Key] = "true";
        }

        ModelFile.Save(Network, path, notes, new SaveOptions { WeightsOnly = true });
        return File.ReadAllBytes(path);
    });

    /// <summary>The same network and names with layers and weights of its own, all of which can be trained.</summary>
    public LoadedModel Copy()
    {
        const string Extension = ".safetensors";
        return Read(Write(Extension), "copy" + Extension);
    }

    /// <summary>What the page shows of it.</summary>
    public string Describe() => Json.Object(json =>
    {
        json.WriteTexts("classes", Classes);
        json.WriteNumber("parameters", Network.Summary.ParameterCount);
        json.WriteBoolean("takesWholePictures", TakesWholePictures);
        json.WriteBoolean("hasLetters", Alphabet.HasLetters);
    });

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    /// <summary>Works with a file in a temporary folder of its own: model files are read and written under a path.</summary>
    private static T WithFile<T>(string name, Func<string, T> work)
    {
        string folder = Directory.CreateTempSubdirectory("neuralcore-").FullName;
        try
        {
            return work(Path.Combine(folder, Path.GetFileName(name)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
