using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>An image, and the probability of each class as a bar.</summary>
internal static class ProbabilityBars
{
    private const int LongestBar = 40;
    private const int TextColumns = 14;
    private const int NamedClasses = 5;

    /// <summary>
    /// Writes the image, its prediction and label, and the bars; for a sign that is no digit, its name. Of classes with names the most probable ones are shown,
    /// the best first.
    /// </summary>
    public static void Write(Screen screen, Prediction prediction, ClassNames names)
    {
        bool isWrong = prediction.Test is { } test && prediction.Digit != test.Label;
        DrawingSheet.Write(screen, [(prediction.Image.Cropped(prediction.Image.Margin), "", Style.Plain)]);
        screen.Console.MarkupLine(Verdict(prediction, names));
        if (prediction.Other is not null)
        {
            return;
        }

        int[] shown = [.. Enumerable.Range(0, prediction.Probabilities.Length)];
        shown = names.Any ? [.. shown.OrderByDescending(c => prediction.Probabilities[c]).Take(NamedClasses)] : shown;
        int name = Math.Max(4, shown.Max(c => names[c].Length)), longest = Math.Clamp(screen.Width + 3 - TextColumns - name, 1, LongestBar);
        foreach (int i in shown)
        {
            float share = prediction.Probabilities[i];
            string bar = new('█', float.IsFinite(share) ? (int)Math.Round(longest * share) : 0);
            string color = i != prediction.Digit ? "grey" : isWrong ? "red" : "green";
            screen.Console.MarkupLine($"{Markup.Escape(names[i].PadLeft(name))} {share,8:0.00%} [{color}]{bar}[/]");
        }
    }

    private static string Verdict(Prediction prediction, ClassNames names)
    {
        string probability = $"{prediction.Probabilities[prediction.Digit]:0.00%}", answer = Markup.Escape(names[prediction.Digit]);
        return prediction.Test switch
        {
            null when prediction.Other is { } sign => $"'{Markup.Escape(prediction.File ?? "")}' shows no digit, but {MarkWords.Phrase(sign)}",
            null => $"'{Markup.Escape(prediction.File ?? "")}' shows {(names.Any ? "" : $"{Article.Of(prediction.Digit)} ")}[green]{answer}[/] ({probability})",
            var (index, label) when label == prediction.Digit => $"Test image {index}: predicted [green]{answer}[/], correctly ({probability})",
            var (index, label) => $"Test image {index}: predicted [red]{answer}[/], actually {Markup.Escape(names[label])} ({probability})",
        };
    }
}
