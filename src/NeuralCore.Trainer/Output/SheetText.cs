using NeuralCore.Imaging.Segmentation;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// The digits of a page as text, a line a line. What the model is not sure of is yellow, and named at the end of its line, so that it
/// is seen without colours too.
/// </summary>
internal static class SheetText
{
    /// <summary>A digit less probable than this is doubtful.</summary>
    private const float Doubtful = 0.9f;

    /// <summary>Writes the lines.</summary>
    public static void Write(Screen screen, SheetPrediction prediction)
    {
        FoundDigit[][] lines = [.. prediction.Reading.Digits.GroupBy(digit => digit.Line).Select(line => line.ToArray())];
        int digits = prediction.Reading.Digits.Count;
        string count = $"{digits:N0} digit{(digits == 1 ? "" : "s")} in {lines.Length:N0} line{(lines.Length == 1 ? "" : "s")}";
        screen.Console.MarkupLine($"'{Markup.Escape(prediction.File)}' shows {count}");
        int longest = lines.Max(line => line.Length);
        foreach (FoundDigit[] line in lines)
        {
            string text = string.Concat(line.Select(digit => IsDoubtful(digit) ? $"[yellow]{digit.Digit}[/]" : $"[green]{digit.Digit}[/]"));
            string remark = Remark(line);
            screen.Console.MarkupLine(remark.Length == 0 ? $"  {text}" : $"  {text}{new string(' ', longest - line.Length)}  [grey]{remark}[/]");
        }
    }

    private static bool IsDoubtful(FoundDigit digit) => !(digit.Probability >= Doubtful);

    private static string Remark(FoundDigit[] line)
    {
        string[] doubts = [.. line.Select((digit, i) => (digit, i)).Where(at => IsDoubtful(at.digit)).Select(at => $"{Place(at.i + 1)} is {at.digit.Digit} by {at.digit.Probability:0%}")];
        return string.Join(", ", doubts);
    }

    private static string Place(int number) => (number % 10, number % 100) switch
    {
        (1, not 11) => $"{number}st",
        (2, not 12) => $"{number}nd",
        (3, not 13) => $"{number}rd",
        _ => $"{number}th",
    };
}
