using System.CommandLine;
using NeuralCore.Data;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options that name the folder of the images, and say how they are stored.</summary>
internal sealed class DataOption
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder of the four IDX files, plain or .gz; the MNIST of this project if not given.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _transpose = new("--transpose")
    {
        Description = "The images of --data are stored with rows and columns exchanged. EMNIST's are known by their names.",
    };

    /// <summary>Both, for a command to take.</summary>
    public IEnumerable<Option> All => [_data, _transpose];

    /// <summary>Whether a command line names a folder.</summary>
    public bool IsGiven(ParseResult line) => line.GetResult(_data) is not null;

    /// <summary>The folder.</summary>
    /// <exception cref="DataFileException">None is given, and the project's own is not there.</exception>
    public string Folder(ParseResult line) => line.GetValue(_data) ?? Mnist.FindDirectory();

    /// <summary>The training and the test images.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="DataFileException">A file is missing or damaged.</exception>
    public (LabelledImages Train, LabelledImages Test) Load(ParseResult line, int classes) => Mnist.Load(Folder(line), classes, Transpose(line));

    /// <summary>The test images, for a model to be tried on.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="model">The model, whose number of classes is taken.</param>
    /// <param name="modelPath">The model's file.</param>
    /// <exception cref="DataFileException">A file is missing or damaged, or the images are not of the size that the model takes.</exception>
    public LabelledImages LoadTest(ParseResult line, Model model, string modelPath)
    {
        string folder = Folder(line);
        LabelledImages images = Mnist.LoadTest(folder, Math.Min(model.Classes, byte.MaxValue + 1), Transpose(line));
        return images.ItemShape == model.Input.Shape
            ? images
            : throw new DataFileException(
                modelPath,
                $"The model '{modelPath}' takes images of {model.Input.Shape} and those in '{folder}' are {images.ItemShape}; name the folder of its own data with --data.");
    }

    private bool? Transpose(ParseResult line) => line.GetResult(_transpose) is { Implicit: false } ? line.GetValue(_transpose) : null;
}
