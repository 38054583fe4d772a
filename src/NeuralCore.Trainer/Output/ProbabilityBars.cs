using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>An image, and the probability of each class as a bar.</summary>
internal static class ProbabilityBars
{
    private const int LongestBar = 40;
    private const int TextColumns = 14;

    /// <summary>Writes the image, its prediction and label, and the bars; for a sign that is no digit, its name.</summary>
    public static void Write(Screen screen, Prediction prediction)
    {
        bool isWrong = prediction.Test is { } test && prediction.Digit != test.Label;
        DrawingSheet.Write(screen, [(prediction.Image.Cropped(prediction.Image.Margin), "", Style.Plain)]);
        screen.Console.MarkupLine(Verdict(prediction));
        if (prediction.Other is not null)
        {
            return;
        }

        int longest = Math.Clamp(screen.Width - 1 - TextColumns, 1, LongestBar);
        for (int i = 0; i < prediction.Probabilities.Length; i++)
        {
            float share = prediction.Probabilities[i];
            string bar = new('█', float.IsFinite(share) ? (int)Math.Round(longest * share) : 0);
            string color = i != prediction.Digit ? "grey" : isWrong ? "red" : "green";
            screen.Console.MarkupLine($"{i,4} {share,8:0.00%} [{color}]{bar}[/]");
        }
    }

    private static string Verdict(Prediction prediction)
    {
        string probability = $"{prediction.Probabilities[prediction.Digit]:0.00%}";
        return prediction.Test switch
        {
            null when prediction.Other is { } sign => $"'{Markup.Escape(prediction.File ?? "")}' shows no digit, but {MarkWords.Phrase(sign)}",
            null => $"'{Markup.Escape(prediction.File ?? "")}' shows {Article.Of(prediction.Digit)} [green]{prediction.Digit}[/] ({probability})",
            var (index, label) when label == prediction.Digit => $"Test image {index}: predicted [green]{prediction.Digit}[/], correctly ({probability})",
            var (index, label) => $"Test image {index}: predicted [red]{prediction.Digit}[/], actually {label} ({probability})",
        };
    }
}
