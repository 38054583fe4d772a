using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Trainer.Output;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>Asks a saved model what it sees: in photos and drawings of digits, or in one test image.</summary>
internal sealed class PredictCommand : TrainerCommand
{
    private readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "Photos or drawings of one digit each (or of what the model knows), or of many with --multi: PNG, JPEG, WebP, BMP, GIF or TIFF files, folders of them, or - for the standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _models = ModelOption.CreateSeveral(required: false);

    private readonly Option<int?> _index = new("--index")
    {
        Description = "A test image instead, counted from 0.",
        HelpName = "N",
    };

    private readonly Option<bool> _multi = new("--multi") { Description = "Read every digit of a line or a sheet, a sudoku cell by cell; with a model of letters, words." };

    private readonly Option<bool> _grid = new("--grid") { Description = "Read the cells of a grid of any size, at most one digit each." };

    private readonly Option<string?> _explain = new("--explain")
    {
        Description = "Save what each stage between a photo and the network made of it, as pictures in a folder.",
        HelpName = "DIR",
    };

    private readonly PreprocessOption _preparation = ModelOption.Preparation();
    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public PredictCommand()
        : base("predict", "Asks a saved model, or several together, what they see in photos, drawings or a test image.")
    {
        OptionOf.ParseWholeNumber(_index, 0);
        Arguments.Add(_images);
        Take([_models, _index, _multi, _grid, _explain, .. _data.All, _preparation, .. _backend.All]);
        Validators.Add(result =>
        {
            bool hasImages = result.GetResult(_images)?.Tokens.Count > 0;
            bool hasIndex = result.GetResult(_index) is not null;
            if (hasImages == hasIndex)
            {
                result.AddError(hasIndex ? "predict takes images or --index, not both" : "predict takes images, or --index for a test image");
            }
            else if (hasIndex && (result.GetValue(_multi) || result.GetValue(_grid)))
            {
                result.AddError($"{(result.GetValue(_multi) ? _multi : _grid).Name} reads photos, and a test image has one digit");
            }
            else if (hasIndex && result.GetResult(_explain) is not null)
            {
                result.AddError("--explain shows what became of a photo, and a test image stays as it is");
            }
        });
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string[] paths = line.GetValue(_models) is { Length: > 0 } named ? named : [ModelOption.Locate(null, renderer)];
        string path = paths[0];
        using Ensemble models = SavedModel.LoadAll(paths, () => _backend.Create(line), renderer, _preparation.Value(line));
        ModelNotes notes = ModelNotes.Read(path);
        renderer.Show(new ClassesNamed(new(notes.ClassNames)));
        bool isDone = line.GetValue(_index) is { } index
            ? PredictTestImage(index, line, models, (path, notes), renderer, cancellationToken)
            : PredictPhotos(line, models, (path, notes), renderer, cancellationToken);
        if (isDone)
        {
            renderer.Show(new RunEnd(paths, null, paths.Length == 1 ? models.Members[0].WeightsSha256() : null, Stopwatch.GetElapsedTime(start).TotalSeconds));
        }
    }

    private bool PredictTestImage(int index, ParseResult line, Ensemble model, (string Path, ModelNotes Notes) file, Renderer renderer, CancellationToken cancellationToken)
    {
        LabelledImages test = _data.LoadTest(line, model.Members[0], file, new PictureReader(renderer, _backend.Threads(line), cancellationToken));
        if (index >= test.Count)
        {
            throw new RunException(ExitCode.Usage, $"There is no test image {index:N0}; --index takes 0 to {test.Count - 1:N0}.");
        }

        renderer.Show(new Prediction(new Drawing(test, index), file.Notes.Predict(model, test.Pixels(index)), new TestImage(index, test.Label(index))));
        return true;
    }

    private bool PredictPhotos(ParseResult line, Ensemble model, (string Path, ModelNotes Notes) file, Renderer renderer, CancellationToken cancellationToken)
    {
        string path = file.Path;
        PicturePreparation preparation = file.Notes.PreparationFor(model.ItemShape)
            ?? throw new DataFileException(path, $"The model '{path}' takes images of {model.ItemShape} and does not say how photos become that; use a model that was trained on MNIST or on pictures.");
        PhotoContent content = line.GetValue(_grid) ? PhotoContent.Grid : line.GetValue(_multi) ? PhotoContent.Lines : PhotoContent.Digit;
        if (content != PhotoContent.Digit && preparation.Kind == PictureKind.Picture)
        {
            string option = (content == PhotoContent.Grid ? _grid : _multi).Name;
            throw new DataFileException(path, $"The model '{path}' takes whole pictures, and {option} reads digits and letters on paper; use a model that was trained on those.");
        }

        ExplainFolder? folder = line.GetValue(_explain) is { } explain ? new ExplainFolder(explain) : null;
        return new PhotoReading(model, content, preparation, file.Notes, folder, renderer).Read(Pictures(line.GetValue(_images)!), _backend.Threads(line), Report, cancellationToken);
    }

    /// <summary>The pictures of all arguments. What is wrong with a folder is reported when its turn comes, as it is with a file.</summary>
    private static IEnumerable<PictureSource> Pictures(string[] arguments)
    {
        foreach (string argument in arguments)
        {
            IEnumerable<PictureSource> pictures;
            try
            {
                pictures = PictureSource.Of(argument, Console.OpenStandardInput());
            }
            catch (DataFileException failure)
            {
                pictures = [new PictureSource(argument, () => throw failure)];
            }

            foreach (PictureSource picture in pictures)
            {
                yield return picture;
            }
        }
    }
}
