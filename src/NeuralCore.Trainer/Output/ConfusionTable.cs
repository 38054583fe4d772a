using NeuralCore.Training;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>What was taken for what: the whole matrix where the screen has room for it, else its largest mistakes.</summary>
internal static class ConfusionTable
{
    private const int MostMistakes = 10;

    /// <summary>Writes the matrix: a row for each label, a column for each prediction, and a dot for nothing.</summary>
    public static void Write(Screen screen, ConfusionMatrix confusion)
    {
        int largest = 0;
        for (int label = 0; label < confusion.Classes; label++)
        {
            largest = Math.Max(largest, Enumerable.Range(0, confusion.Classes).Max(prediction => confusion[label, prediction]));
        }

        int width = 2 + ((1 + $"{Math.Max(largest, confusion.Classes)}".Length) * (confusion.Classes + 1));
        if (width < screen.Width)
        {
            screen.Console.MarkupLine("Rows are what it is, columns what it was taken for:");
            screen.Console.Write(Matrix(confusion));
        }
        else
        {
            WriteMistakes(screen, confusion);
        }
    }

    private static Table Matrix(ConfusionMatrix confusion)
    {
        Table table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn("").NoWrap().Padding(0, 0, 1, 0));
        for (int prediction = 0; prediction < confusion.Classes; prediction++)
        {
            table.AddColumn(new TableColumn($"[bold]{prediction}[/]").RightAligned().NoWrap().Padding(0, 0, 1, 0));
        }

        for (int label = 0; label < confusion.Classes; label++)
        {
            int support = confusion.Support(label);
            IEnumerable<string> cells = Enumerable.Range(0, confusion.Classes).Select(prediction => Cell(confusion[label, prediction], prediction == label, support));
            table.AddRow([$"[bold]{label}[/]", .. cells]);
        }

        return table;
    }

    private static string Cell(int count, bool isRight, int support) => (count, isRight) switch
    {
        (0, _) => "[grey]·[/]",
        (_, true) => $"[green]{count}[/]",

        // A mistake that one image in a hundred of its class suffers stands out.
        _ when count * 100 >= support => $"[red]{count}[/]",
        _ => $"[yellow]{count}[/]",
    };

    private static void WriteMistakes(Screen screen, ConfusionMatrix confusion)
    {
        var mistakes = from label in Enumerable.Range(0, confusion.Classes)
                       from prediction in Enumerable.Range(0, confusion.Classes)
                       let count = confusion[label, prediction]
                       where label != prediction && count > 0
                       orderby count descending
                       select $"  {label} taken for {prediction}: [yellow]{count}[/] of {confusion.Support(label):N0}";
        screen.Console.MarkupLine("The most frequent mistakes:");
        foreach (string mistake in mistakes.Take(MostMistakes).DefaultIfEmpty("  none"))
        {
            screen.Console.MarkupLine(mistake);
        }
    }
}
