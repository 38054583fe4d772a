using System.CommandLine;
using NeuralCore.Data;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Trainer.Output;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options that name the images, and say how they are stored and prepared.</summary>
internal sealed class DataOption
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Images: a folder of the four IDX files, plain or .gz; or a folder, .tar, .tar.gz or .zip of pictures in a folder for each class, below train and test or without. MNIST if omitted.",
        HelpName = "PATH",
    };

    private readonly Option<bool> _transpose = new("--transpose")
    {
        Description = "The images of --data are stored with rows and columns exchanged. EMNIST's are known by their names.",
    };

    private readonly Option<string?> _only = new("--only") { Description = "Take only the classes in this folder of --data, such as upper.", HelpName = "FOLDER" };

    private readonly Option<string?> _cache = ReportFolder.CreateOption("--cache", "Keep prepared pictures of --data in this folder; the next run on the same pictures reads them from there.");

    private readonly Option<string?> _prepare = new("--prepare")
    {
        Description = "What becomes of pictures of --data, for training and prediction. picture: the middle square, scaled; frame: the ink of one sign, found, scaled to 20x20 and centred in 28x28; "
            + "digit: the same, without lines below or beside it. Default: that of the preset or of --from, else picture.",
        HelpName = "picture|frame|digit",
    };

    private readonly Option<int?> _side = new("--image-size")
    {
        Description = $"Rows and columns of prepared pictures. Default: those of the pictures, at most {PictureSet.LargestSide}.",
        HelpName = "N",
    };

    private readonly Option<int?> _channels = new("--channels") { Description = "1: gray, 3: colour. Default: what the pictures are.", HelpName = "1|3" };

    private readonly Option<double> _testSplit = OptionOf.Number(
        "--test-split", "Fraction of each class that is held out as test images, from its end, where pictures are not in two parts.", 0.1, "above 0 and below 1", x => x is > 0 and < 1);

    public DataOption()
    {
        OptionOf.ParseWholeNumber(_side, PicturePreparation.SmallestSide);
        OptionOf.ParseWholeNumber(_channels, 1);
        _prepare.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && PicturePreparation.ParseKind(word) is null)
            {
                result.AddError($"--prepare takes picture, frame or digit, not '{word}'");
            }
        });
        _channels.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && text is not ("1" or "3"))
            {
                result.AddError($"--channels takes 1 or 3, not '{text}'");
            }
        });
    }

    /// <summary>Those of commands that use a model.</summary>
    public IEnumerable<Option> All => [_data, _transpose, _only, _cache];

    /// <summary>Those of a command that makes one.</summary>
    public IEnumerable<Option> AllForTraining => [.. All, .. Preparing, _testSplit];

    /// <summary>Those that say what becomes of pictures.</summary>
    public IEnumerable<Option> Preparing => [_prepare, _side, _channels];

    /// <summary>Those that say which pictures are taken, and where they are kept.</summary>
    public IEnumerable<Option> Taking => [_only, _cache];

    /// <summary>Whether a command line names data.</summary>
    public bool IsGiven(ParseResult line) => line.GetResult(_data) is not null;

    /// <summary>The folder or archive.</summary>
    /// <exception cref="DataFileException">None is given, and the project's own is not there.</exception>
    public string Folder(ParseResult line) => line.GetValue(_data) ?? Mnist.FindDirectory();

    /// <summary>The training and the test images.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="classes">The number of classes, where the images are not in folders of classes.</param>
    /// <param name="defaults">What is done to pictures where the command line does not say.</param>
    /// <param name="reader">Reads pictures.</param>
    /// <exception cref="DataFileException">A file is missing or damaged.</exception>
    public LoadedData Load(ParseResult line, int classes, PictureDefaults defaults, PictureReader reader)
    {
        string path = Folder(line);
        if (!PictureSet.IsOne(path))
        {
            RequireNone(line, path, [.. Taking, .. Preparing, _testSplit]);
            (LabelledImages train, LabelledImages test) = Mnist.Load(path, classes, Transpose(line));
            return new LoadedData(train, test);
        }

        PictureSet pictures = reader.Read(path, line.GetValue(_cache), Options(line, defaults) with { TestSplit = line.GetValue(_testSplit) });
        if (pictures.Train.Classes < 2)
        {
            throw new DataFileException(path, $"All pictures in '{path}' are of one class, '{pictures.Train.ClassNames![0]}'; a training takes two or more, a folder each.");
        }

        return pictures.Test is { } held && pictures.Train.Count > 0
            ? new LoadedData(pictures.Train, held, pictures.Preparation)
            : throw new DataFileException(path, $"'{path}' has too few pictures to hold some out as a test; add some, or put test pictures into folders below 'test'.");
    }

    /// <summary>All images of a path, to be inspected.</summary>
    public PictureSet LoadAll(ParseResult line, string path, PictureReader reader) => reader.Read(path, line.GetValue(_cache), Options(line, PictureDefaults.None));

    /// <summary>The test images, to try a model on; all pictures if they are not in two parts.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="model">The model, whose classes and preparation are taken.</param>
    /// <param name="file">The model's file, and what it keeps.</param>
    /// <param name="reader">Reads pictures.</param>
    /// <exception cref="DataFileException">A file is missing or damaged, or the images are not of the size that the model takes.</exception>
    public LabelledImages LoadTest(ParseResult line, Model model, (string Path, ModelNotes Notes) file, PictureReader reader)
    {
        string folder = Folder(line);
        if (PictureSet.IsOne(folder))
        {
            PicturePreparation preparation = file.Notes.PreparationFor(model.Input.Shape)
                ?? throw new DataFileException(file.Path, $"The model '{file.Path}' takes images of {model.Input.Shape} and does not say how pictures become that; use a model that was trained on pictures.");
            var options = new PictureOptions
            {
                Kind = preparation.Kind,
                Side = preparation.Side,
                Channels = preparation.Channels,
                Only = line.GetValue(_only),
                Classes = file.Notes.NamesOf(model.Classes),
            };
            PictureSet pictures = reader.Read(folder, line.GetValue(_cache), options);
            return pictures.Test ?? pictures.Train;
        }

        RequireNone(line, folder, [.. Taking]);
        LabelledImages images = Mnist.LoadTest(folder, Math.Min(model.Classes, byte.MaxValue + 1), Transpose(line));
        return images.ItemShape == model.Input.Shape
            ? images
            : throw new DataFileException(
                file.Path,
                $"The model '{file.Path}' takes images of {model.Input.Shape} and those in '{folder}' are {images.ItemShape}; name the folder of its own data with --data.");
    }

    private PictureOptions Options(ParseResult line, PictureDefaults defaults)
    {
        PictureKind kind = PicturePreparation.ParseKind(line.GetValue(_prepare)) ?? defaults.Kind ?? PictureKind.Picture;
        if (kind != PictureKind.Picture && (line.GetValue(_side) ?? PicturePreparation.Frame.Side) != PicturePreparation.Frame.Side)
        {
            throw new RunException(ExitCode.Usage, $"The preparation '{PicturePreparation.NameOf(kind)}' gives images of 28 x 28; leave out --image-size, or use --prepare picture.");
        }

        return new PictureOptions
        {
            Kind = kind,
            Side = line.GetValue(_side) ?? defaults.Side,
            Channels = line.GetValue(_channels) ?? defaults.Channels,
            Only = line.GetValue(_only),
        };
    }

    /// <summary>Options for pictures say nothing about IDX files.</summary>
    private static void RequireNone(ParseResult line, string path, Option[] options)
    {
        if (Array.Find(options, option => line.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new RunException(ExitCode.Usage, $"{given.Name} is for pictures in folders, and '{path}' holds IDX files; leave it out.");
        }
    }

    private bool? Transpose(ParseResult line) => line.GetResult(_transpose) is { Implicit: false } ? line.GetValue(_transpose) : null;
}

/// <summary>What is done to pictures where the command line does not say.</summary>
/// <param name="Kind">What is done; the middle square of the whole picture if null.</param>
/// <param name="Side">The rows and columns; chosen by the pictures if null.</param>
/// <param name="Channels">1 or 3; chosen by the pictures if null.</param>
internal sealed record PictureDefaults(PictureKind? Kind = null, int? Side = null, int? Channels = null)
{
    /// <summary>None is given.</summary>
    public static PictureDefaults None { get; } = new();

    /// <summary>How pictures are prepared for a model from which a training starts.</summary>
    public static PictureDefaults Of(string modelPath, Shape shape) =>
        ModelNotes.Read(modelPath).PreparationFor(shape) is { } preparation ? new PictureDefaults(preparation.Kind, preparation.Side, preparation.Channels) : None;
}
