using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>What a network sees in a photo of one digit.</summary>
/// <param name="Picture">What was shown to it: 28x28, from 0 (no ink) to 255.</param>
/// <param name="Probabilities">How probable it takes each class to be.</param>
/// <param name="Mark">What the photo shows instead of a digit; null if it may be one.</param>
/// <param name="IsOneOfSeveral">Whether the photo seems to show more digits than this one.</param>
/// <param name="Turned">What it is if it is turned on its side, where it looks so; null elsewhere.</param>
/// <param name="Other">What it is if something belongs to it that was taken for a line beside it; null where there is nothing to decide.</param>
public sealed record DigitReading(GrayImage Picture, float[] Probabilities, MarkKind? Mark, bool IsOneOfSeveral, OtherReading? Turned, OtherReading? Other)
{
    /// <summary>The most probable class.</summary>
    public int Digit => Array.IndexOf(Probabilities, Probabilities.Max());
}

/// <summary>How else a photo can be read.</summary>
/// <param name="Digit">The class.</param>
/// <param name="Probability">How probable the network takes it to be then.</param>
/// <param name="IsLineIncluded">Whether this is the reading with the line; else it is the one without.</param>
public sealed record OtherReading(int Digit, float Probability, bool IsLineIncluded);

/// <summary>Reads the digit of a photo: the stages find it, the network says what it is, and where the stages cannot decide it does.</summary>
public static class DigitReader
{
    /// <summary>A reading less probable than this is no doubt.</summary>
    private const float LeastDoubt = 0.4f;

    /// <summary>Turned upright, a digit is at least this probable.</summary>
    private const float LeastUpright = 0.95f;

    /// <summary>Reads a photo.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="model">A compiled network that takes 28x28 pixels, light ink on black.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <param name="isDigit">Whether it is a digit: <see cref="DigitPipeline.Run"/>.</param>
    /// <returns>What the network sees; null if the photo shows no ink.</returns>
    public static DigitReading? Read(ColourImage photo, IClassifier model, Action<StagePicture>? keep = null, bool isDigit = true) =>
        DigitPipeline.Run(photo, keep, isDigit) is { } digit ? Read(digit, model) : null;

    /// <summary>Reads a digit that was found.</summary>
    /// <param name="digit">From <see cref="DigitPipeline.Run"/>.</param>
    /// <param name="model">A compiled network that takes 28x28 pixels, light ink on black.</param>
    public static DigitReading Read(PhotoDigit digit, IClassifier model)
    {
        OtherReading? turned = Upright(digit, model);
        var reading = new DigitReading(digit.Picture, model.Predict(digit.Picture.ToBytes()), digit.Mark, digit.IsOneOfSeveral && turned is null, turned, null);
        if (digit.WithLine is not { } withLine)
        {
            return reading;
        }

        DigitReading whole = reading with { Picture = withLine, Probabilities = model.Predict(withLine.ToBytes()) };
        (DigitReading chosen, DigitReading left) = whole.Probabilities.Max() > reading.Probabilities.Max() ? (whole, reading) : (reading, whole);
        return chosen with { Other = Doubt(chosen, left, ReferenceEquals(left, whole)) };
    }

    /// <summary>What a digit on its side is, turned upright. Several that touch look like one too; what they look like turned is hardly ever clear.</summary>
    private static OtherReading? Upright(PhotoDigit digit, IClassifier model)
    {
        float[][] ways = [.. digit.Turned.Select(picture => model.Predict(picture.ToBytes()))];
        return ways.Length > 0 && ways.MaxBy(way => way.Max()) is { } best && best.Max() >= LeastUpright
            ? new OtherReading(Array.IndexOf(best, best.Max()), best.Max(), IsLineIncluded: false)
            : null;
    }

    private static OtherReading? Doubt(DigitReading chosen, DigitReading left, bool isLineIncluded) =>
        left.Digit != chosen.Digit && left.Probabilities.Max() >= LeastDoubt ? new OtherReading(left.Digit, left.Probabilities.Max(), isLineIncluded) : null;
}
