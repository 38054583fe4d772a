using NeuralCore.Trainer.Commands;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>Trainings under one another, with the settings in which they differ.</summary>
internal static class RunsTable
{
    /// <summary>Writes one row a training.</summary>
    public static void Write(Screen screen, IReadOnlyList<RunRecord> runs)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string heading in (ReadOnlySpan<string>)["Training", "Network", "Epochs", "Validation", "Test", "Time", "Different"])
        {
            table.AddColumn(new TableColumn($"[bold]{heading}[/]").Padding(0, 0, 2, 0));
        }

        foreach (RunRecord run in runs)
        {
            string different = string.Join(", ", run.Different(runs).Select(setting => $"{setting.Key} {setting.Value}"));
            string[] numbers = run.Result is not { } result
                ? ["-", "-", "-", "not ended", "-"]
                : [result.Network, $"{result.Epochs}", result.ValidationAccuracy is { } accuracy ? $"{accuracy:0.0000}" : "-", $"{result.TestAccuracy:0.0000}", EpochLine.Duration(result.Seconds)];
            table.AddRow([.. new[] { run.Folder }.Concat(numbers).Append(different).Select(Markup.Escape)]);
        }

        screen.Console.Write(table);
    }
}
