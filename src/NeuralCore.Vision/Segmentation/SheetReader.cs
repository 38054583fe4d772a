using NeuralCore.Data;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Reads every digit of a line or a sheet. A sudoku is read cell by cell (<see cref="GridFinder"/>, <see cref="GridReader"/>). Of any other page
/// the ink is found (<see cref="PageInk"/>), sorted into lines (<see cref="TextLines"/>), each line is cut into more parts than it
/// has digits (<see cref="SegmentedLine"/>), the network looks at every run of parts that may be a digit, all in one batch, and the
/// cheapest way through each line is its reading (<see cref="LineReading"/>).
/// </summary>
public static class SheetReader
{
    /// <summary>However sure the network is that something is no other digit, it may be wrong: less probable than this is nothing.</summary>
    private const float LeastProbable = 1e-6f;

    /// <summary>Reads a page.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="model">A compiled model or an ensemble that takes 28x28 pixels, light ink on black.</param>
    /// <param name="keep">Gets the picture of each stage before the network, if given.</param>
    /// <param name="alphabet">The signs that it knows; the ten digits if null.</param>
    /// <returns>The digits; none if the photo shows no ink.</returns>
    public static SheetReading Read(ColourImage photo, IClassifier model, Action<StagePicture>? keep = null, Alphabet? alphabet = null) => Prepare(photo, keep, alphabet).Read(model);

    /// <summary>Reads a grid that a page is known to have, of up to 20 cells a side, one digit a cell; what stands beside it is left out.</summary>
    /// <param name="photo">The photo, upright.</param>
    /// <param name="model">A compiled network that takes 28x28 pixels, light ink on black.</param>
    /// <param name="keep">Gets the picture of each stage before the network, if given.</param>
    /// <param name="alphabet">The signs that it knows; the ten digits if null.</param>
    /// <returns>The digits; null if no grid is found.</returns>
    public static SheetReading? ReadGrid(ColourImage photo, IClassifier model, Action<StagePicture>? keep = null, Alphabet? alphabet = null) => PrepareGrid(photo, keep, alphabet)?.Read(model);

    /// <summary>Does all of <see cref="Read"/> that needs no network, so that several pages can be made ready at the same time.</summary>
    public static PreparedSheet Prepare(ColourImage photo, Action<StagePicture>? keep = null, Alphabet? alphabet = null)
    {
        alphabet ??= Alphabet.Digits;
        var view = SheetView.Of(photo, PageInk.LongestSide);
        PreparedSheet prepared = Prepare(view, keep, alphabet);

        // A light thing on the table that nothing is written on is no sheet.
        return prepared.IsBlank && view.Sheet is { IsCutOut: true } ? Prepare(SheetView.Of(photo, PageInk.LongestSide, null), keep, alphabet) : prepared;
    }

    /// <summary>Does all of <see cref="ReadGrid"/> that needs no network.</summary>
    /// <returns>Null if no grid is found.</returns>
    public static PreparedSheet? PrepareGrid(ColourImage photo, Action<StagePicture>? keep = null, Alphabet? alphabet = null)
    {
        var view = SheetView.Of(photo, PageInk.LongestSide);
        PaperMarks marks = DigitPipeline.FindMarks(view.Picture.ToPlanes(), view.IsLightInk());
        return GridFinder.Find(marks, isAsked: true) is { } grid ? PrepareCells(view, grid, keep, alphabet ?? Alphabet.Digits) : null;
    }

    private static PreparedSheet Prepare(SheetView view, Action<StagePicture>? keep, Alphabet alphabet)
    {
        BytePlane[] channels = view.Picture.ToPlanes();
        bool isLight = view.IsLightInk();
        PaperMarks marks = DigitPipeline.FindMarks(channels, isLight);
        return !alphabet.HasLetters && GridFinder.Find(marks, isAsked: false) is { } grid
            ? PrepareCells(view, grid, keep, alphabet)
            : PrepareLines(view, PageInk.Find(channels, marks, isLight, keep), keep, alphabet);
    }

    private static PreparedSheet PrepareCells(SheetView view, FoundGrid grid, Action<StagePicture>? keep, Alphabet alphabet)
    {
        GridCell[] cells = [.. GridReader.Cells(view.Picture, grid, keep)];
        byte[] frames = [.. cells.SelectMany(cell => DigitPipeline.Frame(cell.Ink).ToBytes())];
        return new PreparedSheet(frames, isBlank: false, seen => new SheetReading(
            [.. cells.Select((cell, i) => new FoundDigit(seen!.Class(i), seen.Probability(i), view.OnPhoto(cell.Place), cell.Row, cell.Column) { Rival = Rival(seen[i], seen.Class(i)) })],
            new GridSize(grid.Rows, grid.Columns))
        {
            Alphabet = alphabet,
        });
    }

    private static PreparedSheet PrepareLines(SheetView view, PageInk page, Action<StagePicture>? keep, Alphabet alphabet)
    {
        // Of letters a short stroke may be a part, as a bar is of an E, and a dot is one of an i.
        IReadOnlyList<PageMark> signs = alphabet.HasLetters ? [] : PageMarks.Find([.. page.Pieces, .. page.Specks], page.Stroke);
        HashSet<Piece> inSigns = [.. signs.SelectMany(sign => sign.Pieces)];
        Piece[] pieces = [.. page.Pieces.Where(piece => !inSigns.Contains(piece)), .. alphabet.HasLetters && page.Pieces.Count > 0 ? page.Dots : []];
        IReadOnlyList<IReadOnlyList<Piece>> written = pieces.Length == 0 ? [] : TextLines.Find(pieces);
        SegmentedLine[] lines = [.. written.Select(line => SegmentedLine.Of(line, page.Stroke, alphabet.Shapes))];
        keep?.Invoke(PartPicture.Of(page, lines));
        (int Line, int Begin, int End)[] candidates = Candidates(lines);
        byte[] frames = Frames(lines, candidates);
        return new PreparedSheet(frames, isBlank: candidates.Length == 0, seen => new SheetReading([.. WithCases(Read(seen), seen, alphabet).Select(sign => sign with { Box = view.OnPhoto(page.OnPage(sign.Box)) })])
        {
            Alphabet = alphabet,
            Marks = [.. signs.Select(sign => new FoundMark(sign.Kind, view.OnPhoto(page.OnPage(Piece.Union(sign.Pieces).Box)), LineOf(sign)))],
        });

        IEnumerable<(FoundDigit Sign, int Item)> Read(Predictions? seen) =>
            ReadLines(lines, candidates, seen).Select(digit => (new FoundDigit(seen!.Class(digit.Item), seen.Probability(digit.Item), digit.Place, digit.Line) { Rival = Rival(seen[digit.Item], seen.Class(digit.Item)) }, digit.Item));

        int LineOf(PageMark sign) => Math.Max(0, Enumerable.Range(0, written.Count).FirstOrDefault(number => written[number].Contains(sign.Beside), -1));
    }

    /// <summary>Decides between capitals and small letters of the same shape, where the alphabet has both.</summary>
    private static IEnumerable<FoundDigit> WithCases(IEnumerable<(FoundDigit Sign, int Item)> signs, Predictions? seen, Alphabet alphabet)
    {
        if (!alphabet.HasLetters)
        {
            return signs.Select(sign => sign.Sign);
        }

        return signs.GroupBy(sign => sign.Sign.Line).SelectMany(line =>
        {
            FoundDigit[] named = [.. line.Select(sign => sign.Sign)];
            var cases = new LetterCase(named, alphabet);
            bool[] begins = WordSpaces.Begins(named);
            foreach ((int item, int i) in line.Select((sign, i) => (sign.Item, i)))
            {
                if (cases.Other(named[i], begins[i] ? null : named[i - 1]) is { } other)
                {
                    int own = named[i].Digit;
                    named[i] = named[i] with { Digit = other, Probability = named[i].Probability + seen![item][other], Rival = Rival(seen[item], own, other) };
                }
            }

            return named;
        });
    }

    /// <summary>The probability of the likeliest class but some.</summary>
    private static float Rival(ReadOnlySpan<float> probabilities, params ReadOnlySpan<int> but)
    {
        float most = 0;
        for (int c = 0; c < probabilities.Length; c++)
        {
            most = but.Contains(c) ? most : Math.Max(most, probabilities[c]);
        }

        return most;
    }

    /// <summary>The runs of parts of each line that may be a digit.</summary>
    internal static (int Line, int Begin, int End)[] Candidates(SegmentedLine[] lines) =>
        [.. lines.SelectMany((line, number) => LineReading.Candidates(line).Select(run => (number, run.Begin, run.End)))];

    /// <summary>28x28 pixels of each candidate.</summary>
    internal static byte[] Frames(SegmentedLine[] lines, (int Line, int Begin, int End)[] candidates)
    {
        const int Size = MnistFrame.Side * MnistFrame.Side;
        var frames = new byte[candidates.Length * Size];
        for (int i = 0; i < candidates.Length; i++)
        {
            Frame(lines[candidates[i].Line], candidates[i].Begin, candidates[i].End).CopyTo(frames, i * Size);
        }

        return frames;
    }

    /// <summary>What a network says to frames, all in one batch; null if there are none.</summary>
    internal static Predictions? Classify(byte[] frames, IClassifier model)
    {
        int count = frames.Length / (MnistFrame.Side * MnistFrame.Side);
        return count == 0 ? null : model.Predict(new LabelledImages(frames, new byte[count], MnistFrame.Side, MnistFrame.Side));
    }

    /// <summary>Reads lines: which candidates are their digits, and where each of these stands.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="candidates">Their candidates.</param>
    /// <param name="seen">What the network says to the candidates; null if there are none.</param>
    internal static IEnumerable<(int Line, int Item, Box Place)> ReadLines(SegmentedLine[] lines, (int Line, int Begin, int End)[] candidates, Predictions? seen) =>
        lines.SelectMany((line, number) => ReadLine(line, number, candidates, seen!));

    private static IEnumerable<(int Line, int Item, Box Place)> ReadLine(SegmentedLine line, int number, (int Line, int Begin, int End)[] candidates, Predictions seen)
    {
        Dictionary<(int Begin, int End), int> items = Enumerable.Range(0, candidates.Length).Where(i => candidates[i].Line == number)
            .ToDictionary(i => (candidates[i].Begin, candidates[i].End));
        Dictionary<(int Begin, int End), double> costs = items.ToDictionary(
            item => item.Key,
            item => DigitCost.Of(line, item.Key.Begin, item.Key.End) - Math.Log(Math.Max(LeastProbable, seen.Probability(item.Value))));
        return LineReading.Cheapest(line.Parts.Count, costs).Select(run => (number, items[run], line.Bounds(run.Begin, run.End)));
    }

    private static byte[] Frame(SegmentedLine line, int begin, int end) =>
        DigitPipeline.Frame(line.Shapes == SignShapes.Digits ? Tails.Shorten(line.Join(begin, end).Ink, line.Height, line.Stroke) : line.Join(begin, end).Ink).ToBytes();
}
