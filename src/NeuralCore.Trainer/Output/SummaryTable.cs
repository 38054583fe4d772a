using NeuralCore.Files;

namespace NeuralCore.Trainer.Output;

/// <summary>The layers of a network as Keras prints them, and in fewer columns where the screen is narrow.</summary>
internal static class SummaryTable
{
    /// <summary>Formats the table.</summary>
    public static string Format(Model model, int width)
    {
        string input = $"Input {model.Input.Shape}, preprocessing {PreprocessingName.Of(model.Input.Preprocessing)}";
        string table = model.Summary.ToString();
        int widest = table.Split(Environment.NewLine).Max(line => line.Length);
        return input + Environment.NewLine + (widest < width ? table : Narrow(model.Summary));
    }

    private static string Narrow(ModelSummary summary)
    {
        IEnumerable<string> rows = summary.Layers.Select(l => $"{l.Name,-15} {l.OutputShape,-9} {l.ParameterCount,10:N0}");
        return string.Join(Environment.NewLine, [.. rows, $"Trainable parameters: {summary.ParameterCount:N0}"]);
    }
}
