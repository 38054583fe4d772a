using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>A digit of a drawing.</summary>
/// <param name="Box">Where it is, in pixels of the drawing.</param>
/// <param name="Picture">What the network sees: 28x28, from 0 (no ink) to 255.</param>
/// <param name="Probabilities">How probable it takes each class to be.</param>
public sealed record DrawnDigit(Box Box, byte[] Picture, float[] Probabilities)
{
    /// <summary>The most probable class.</summary>
    public int Digit => Array.IndexOf(Probabilities, Probabilities.Max());
}

/// <summary>
/// Reads what is drawn on a screen. The ink is known, so none of the stages that find it on paper run, which makes it fast enough to read a digit
/// while it is being drawn.
/// </summary>
public static class DrawingReader
{
    /// <summary>The height that digits are scaled down to before they are segmented, in pixels: as on a sheet.</summary>
    private const double DigitHeight = 64;

    /// <summary>Pieces below this share of the usual height are slips of the pen and left out.</summary>
    private const double Slip = 0.12;

    /// <summary>Reads a drawing.</summary>
    /// <param name="ink">The pixels that were drawn.</param>
    /// <param name="model">A compiled network that takes 28x28 pixels, light ink on black.</param>
    /// <param name="alphabet">The signs that it knows; the ten digits if null.</param>
    /// <returns>The digits, line by line from the top and each from the left; none if nothing is drawn.</returns>
    public static IReadOnlyList<DrawnDigit> Read(Mask ink, IClassifier model, Alphabet? alphabet = null)
    {
        if (ink.Bounds() is not { } box)
        {
            return [];
        }

        Mask cut = ink.Crop(box);
        return IsOne(cut) ? [Single(cut, box, model)] : Lines(cut, box, model, (alphabet ?? Alphabet.Digits).Shapes);
    }

    /// <summary>What the network sees of a drawing that is known to be one sign: 28x28, from 0 (no ink) to 255.</summary>
    /// <param name="ink">The pixels that were drawn.</param>
    /// <returns>Null if nothing is drawn.</returns>
    public static byte[]? Frame(Mask ink) => ink.Bounds() is { } box ? DigitPipeline.Frame(ink.Crop(box)).ToBytes() : null;

    /// <summary>Whether a drawing is one digit. Around it is room on all sides, since what touches the edge of a photo may be the table.</summary>
    private static bool IsOne(Mask cut)
    {
        Mask padded = cut.Padded(Math.Max(cut.Width, cut.Height));
        return !DigitChoice.IsOneOfSeveral(padded, DigitChoice.Find(padded));
    }

    private static DrawnDigit Single(Mask cut, Box box, IClassifier model)
    {
        byte[] picture = DigitPipeline.Frame(cut).ToBytes();
        return new DrawnDigit(box, picture, model.Predict(picture));
    }

    private static IReadOnlyList<DrawnDigit> Lines(Mask cut, Box box, IClassifier model, SignShapes shapes)
    {
        double scale = Math.Min(1, DigitHeight / TextLines.TypicalHeight([.. Piece.AllOf(cut)]));
        Mask small = cut.ShrunkTo((int)Math.Ceiling(scale * Math.Max(cut.Width, cut.Height)));
        Piece[] all = [.. Piece.AllOf(small)];
        double least = Slip * TextLines.TypicalHeight(all);
        Piece[] pieces = [.. all.Where(piece => Math.Max(piece.Box.Width, piece.Box.Height) >= least)];
        double stroke = Math.Max(1, pieces.Average(piece => StrokeWidth.Measure(piece.Ink)));
        SegmentedLine[] lines = [.. TextLines.Find(pieces).Select(line => SegmentedLine.Of(line, stroke, shapes))];
        (int Line, int Begin, int End)[] candidates = SheetReader.Candidates(lines);
        byte[] frames = SheetReader.Frames(lines, candidates);
        Predictions? seen = SheetReader.Classify(frames, model);
        double back = (double)cut.Width / small.Width;
        var digits = new List<DrawnDigit>();
        foreach ((int line, int item, Box place) in SheetReader.ReadLines(lines, candidates, seen))
        {
            var on = new Box(box.X + (int)(place.X * back), box.Y + (int)(place.Y * back), (int)Math.Ceiling(place.Width * back), (int)Math.Ceiling(place.Height * back));
            digits.Add(new DrawnDigit(on, [.. frames.AsSpan(item * MnistFrame.Side * MnistFrame.Side, MnistFrame.Side * MnistFrame.Side)], seen![item].ToArray()));
        }

        return digits;
    }
}
