using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>How well each class is recognised.</summary>
internal static class ClassTable
{
    /// <summary>Writes one row a class.</summary>
    public static void Write(Screen screen, ConfusionMatrix confusion, ClassNames names)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string heading in (ReadOnlySpan<string>)["Class", "Precision", "Recall", "F1", "Images"])
        {
            table.AddColumn(new TableColumn($"[bold]{heading}[/]").RightAligned().NoWrap().Padding(0, 0, 1, 0));
        }

        for (int label = 0; label < confusion.Classes; label++)
        {
            table.AddRow(
                $"[bold]{Markup.Escape(names[label])}[/]", Fraction(confusion.Precision(label)), Fraction(confusion.Recall(label)), Fraction(confusion.F1(label)), $"{confusion.Support(label):N0}");
        }

        screen.Console.Write(table);
    }

    /// <summary>A fraction, or a dash for NaN: the fraction of no images.</summary>
    private static string Fraction(double value) => double.IsNaN(value) ? "-" : $"{value:0.0000}";
}
