using NeuralCore.Data;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Imaging.Explaining;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>What is to be read in photos.</summary>
internal enum PhotoContent
{
    /// <summary>One digit.</summary>
    Digit,

    /// <summary>Lines of digits, or of words.</summary>
    Lines,

    /// <summary>The cells of a grid.</summary>
    Grid,
}

/// <summary>
/// Reads photos with a model: several are decoded and taken apart at the same time, and the model looks at one after the other, in the order in which they
/// were named.
/// </summary>
/// <param name="model">The models that read together, most often one.</param>
/// <param name="content">What is to be read.</param>
/// <param name="preparation">How pictures are prepared for the models.</param>
/// <param name="notes">How the models predict.</param>
/// <param name="folder">Where the pictures of the stages go, if anywhere.</param>
/// <param name="renderer">Shows what was read.</param>
internal sealed class PhotoReading(Ensemble model, PhotoContent content, PicturePreparation preparation, ModelNotes notes, ExplainFolder? folder, Renderer renderer)
{
    private readonly ClassNames _names = new(notes.ClassNames);
    private readonly Alphabet _alphabet = notes.AlphabetOf(model.Classes);

    /// <summary>Reads what can be read, and says of each other picture what is wrong with it.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="threads">How many are taken apart at the same time.</param>
    /// <param name="report">Reports what is wrong.</param>
    /// <param name="cancellationToken">Ends between two pictures.</param>
    /// <returns>Whether any could be read.</returns>
    public bool Read(IEnumerable<PictureSource> pictures, int threads, Action<Failure> report, CancellationToken cancellationToken)
    {
        bool isAny = false;
        foreach ((PictureSource picture, Func<TakenApart> result) in InOrder.Select(pictures, threads, TakeApart, cancellationToken))
        {
            try
            {
                TakenApart photo = result();
                (Action show, Func<ExplainedPhoto> explain) = preparation.Kind == PictureKind.Picture ? ReadWhole(picture.Name, photo)
                    : content == PhotoContent.Digit ? ReadDigit(picture.Name, photo)
                    : ReadSheet(picture.Name, photo);
                folder?.Write(picture.Name, explain());
                show();
                isAny = true;
            }
            catch (DataFileException failure)
            {
                report(Failure.Of(failure));
            }
        }

        folder?.WritePage(renderer);
        return isAny;
    }

    private TakenApart TakeApart(PictureSource picture)
    {
        ColourImage photo = picture.Read();
        var stages = new List<StagePicture>();
        Action<StagePicture>? keep = folder is null ? null : stages.Add;
        return content switch
        {
            PhotoContent.Digit when preparation.Kind == PictureKind.Picture => new(photo, null, null, stages),
            PhotoContent.Digit => new(photo, DigitPipeline.Run(photo, keep, isDigit: preparation.Kind == PictureKind.Digit), null, stages),
            PhotoContent.Lines => new(photo, null, SheetReader.Prepare(photo, keep, _alphabet), stages),
            _ => new(photo, null, SheetReader.PrepareGrid(photo, keep, _alphabet), stages),
        };
    }

    private (Action Show, Func<ExplainedPhoto> Explain) ReadDigit(string name, TakenApart photo)
    {
        if (photo.Digit is not { } digit)
        {
            return (
                () => throw new DataFileException(name, $"No ink found in '{name}'; use a picture of {(_alphabet.HasLetters ? "one sign" : "a digit")} that stands out from its paper."),
                () => new ExplainedPhoto(name, "no ink found", photo.Stages));
        }

        DigitReading reading = DigitReader.Read(digit, model);
        var picture = new Drawing(reading.Picture.ToBytes(), reading.Picture.Height, reading.Picture.Width);
        var prediction = new Prediction(picture, reading.Probabilities, File: name) { Other = reading.Mark, Remarks = [.. Remarks(name, reading), .. Doubts(name, reading.Probabilities)] };
        return (() => renderer.Show(prediction), () => Explain(name, prediction, reading.Picture.ToBytes(), photo.Stages));
    }

    private (Action Show, Func<ExplainedPhoto> Explain) ReadWhole(string name, TakenApart photo)
    {
        var pixels = new byte[preparation.Length];
        if (preparation.Apply(photo.Photo, pixels, folder is null ? null : photo.Stages.Add) is { } fault)
        {
            throw new DataFileException(name, $"The file '{name}' {fault}; use a larger one.");
        }

        var picture = new Drawing(Drawing.Brightness(pixels, preparation.Channels), preparation.Side, preparation.Side);
        var prediction = new Prediction(picture, notes.Predict(model, pixels), File: name);
        return (() => renderer.Show(prediction), () => Explain(name, prediction, pixels, photo.Stages));
    }

    private ExplainedPhoto Explain(string name, Prediction prediction, byte[] pixels, IReadOnlyList<StagePicture> stages)
    {
        string answer = prediction.Other is { } mark
            ? $"no digit, but {MarkWords.Phrase(mark)}"
            : $"{(_names.Any ? "" : $"{Article.Of(prediction.Digit)} ")}{_names[prediction.Digit]}, {prediction.Probabilities[prediction.Digit]:0.0%} probable";
        return new ExplainedPhoto(name, answer, stages)
        {
            Remarks = prediction.Remarks,
            Seen = prediction.Other is not null ? null : new SeenPicture(pixels, preparation.Side, prediction.Probabilities, Gradient(pixels, prediction.Digit))
            {
                Channels = preparation.Channels,
                ClassNames = notes.ClassNames,
                Regions = preparation.Kind == PictureKind.Picture ? Regions(pixels, prediction.Digit) : null,
            },
        };
    }

    /// <summary>The regions from which the score of the answer comes; null for several models, whose layers differ, and where no layer tells.</summary>
    private RegionMap? Regions(byte[] pixels, int answer) => model.Members is [var only] && GradCam.LayerOf(only) is { } layer
        ? new RegionMap(GradCam.Map(only, layer, [.. pixels.Select(pixel => (float)pixel)], answer), layer.Output.Shape[1])
        : null;

    /// <summary>The mean of the models' gradients of the answer's score with respect to the pixels.</summary>
    private float[] Gradient(byte[] pixels, int answer)
    {
        float[] item = [.. pixels.Select(pixel => (float)pixel)];
        float[][] gradients = [.. model.Members.Select(member => member.InputGradient(item, answer))];
        return [.. Enumerable.Range(0, item.Length).Select(i => gradients.Average(gradient => gradient[i]))];
    }

    /// <summary>Capitals and small letters, and letters and digits, that are written alike.</summary>
    private IEnumerable<string> Doubts(string name, float[] probabilities)
    {
        if (LookAlikes.Doubt(probabilities, _names) is { } other)
        {
            yield return $"The sign in '{name}' may also be {_names[other]} ({probabilities[other]:0.0%}): it is written alike, and only its size beside others would tell.";
        }
    }

    private static IEnumerable<string> Remarks(string name, DigitReading reading)
    {
        if (reading.IsOneOfSeveral)
        {
            yield return $"'{name}' seems to show more than one digit, and this is one of them; --multi reads them all.";
        }

        if (reading.Turned is { } upright)
        {
            yield return $"'{name}' seems to be turned; turned upright, the model sees {Article.Of(upright.Digit)} {upright.Digit} ({upright.Probability:0.0%}).";
        }

        if (reading.Other is { } other)
        {
            string line = other.IsLineIncluded ? "The line below was left out of" : "The line below was read as part of";
            yield return $"{line} the digit in '{name}'; {(other.IsLineIncluded ? "with it" : "without it")} the model sees {Article.Of(other.Digit)} {other.Digit} ({other.Probability:0.0%}).";
        }
    }

    private (Action Show, Func<ExplainedPhoto> Explain) ReadSheet(string name, TakenApart photo) => photo.Sheet?.Read(model) switch
    {
        null => (
            () => throw new DataFileException(name, $"No grid found in '{name}'; use a picture that shows all of its lines, or leave out --grid."),
            () => new ExplainedPhoto(name, "no grid found", photo.Stages)),
        { Digits.Count: 0, Grid: null } => (
            () => throw new DataFileException(name, $"No ink found in '{name}'; use a picture of {(_alphabet.HasLetters ? "signs" : "digits")} that stand out from their paper."),
            () => new ExplainedPhoto(name, "no ink found", photo.Stages)),
        { } reading => (
            () => renderer.Show(new SheetPrediction(name, reading.EnlargedBy(photo.Photo.Reduction))),
            () => new ExplainedPhoto(name, SheetText.Title(reading), [.. photo.Stages, PagePicture.Boxes(photo.Photo, reading)]) { Lines = reading.Lines, Remarks = SheetText.Remarks(reading) }),
    };

    private sealed record TakenApart(ColourImage Photo, PhotoDigit? Digit, PreparedSheet? Sheet, List<StagePicture> Stages);
}
