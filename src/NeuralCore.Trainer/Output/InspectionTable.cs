using NeuralCore.Data;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>What a dataset holds: counts, duplicates, and an image of each class.</summary>
internal static class InspectionTable
{
    private const int MostSamples = 26;

    /// <summary>Writes it.</summary>
    public static void Write(Screen screen, DatasetInspection inspection, LabelledImages train, ClassNames names)
    {
        screen.WriteLine($"Images of {train.Height} x {train.Width} pixels{(train.Channels == 1 ? "" : " in colour")}: {inspection.Training.Sum():N0} to train, {inspection.Test.Sum():N0} to test");
        screen.WriteLine("");
        Table table = new Table().Border(TableBorder.None);
        foreach (string heading in (ReadOnlySpan<string>)["Class", "Train", "Test"])
        {
            table.AddColumn(new TableColumn($"[bold]{heading}[/]").RightAligned().NoWrap().Padding(0, 0, 2, 0));
        }

        for (int label = 0; label < inspection.Classes; label++)
        {
            table.AddRow($"[bold]{Markup.Escape(names[label])}[/]", $"{inspection.Training[label]:N0}", $"{inspection.Test[label]:N0}");
        }

        screen.Console.Write(table);
        screen.WriteLine("");
        screen.WriteLine(
            $"Blank images: {inspection.BlankTraining:N0} to train, {inspection.BlankTest:N0} to test. Duplicates: {inspection.RepeatedTraining:N0} to train, {inspection.RepeatedTest:N0} to test. "
            + $"Test images that are also training images: {inspection.Shared:N0}. Training images with two labels: {inspection.Contradicting:N0}.");
        screen.WriteLine("");
        DrawingSheet.Write(
            screen,
            [.. Enumerable.Range(0, train.Count).DistinctBy(train.Label).OrderBy(train.Label).Take(MostSamples).Select(i => (new Drawing(train, i), names[train.Label(i)], Style.Plain))]);
    }
}
