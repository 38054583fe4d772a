using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>An image, and the probability of each class as a bar.</summary>
internal static class ProbabilityBars
{
    private const int LongestBar = 40;
    private const int TextColumns = 14;

    /// <summary>Writes the image, what it was taken for and what it is, and the bars.</summary>
    public static void Write(Screen screen, TestPrediction prediction)
    {
        bool isRight = prediction.Digit == prediction.Label;
        string probability = $"{prediction.Probabilities[prediction.Digit]:0.00%}";
        DrawingSheet.Write(screen, [(prediction.Image, "", Style.Plain)]);
        screen.Console.MarkupLine(isRight
            ? $"Test image {prediction.Index} is a {prediction.Label}, and was recognised: [green]{prediction.Digit}[/] ({probability})"
            : $"Test image {prediction.Index} is a {prediction.Label}, and was taken for a [red]{prediction.Digit}[/] ({probability})");
        int longest = Math.Clamp(screen.Width - 1 - TextColumns, 1, LongestBar);
        for (int i = 0; i < prediction.Probabilities.Length; i++)
        {
            float share = prediction.Probabilities[i];
            string bar = new('█', float.IsFinite(share) ? (int)Math.Round(longest * share) : 0);
            string color = i != prediction.Digit ? "grey" : isRight ? "green" : "red";
            screen.Console.MarkupLine($"{i,4} {share,8:0.00%} [{color}]{bar}[/]");
        }
    }
}
