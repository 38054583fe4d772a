using NeuralCore.Data;
using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Stages;

namespace NeuralCore.Imaging.Segmentation;

/// <summary>
/// Reads every digit of a line or a sheet. The ink is found (<see cref="PageInk"/>), sorted into lines (<see cref="TextLines"/>), each
/// line is cut into more parts than it has digits (<see cref="SegmentedLine"/>), the network looks at every run of parts that
/// may be a digit, all in one batch, and the cheapest way through each line is its reading (<see cref="LineReading"/>).
/// </summary>
public static class SheetReader
{
    /// <summary>However sure the network is that something is no other digit, it may be wrong: less probable than this is nothing.</summary>
    private const float LeastProbable = 1e-6f;

    /// <summary>Reads a page.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="model">A compiled model or an ensemble that takes 28x28 pixels, light ink on black, and knows the ten digits.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <returns>The digits; none if the photo shows no ink.</returns>
    public static SheetReading Read(ColourImage photo, IClassifier model, Action<StagePicture>? keep = null)
    {
        PageInk page = PageInk.Find(photo, keep);
        if (page.Pieces.Count == 0)
        {
            return new SheetReading([]);
        }

        SegmentedLine[] lines = [.. TextLines.Find(page.Pieces).Select(pieces => SegmentedLine.Of(pieces, page.Stroke))];
        keep?.Invoke(PagePicture.Parts(page, lines));
        (int Line, int Begin, int End)[] candidates =
            [.. lines.SelectMany((line, number) => LineReading.Candidates(line).Select(run => (number, run.Begin, run.End)))];
        byte[] frames = [.. candidates.SelectMany(candidate => Frame(lines[candidate.Line], candidate.Begin, candidate.End))];
        Predictions seen = model.Predict(new LabelledImages(frames, new byte[candidates.Length], MnistFrame.Side, MnistFrame.Side));
        var found = new List<FoundDigit>();
        for (int number = 0; number < lines.Length; number++)
        {
            SegmentedLine line = lines[number];
            Dictionary<(int Begin, int End), int> items = Enumerable.Range(0, candidates.Length).Where(i => candidates[i].Line == number)
                .ToDictionary(i => (candidates[i].Begin, candidates[i].End));
            Dictionary<(int Begin, int End), double> costs = items.ToDictionary(
                item => item.Key,
                item => DigitCost.Of(line, item.Key.Begin, item.Key.End) - Math.Log(Math.Max(LeastProbable, seen.Probability(item.Value))));
            foreach ((int begin, int end) in LineReading.Cheapest(line.Parts.Count, costs))
            {
                int item = items[(begin, end)];
                found.Add(new FoundDigit(seen.Class(item), seen.Probability(item), page.OnPhoto(line.Bounds(begin, end), photo), number));
            }
        }

        var reading = new SheetReading(found);
        keep?.Invoke(PagePicture.Boxes(photo, reading));
        return reading;
    }

    private static byte[] Frame(SegmentedLine line, int begin, int end) =>
        DigitPipeline.Frame(Tails.Shorten(line.Join(begin, end).Ink, line.Height, line.Stroke)).ToBytes();
}
