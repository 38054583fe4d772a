using NeuralCore.Files;

namespace NeuralCore.Trainer.Output;

/// <summary>The layers of a network as Keras prints them, and in fewer columns where the screen is narrow.</summary>
internal static class SummaryTable
{
    /// <summary>Formats the table.</summary>
    public static string Format(Model model, int width)
    {
        string input = $"Input {model.Input.Shape}, preprocessing {model.Input.Preprocessing}";
        string table = model.Summary.ToString();
        int widest = table.Split(Environment.NewLine).Max(line => line.Length);
        return input + Environment.NewLine + (widest < width ? table : Narrow(model.Summary));
    }

    private static string Narrow(ModelSummary summary)
    {
        int name = Math.Max(15, summary.Layers.Max(l => l.Name.Length)), shape = Math.Max(9, summary.Layers.Max(l => l.OutputShape.ToString().Length));
        IEnumerable<string> rows = summary.Layers.Select(l =>
            $"{l.Name.PadRight(name)} {l.OutputShape.ToString().PadRight(shape)} {l.ParameterCount,10:N0}{(l.Inputs.Count > 0 ? $" < {string.Join(", ", l.Inputs)}" : string.Empty)}");
        return string.Join(Environment.NewLine, [.. rows, $"Trainable parameters: {summary.ParameterCount:N0}"]);
    }
}
