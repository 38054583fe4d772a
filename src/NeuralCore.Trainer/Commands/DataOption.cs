using System.CommandLine;
using NeuralCore.Data;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that names the folder of the images.</summary>
internal sealed class DataOption
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder of the four IDX files, plain or .gz; the MNIST of this project if not given.",
        HelpName = "DIR",
    };

    /// <summary>It, for a command to take.</summary>
    public Option Option => _data;

    /// <summary>Whether a command line names a folder.</summary>
    public bool IsGiven(ParseResult line) => line.GetResult(_data) is not null;

    /// <summary>The folder.</summary>
    /// <exception cref="DataFileException">None is given, and the project's own is not there.</exception>
    public string Folder(ParseResult line) => line.GetValue(_data) ?? Mnist.FindDirectory();

    /// <summary>The test images, for a model to be tried on.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="model">The model, whose number of classes is taken.</param>
    /// <param name="modelPath">The model's file.</param>
    /// <exception cref="DataFileException">A file is missing or damaged, or the images are not of the size that the model takes.</exception>
    public LabelledImages LoadTest(ParseResult line, Model model, string modelPath)
    {
        string folder = Folder(line);
        LabelledImages images = Mnist.LoadTest(folder, Math.Min(model.Classes, byte.MaxValue + 1));
        return images.ItemShape == model.Input.Shape
            ? images
            : throw new DataFileException(
                modelPath,
                $"The model '{modelPath}' takes images of {model.Input.Shape} and those in '{folder}' are {images.ItemShape}; name the folder of its own data with --data.");
    }
}
