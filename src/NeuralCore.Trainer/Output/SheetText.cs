using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// The digits of a page as text, a line a line; of a grid row by row, with points for empty cells. What the model is not sure of is yellow, and named at the end of its line, so that it
/// is seen without colours too.
/// </summary>
internal static class SheetText
{
    /// <summary>Writes the lines, or the rows of a grid.</summary>
    public static void Write(Screen screen, SheetPrediction prediction)
    {
        SheetReading reading = prediction.Reading;
        ILookup<int, FoundDigit> found = reading.Digits.ToLookup(digit => digit.Line);
        int[] numbers = reading.Grid is { } grid ? [.. Enumerable.Range(0, grid.Rows)] : [.. found.Select(line => line.Key)];
        screen.Console.MarkupLine($"'{Markup.Escape(prediction.File)}' shows {Title(reading)}");
        int[] lengths = [.. reading.Lines.Select(text => text.Length)];
        foreach ((int number, (IReadOnlyList<SheetSign> text, int length)) in numbers.Zip(reading.Texts.Zip(lengths)))
        {
            string remark = Remark(reading, number, [.. found[number]]);
            string line = string.Concat(text.Select(Coloured));
            screen.Console.MarkupLine(remark.Length == 0 ? $"  {line}" : $"  {line}{new string(' ', lengths.Max() - length)}  [grey]{Markup.Escape(remark)}[/]");
        }
    }

    /// <summary>What was read: <c>12 digits in 3 lines</c>.</summary>
    public static string Title(SheetReading reading) => $"{Counted(reading.Digits.Count, reading.Alphabet.HasLetters ? "sign" : "digit")} in {Place(reading, reading.Lines.Count)}";

    /// <summary>What is doubtful or left out in each line of which there is something to say.</summary>
    public static IReadOnlyList<string> Remarks(SheetReading reading)
    {
        string noun = reading.Grid is null ? "Line" : "Row";
        return
        [
            .. reading.Digits.Select(digit => digit.Line).Concat(reading.Marks.Select(mark => mark.Line)).Distinct().Order()
                .Select(line => (Line: line, Remark: Remark(reading, line, [.. reading.Digits.Where(digit => digit.Line == line)])))
                .Where(line => line.Remark.Length > 0).Select(line => $"{noun} {line.Line + 1}: {line.Remark}."),
        ];
    }

    private static string Remark(SheetReading reading, int line, FoundDigit[] digits)
    {
        string remark = string.Join(", ", digits.Select((digit, i) => (digit, i)).Where(at => at.digit.IsDoubtful)
            .Select(at => $"{Ordinal((at.digit.Column ?? at.i) + 1)} is {reading.Alphabet.NameOf(at.digit.Digit)} by {at.digit.Probability:0%}"));
        MarkKind[] signs = [.. reading.Marks.Where(mark => mark.Line == line).Select(mark => mark.Kind)];
        return remark + (signs.Length == 0 ? "" : $"{(remark.Length == 0 ? "" : "; ")}without {MarkWords.Counted(signs)}");
    }

    private static string Place(SheetReading reading, int lines) =>
        reading.Grid is { } grid ? $"a grid of {grid.Rows} x {grid.Columns} cells" : Counted(lines, "line");

    private static string Counted(int count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>A sign in its colour; what stands for an empty cell or between words has none.</summary>
    private static string Coloured(SheetSign sign) => sign.Digit switch
    {
        null => Markup.Escape(sign.Text),
        { IsDoubtful: true } => $"[yellow]{Markup.Escape(sign.Text)}[/]",
        _ => $"[green]{Markup.Escape(sign.Text)}[/]",
    };

    private static string Ordinal(int number) => (number % 10, number % 100) switch
    {
        (1, not 11) => $"{number}st",
        (2, not 12) => $"{number}nd",
        (3, not 13) => $"{number}rd",
        _ => $"{number}th",
    };
}
