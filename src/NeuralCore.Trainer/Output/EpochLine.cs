using System.Text;

namespace NeuralCore.Trainer.Output;

/// <summary>What an epoch came to, on one line as Keras prints it; on more where the screen is narrow.</summary>
internal static class EpochLine
{
    private const string Gap = "  ";

    /// <summary>Formats the line.</summary>
    /// <param name="result">The epoch.</param>
    /// <param name="epochs">How many there are.</param>
    /// <param name="width">The columns of the screen.</param>
    public static string Format(EpochResult result, int epochs, int width)
    {
        string throughput = $"{result.TrainImagesPerSecond:N0} img/s";
        List<string> parts = [$"Epoch {result.Epoch}/{epochs}", $"loss {result.Loss:0.0000}", $"acc {result.Accuracy:0.0000}"];
        if (result is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy })
        {
            parts.AddRange([$"val_loss {loss:0.0000}", $"val_acc {accuracy:0.0000}"]);
        }

        parts.AddRange([throughput, Duration(result.Seconds)]);
        string line = string.Join(Gap, parts);
        if (line.Length < width)
        {
            return line;
        }

        // The least interesting part makes room, as on the usual 80 columns.
        parts.Remove(throughput);
        line = string.Join(Gap, parts);
        return line.Length < width ? line : Wrap([.. parts, throughput], width);
    }

    /// <summary>How long something took, for people: 9.7s, 1:23, 2:03:04.</summary>
    public static string Duration(double seconds) => seconds < 59.95 ? $"{seconds:0.0}s" : Clock(seconds);

    /// <summary>A time in minutes and seconds, with hours when there are any: 0:09, 1:23, 2:03:04.</summary>
    public static string Clock(double seconds)
    {
        long whole = (long)Math.Round(Math.Clamp(seconds, 0, 359_999));
        return whole < 3600 ? $"{whole / 60}:{whole % 60:00}" : $"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}";
    }

    private static string Wrap(IEnumerable<string> parts, int width)
    {
        var text = new StringBuilder();
        int column = 0;
        foreach (string part in parts)
        {
            if (column > 0 && column + Gap.Length + part.Length >= width)
            {
                text.AppendLine();
                column = 0;
            }

            // A line that goes on is indented by the same two columns that separate the parts.
            string piece = text.Length == 0 ? part : Gap + part;
            text.Append(piece);
            column += piece.Length;
        }

        return text.ToString();
    }
}
