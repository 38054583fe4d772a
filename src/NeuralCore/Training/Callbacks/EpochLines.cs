using System.Globalization;

namespace NeuralCore;

/// <summary>Writes a line an epoch.</summary>
/// <param name="output">Where to.</param>
internal sealed class EpochLines(TextWriter output) : Callback
{
    private int _epochs;

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch, int epochs, int steps) => _epochs = epochs;

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochResult result)
    {
        string validation = result.ValidationLoss is { } loss
            ? $"  val_loss {Text(loss)}{Named("val_acc", result.ValidationAccuracy)}{string.Concat(result.ValidationMetrics.Select(metric => Named("val_" + metric.Key, metric.Value)))}"
            : string.Empty;
        string metrics = Named("acc", result.Accuracy) + string.Concat(result.Metrics.Select(metric => Named(metric.Key, metric.Value)));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {result.Epoch}/{_epochs}  loss {Text(result.Loss)}{metrics}{validation}  {result.TrainImagesPerSecond:n0} img/s  {result.Seconds:0.0}s"));
    }

    /// <summary>A number with its name; nothing where it was not measured.</summary>
    private static string Named(string name, double? value) => value is { } measured && !double.IsNaN(measured) ? $"  {name} {Text(measured)}" : string.Empty;

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
