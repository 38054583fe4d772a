using System.CommandLine;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Ops;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options of a training that goes on from a trained network.</summary>
internal sealed class TransferOptions
{
    private readonly Option<string?> _from = new("--from")
    {
        Description = "Start from this model; if --classes differs from its number of classes, its last layer is replaced by a new one.",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _freeze = new("--freeze")
    {
        Description = $"With --from: the last frozen layer, by its name in 'summary', or {Transfer.AllButLast}. Without --augment the output of the frozen layers is computed once for each image.",
        HelpName = $"UNTIL|{Transfer.AllButLast}",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_from, _freeze];

    /// <summary>Whether a command line names a model to go on from.</summary>
    public bool IsGiven(ParseResult line) => line.GetValue(_from) is not null;

    /// <summary>Makes sure that the options fit together, and goes without those that a model answers.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="others">Options that say what the model says.</param>
    /// <exception cref="RunException">They do not.</exception>
    public void RequireSense(ParseResult line, params Option[] others)
    {
        if (!IsGiven(line) && line.GetValue(_freeze) is not null)
        {
            throw new RunException(ExitCode.Usage, "--freeze says what of the model of --from stays as it is; name a model with --from, or leave it out.");
        }

        if (IsGiven(line) && Array.Find(others, option => line.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new RunException(ExitCode.Usage, $"--from takes the network and the preprocessing of its model; leave out {other.Name}.");
        }
    }

    /// <summary>How pictures are prepared for the model; null if none is named.</summary>
    /// <exception cref="DataFileException">The file is no model.</exception>
    public PictureDefaults? Pictures(ParseResult line)
    {
        if (line.GetValue(_from) is not { } path)
        {
            return null;
        }

        using Model source = ModelFile.ReadArchitecture(path);
        return PictureDefaults.Of(path, source.Input.Shape);
    }

    /// <summary>Loads the model and describes what is trained of it.</summary>
    /// <param name="line">The command line; it names a model.</param>
    /// <param name="images">The training images.</param>
    /// <param name="renderer">Shows what a person should know about the file.</param>
    /// <exception cref="DataFileException">The file is no such model, or the images are not of the size that it takes.</exception>
    /// <exception cref="RunException">There is no such layer.</exception>
    public Trainee Create(ParseResult line, LabelledImages images, Renderer renderer)
    {
        string path = line.GetValue(_from)!;
        Model source = SavedModel.Load(path, new ReferenceBackend<float>(), renderer);
        try
        {
            if (source.Input.Shape != images.ItemShape)
            {
                throw new DataFileException(path, $"The model '{path}' takes images of {source.Input.Shape}, and the training images are {images.ItemShape}; use images of its size.");
            }

            // Without --freeze everything is trained, from where the model stands.
            return new Trainee(source, Transfer.Of(source, images.Classes, line.GetValue(_freeze) ?? Transfer.NoLayer));
        }
        catch (ArgumentException misfit)
        {
            source.Dispose();
            throw new RunException(ExitCode.Usage, $"The training cannot start from '{path}' like that: {misfit.Message.Split(" (Parameter")[0].TrimEnd('.')}.", path);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The settings that a resumed training has to share with the one that it continues.</summary>
    public Dictionary<string, string> Settings(ParseResult line, Trainee trainee) => trainee.SourceSha256 is not { } hash
        ? []
        : new() { ["weights of --from"] = hash[..16], ["--freeze"] = line.GetValue(_freeze) ?? Transfer.NoLayer };
}
