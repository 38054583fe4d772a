using NeuralCore.Data;
using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Segmentation;
using NeuralCore.Imaging.Stages;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>What is to be read in photos.</summary>
internal enum PhotoContent
{
    /// <summary>One digit.</summary>
    Digit,

    /// <summary>Lines of digits.</summary>
    Lines,

    /// <summary>The cells of a grid.</summary>
    Grid,
}

/// <summary>
/// Reads photos with a model: several are decoded and taken apart at the same time, and the model looks at one after the other, in the order in which they
/// were named.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="content">What is to be read.</param>
/// <param name="folder">Where the pictures of the stages go, if anywhere.</param>
/// <param name="renderer">Is told what was read.</param>
internal sealed class PhotoReading(IClassifier model, PhotoContent content, ExplainFolder? folder, Renderer renderer)
{
    /// <summary>Reads what can be read, and says of each other picture what is wrong with it.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="threads">How many are taken apart at the same time.</param>
    /// <param name="report">Is told what is wrong.</param>
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
                Action show = content == PhotoContent.Digit ? ReadDigit(picture.Name, photo) : ReadSheet(picture.Name, photo);
                folder?.Write(picture.Name, photo.Stages);
                show();
                isAny = true;
            }
            catch (DataFileException failure)
            {
                report(Failure.Of(failure));
            }
        }

        return isAny;
    }

    private TakenApart TakeApart(PictureSource picture)
    {
        ColourImage photo = picture.Read();
        var stages = new List<StagePicture>();
        Action<StagePicture>? keep = folder is null ? null : stages.Add;
        return content switch
        {
            PhotoContent.Digit => new(DigitPipeline.Run(photo, keep), null, photo.Reduction, stages),
            PhotoContent.Lines => new(null, SheetReader.Prepare(photo, keep), photo.Reduction, stages),
            _ => new(null, SheetReader.PrepareGrid(photo, keep), photo.Reduction, stages),
        };
    }

    private Action ReadDigit(string name, TakenApart photo)
    {
        if (photo.Digit is not { } digit)
        {
            return () => throw new DataFileException(name, $"No ink found in '{name}'; use a picture of a digit that stands out from its paper.");
        }

        DigitReading reading = DigitReader.Read(digit, model);
        var picture = new Drawing(reading.Picture.ToBytes(), reading.Picture.Height, reading.Picture.Width);
        return () => renderer.Prediction(new Prediction(picture, reading.Probabilities, File: name) { Other = reading.Mark, Remarks = [.. Remarks(name, reading)] });
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
            string line = other.IsLineIncluded ? "The line below was left out of" : "The line below was taken for a part of";
            yield return $"{line} the digit in '{name}'; {(other.IsLineIncluded ? "with it" : "without it")} the model sees {Article.Of(other.Digit)} {other.Digit} ({other.Probability:0.0%}).";
        }
    }

    private Action ReadSheet(string name, TakenApart photo)
    {
        if (photo.Sheet?.Read(model) is not { } reading)
        {
            return () => throw new DataFileException(name, $"No grid found in '{name}'; use a picture that shows all of its lines, or leave out --grid.");
        }

        return reading is { Digits.Count: 0, Grid: null }
            ? () => throw new DataFileException(name, $"No ink found in '{name}'; use a picture of digits that stand out from their paper.")
            : () => renderer.Lines(new SheetPrediction(name, reading.EnlargedBy(photo.Reduction)));
    }

    private sealed record TakenApart(PhotoDigit? Digit, PreparedSheet? Sheet, int Reduction, List<StagePicture> Stages);
}
