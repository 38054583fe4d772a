using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>The confusion matrix: all of it where the screen has room for it, else its largest mistakes.</summary>
internal static class ConfusionTable
{
    private const int MostMistakes = 10;

    // Black itself is another colour in many a terminal's theme.
    private const string Ink = "rgb(24,24,24)";

    private static readonly (int Red, int Green, int Blue) Pale = (250, 232, 200);
    private static readonly (int Red, int Green, int Blue) Strong = (226, 110, 50);

    /// <summary>
    /// Writes the matrix: a row for each label, a column for each prediction, and a dot for nothing. Names too long for a column stand at the rows alone, with
    /// their numbers.
    /// </summary>
    public static void Write(Screen screen, ConfusionMatrix confusion, ClassNames names)
    {
        int largest = Enumerable.Range(0, confusion.Classes).Max(label => confusion.Support(label));
        int digits = $"{Math.Max(largest, confusion.Classes)}".Length;
        string[] columns = [.. Enumerable.Range(0, confusion.Classes).Select(c => names.Longest(confusion.Classes) <= digits ? names[c] : $"{c}")];
        string[] rows = [.. columns.Select((column, c) => column == names[c] ? column : $"{names[c]} {column}")];
        int heading = rows.Max(row => row.Length), width = heading + ((digits + 1) * confusion.Classes);
        if (width < screen.Width)
        {
            screen.Console.MarkupLine("Rows: true class; columns: prediction.");
            WriteMatrix(screen, confusion, (columns, rows), digits);
        }
        else
        {
            WriteMistakes(screen, confusion, names);
        }
    }

    private static void WriteMatrix(Screen screen, ConfusionMatrix confusion, (string[] Columns, string[] Rows) names, int digits)
    {
        int heading = names.Rows.Max(row => row.Length);
        int[] classes = [.. Enumerable.Range(0, confusion.Classes)];
        int most = classes.Max(label => classes.Where(prediction => prediction != label).Max(prediction => confusion[label, prediction]));
        screen.Console.MarkupLine($"{new string(' ', heading)}[bold]{Markup.Escape(string.Concat(names.Columns.Select(name => name.PadLeft(digits + 1))))}[/]");
        foreach (int label in classes)
        {
            IEnumerable<string> cells = classes.Select(prediction => Cell(confusion[label, prediction], prediction == label, most, digits + 1));
            screen.Console.MarkupLine($"[bold]{Markup.Escape(names.Rows[label].PadLeft(heading))}[/]{string.Concat(cells)}");
        }
    }

    /// <summary>A number, behind which mistakes glow by their root: one in a thousand is to be seen beside eight.</summary>
    private static string Cell(int count, bool isRight, int most, int width)
    {
        if (count == 0)
        {
            return $"[grey]{"·".PadLeft(width)}[/]";
        }

        string text = $"{count}".PadLeft(width - 1);
        double heat = Math.Sqrt((double)count / Math.Max(1, most));
        return isRight ? $" [green]{text}[/]" : $" [{Ink} on {Between(Pale, Strong, heat)}]{text}[/]";
    }

    private static string Between((int Red, int Green, int Blue) from, (int Red, int Green, int Blue) to, double share) =>
        $"rgb({Mix(from.Red, to.Red, share)},{Mix(from.Green, to.Green, share)},{Mix(from.Blue, to.Blue, share)})";

    private static int Mix(int from, int to, double share) => (int)Math.Round(from + (share * (to - from)));

    private static void WriteMistakes(Screen screen, ConfusionMatrix confusion, ClassNames names)
    {
        var mistakes = from label in Enumerable.Range(0, confusion.Classes)
                       from prediction in Enumerable.Range(0, confusion.Classes)
                       let count = confusion[label, prediction]
                       where label != prediction && count > 0
                       orderby count descending
                       select $"  predicted {Markup.Escape(names[prediction])}, actually {Markup.Escape(names[label])}: [yellow]{count}[/] of {confusion.Support(label):N0}";
        screen.Console.MarkupLine("Most frequent errors:");
        foreach (string mistake in mistakes.Take(MostMistakes).DefaultIfEmpty("  none"))
        {
            screen.Console.MarkupLine(mistake);
        }
    }
}
