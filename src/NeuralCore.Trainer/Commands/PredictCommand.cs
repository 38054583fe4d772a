using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Segmentation;
using NeuralCore.Imaging.Stages;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Asks a saved model what it sees: in photos and drawings of a digit each, or in one test image.</summary>
internal sealed class PredictCommand : TrainerCommand
{
    private static readonly Shape PhotoShape = new(MnistFrame.Side, MnistFrame.Side, 1);

    private const int Digits = 10;

    private readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "Photos or drawings of one digit each, or of many with --multi: PNG, JPEG, WebP, BMP or GIF.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _models = ModelOption.CreateSeveral();

    private readonly Option<int?> _index = new("--index")
    {
        Description = "A test image instead, counted from 0.",
        HelpName = "N",
    };

    private readonly Option<bool> _multi = new("--multi") { Description = "Read every digit of a line or a sheet." };

    private readonly Option<string?> _explain = new("--explain")
    {
        Description = "Save what each stage between a photo and the network made of it, as pictures in a folder.",
        HelpName = "DIR",
    };

    private readonly ChoiceOption<Preprocessing> _preparation = ModelOption.Preparation();
    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public PredictCommand()
        : base("predict", "Asks a saved model, or several together, what they see in photos, drawings or a test image.")
    {
        OptionOf.ParseWholeNumber(_index, 0);
        Arguments.Add(_images);
        Take([_models, _index, _multi, _explain, _data.Option, _preparation, .. _backend.All]);
        Validators.Add(result =>
        {
            bool hasImages = result.GetResult(_images)?.Tokens.Count > 0;
            bool hasIndex = result.GetResult(_index) is not null;
            if (hasImages == hasIndex)
            {
                result.AddError(hasIndex ? "predict takes images or --index, not both" : "predict takes images, or --index for a test image");
            }
            else if (hasIndex && result.GetValue(_multi))
            {
                result.AddError("--multi reads photos, and a test image has one digit");
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
        string[] paths = line.GetRequiredValue(_models);
        string path = paths[0];
        using Ensemble models = SavedModel.LoadAll(paths, () => _backend.Create(line), renderer, _preparation.Value(line));
        bool isDone = line.GetValue(_index) is { } index
            ? PredictTestImage(index, line, models, path, renderer)
            : PredictPhotos(line, models, path, renderer, cancellationToken);
        if (isDone)
        {
            renderer.Done(new RunEnd(string.Join(", ", paths), null, paths.Length == 1 ? models.Members[0].WeightsSha256() : null, Stopwatch.GetElapsedTime(start).TotalSeconds));
        }
    }

    private bool PredictTestImage(int index, ParseResult line, Ensemble model, string path, Renderer renderer)
    {
        LabelledImages test = _data.LoadTest(line, model.Members[0], path);
        if (index >= test.Count)
        {
            throw new RunException(ExitCode.Usage, $"There is no test image {index:N0}; --index takes 0 to {test.Count - 1:N0}.");
        }

        renderer.Prediction(new Prediction(new Drawing(test, index), model.Predict(test.Pixels(index)), new TestImage(index, test.Label(index))));
        return true;
    }

    /// <summary>Predicts what can be predicted, and says of each other file what is wrong with it. Whether there was any to predict.</summary>
    private bool PredictPhotos(ParseResult line, Ensemble model, string path, Renderer renderer, CancellationToken cancellationToken)
    {
        if (model.ItemShape != PhotoShape)
        {
            throw new DataFileException(path, $"The model '{path}' takes images of {model.ItemShape}, and photos become {PhotoShape}; use a model that was trained on MNIST.");
        }

        if (line.GetValue(_multi) && model.Classes != Digits)
        {
            throw new DataFileException(path, $"The model '{path}' knows {model.Classes} classes, and --multi reads the ten digits; use a model that was trained on MNIST.");
        }

        ExplainFolder? folder = line.GetValue(_explain) is { } explain ? new ExplainFolder(explain) : null;
        bool isAny = false;
        foreach (string image in line.GetValue(_images)!)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (line.GetValue(_multi))
                {
                    renderer.Lines(new SheetPrediction(image, Read(image, model, folder)));
                }
                else
                {
                    (GrayImage digit, bool isOneOfSeveral) = FindDigit(image, folder);
                    byte[] pixels = digit.ToBytes();
                    renderer.Prediction(new Prediction(new Drawing(pixels, digit.Height, digit.Width), model.Predict(pixels), File: image));
                    if (isOneOfSeveral)
                    {
                        renderer.Remark($"'{image}' seems to show more than one digit, and this is one of them; --multi reads them all.");
                    }
                }

                isAny = true;
            }
            catch (DataFileException failure)
            {
                Report(Failure.Of(failure));
            }
        }

        return isAny;
    }

    private static PhotoDigit FindDigit(string image, ExplainFolder? folder)
    {
        ColourImage photo = ImageFile.Read(image);
        var stages = new List<StagePicture>();
        PhotoDigit? digit = DigitPipeline.Run(photo, folder is null ? null : stages.Add);
        folder?.Write(image, stages);
        return digit ?? throw new DataFileException(image, $"There is no ink to be found in '{image}'; use a picture of a digit that stands out from its paper.");
    }

    private static SheetReading Read(string image, IClassifier model, ExplainFolder? folder)
    {
        ColourImage photo = ImageFile.Read(image);
        var stages = new List<StagePicture>();
        SheetReading reading = SheetReader.Read(photo, model, folder is null ? null : stages.Add);
        folder?.Write(image, stages);
        return reading.Digits.Count > 0
            ? reading
            : throw new DataFileException(image, $"There is no ink to be found in '{image}'; use a picture of digits that stand out from their paper.");
    }
}
