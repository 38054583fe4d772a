using NeuralCore.Data;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>A few test images that were recognised, and the most confident errors.</summary>
internal static class ExampleSheet
{
    private const int MostRight = 6;
    private const int MostMistakes = 12;
    private const int Fewest = 2;

    /// <summary>Writes the images with their predictions, and with their labels where those differ.</summary>
    public static void Write(Screen screen, Evaluation evaluation, LabelledImages images, ClassNames names)
    {
        int longest = names.Longest(images.Classes), captionWidth = "predicted , actually ".Length + (2 * longest);
        ILookup<bool, int> byVerdict = Enumerable.Range(0, images.Count).ToLookup(i => evaluation.Predictions.Class(i) == images.Label(i));
        int[] right = [.. byVerdict[true].Take(MostRight)];
        int[] wrong = [.. byVerdict[false].OrderByDescending(evaluation.Predictions.Probability).Take(MostMistakes)];

        // All by the same margin, so that sizes can be compared; what is left of their width says how many there is room for.
        Dictionary<int, Drawing> drawings = right.Concat(wrong).ToDictionary(i => i, i => new Drawing(images, i));
        int margin = drawings.Values.Min(drawing => drawing.Margin);
        int width = images.Width - (2 * margin);
        right = [.. right.Take(Math.Max(DrawingSheet.PerRow(screen, width), Fewest))];
        wrong = [.. wrong.Take(Math.Max(2 * DrawingSheet.PerRow(screen, width, captionWidth), Fewest))];
        Write(screen, "Correct:", [.. right.Select(i => (drawings[i].Cropped(margin), Caption(i, wrong: false), new Style(Color.Green)))]);
        if (right.Length > 0 && wrong.Length > 0)
        {
            screen.Console.WriteLine();
        }

        Write(screen, "Most confident errors:", [.. wrong.Select(i => (drawings[i].Cropped(margin), Caption(i, wrong: true), new Style(Color.Red)))]);

        string Caption(int i, bool wrong)
        {
            (int prediction, double probability) = (evaluation.Predictions.Class(i), evaluation.Predictions.Probability(i));
            return wrong ? $"predicted {names[prediction]}, actually {names[images.Label(i)]}\n({probability:0.0%})" : $"{names[prediction]} ({probability:0.0%})";
        }
    }

    private static void Write(Screen screen, string heading, IReadOnlyList<(Drawing Picture, string Caption, Style Style)> pictures)
    {
        if (pictures.Count > 0)
        {
            screen.Console.WriteLine(heading);
            DrawingSheet.Write(screen, pictures);
        }
    }
}
